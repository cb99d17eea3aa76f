/** A path of this site to go on to; anything that leads elsewhere is the home page. */
export function safeNext(next: string | undefined): string {
  // Browsers take `\` for `/` and drop tabs and line breaks.
  if (!next?.startsWith('/') || next.startsWith('//')) return '/';
  return /^[\x21-\x5b\x5d-\x7e]+$/.test(next) ? next : '/';
}
