/**
 * The page's policy allows style elements that carry the nonce of its answer. The component library, the
 * chart and the code editor make such elements themselves, and not all of them can be told a nonce.
 * Imported before any of them.
 */
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;

if (nonce) {
  const create = document.createElement.bind(document);
  document.createElement = (name: string, options?: ElementCreationOptions) => {
    const element = create(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  };
}
