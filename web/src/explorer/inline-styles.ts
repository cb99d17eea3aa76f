/**
 * The code editor writes its lines as HTML with style attributes, which the page's policy forbids in HTML
 * but not in script. So they are taken out of the HTML and set one by one. Imported before the editor.
 */
const HELD = 'data-held-style';

/** In HTML that a program wrote, `<` only ever begins a tag. */
function hold(html: { toString(): string } | null): string {
  const text = html?.toString() ?? '';
  return text.replace(/<[^>]*>/g, (tag) => tag.replace(/ style="/, ` ${HELD}="`));
}

function release(within: Element | null): void {
  for (const element of within?.querySelectorAll<HTMLElement>(`[${HELD}]`) ?? []) {
    element.style.cssText = element.getAttribute(HELD) ?? '';
    element.removeAttribute(HELD);
  }
}

const inner = Object.getOwnPropertyDescriptor(Element.prototype, 'innerHTML');
const insert = Object.getOwnPropertyDescriptor(Element.prototype, 'insertAdjacentHTML');

Object.defineProperty(Element.prototype, 'innerHTML', {
  ...inner,
  set(this: Element, html: string | null) {
    inner?.set?.call(this, hold(html));
    release(this);
  },
});

Element.prototype.insertAdjacentHTML = function (where, html) {
  Reflect.apply(insert?.value, this, [where, hold(html)]);
  // Beside the element, or in it.
  release(this.parentElement ?? this);
};
