/** Small tools on the document: find, make, and keep a list's rows in place while it changes. */
export const $ = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
export const canvasOf = (id: string): HTMLCanvasElement =>
  document.getElementById(id) as HTMLCanvasElement;

export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  given: { className?: string; text?: string } = {},
  ...children: HTMLElement[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (given.className !== undefined) element.className = given.className;
  if (given.text !== undefined) element.textContent = given.text;
  element.append(...children);
  return element;
}

/** Writes only what differs, so that nothing is announced or laid out again for nothing. */
export function setText(element: HTMLElement | null, text: string): void {
  if (element !== null && element.textContent !== text) element.textContent = text;
}

/**
 * Makes the parent's children those of the keys, in their order. A row that stays is the same
 * element; the focus and the place of scrolling stay with it.
 */
export function keepRows(
  parent: HTMLElement,
  keys: readonly string[],
  makeRow: (key: string) => HTMLElement,
): void {
  const focused = document.activeElement;
  const former = new Map<string, HTMLElement>();
  const wanted = new Set(keys);
  for (const row of [...parent.children] as HTMLElement[]) {
    const key = row.dataset.key ?? "";
    if (wanted.has(key)) former.set(key, row);
    else row.remove();
  }
  let next = parent.firstElementChild;
  for (const key of keys) {
    const row = former.get(key) ?? makeRow(key);
    row.dataset.key = key;
    if (row === next) next = row.nextElementSibling;
    else parent.insertBefore(row, next);
  }
  if (focused instanceof HTMLElement && focused !== document.activeElement) {
    if (parent.contains(focused)) focused.focus({ preventScroll: true });
  }
}

/** Arrow keys, Home and End move among the items; only one of them is a stop of the Tab key. */
export function moveByArrows(
  parent: HTMLElement,
  items: () => HTMLElement[],
  onMove: (item: HTMLElement) => void = () => {},
): void {
  parent.addEventListener("keydown", (event) => {
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    if (at < 0) return;
    const targets: Record<string, number> = {
      ArrowUp: at - 1,
      ArrowLeft: at - 1,
      ArrowDown: at + 1,
      ArrowRight: at + 1,
      Home: 0,
      End: all.length - 1,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const item = all[Math.max(0, Math.min(all.length - 1, target))];
    if (item === undefined) return;
    oneTabStop(all, item);
    item.focus();
    onMove(item);
  });
}

export function oneTabStop(items: readonly HTMLElement[], chosen: HTMLElement | undefined): void {
  const stop = chosen ?? items.find((item) => item.tabIndex === 0) ?? items[0];
  for (const item of items) item.tabIndex = item === stop ? 0 : -1;
}
