/** Where somebody begins who is logged in and comes from nowhere. */
const HOME = '/dashboard';

/** A path of this site to go on to; where there is none, or it leads elsewhere, the place to begin. */
export function safeNext(next: string | undefined): string {
  // Browsers take `\` for `/` and drop tabs and line breaks.
  if (!next?.startsWith('/') || next.startsWith('//')) return HOME;
  return /^[\x21-\x5b\x5d-\x7e]+$/.test(next) ? next : HOME;
}
