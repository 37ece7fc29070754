const gap = 8;

/** Lays the ring over a part of the page and the card beside it: where there is room, else over its lower end. */
export function placeNear(part: Element, card: HTMLElement, ring: HTMLElement): void {
  const box = part.getBoundingClientRect();
  // A phone's tabs stay free.
  const floor = innerHeight - (document.querySelector<HTMLElement>('.tab-bar')?.offsetHeight ?? 0);
  const shown = {
    left: Math.max(0, box.left),
    top: Math.max(0, box.top),
    right: Math.min(innerWidth, box.right),
    bottom: Math.min(floor, box.bottom),
  };
  put(ring, shown.left, shown.top);
  ring.style.width = `${Math.max(0, shown.right - shown.left)}px`;
  ring.style.height = `${Math.max(0, shown.bottom - shown.top)}px`;
  const { width, height } = card.getBoundingClientRect();
  const x = clamp(shown.left, innerWidth - width);
  const y = clamp(shown.top, floor - height);
  if (shown.right + width + 2 * gap <= innerWidth) return put(card, shown.right + gap, y);
  if (shown.left - width - 2 * gap >= 0) return put(card, shown.left - width - gap, y);
  if (shown.bottom + height + 2 * gap <= floor) return put(card, x, shown.bottom + gap);
  if (shown.top - height - 2 * gap >= 0) return put(card, x, shown.top - height - gap);
  return put(card, clamp((innerWidth - width) / 2, innerWidth - width), shown.bottom - height - 2 * gap);
}

const clamp = (wanted: number, most: number): number => Math.max(gap, Math.min(wanted, most - gap));

function put(element: HTMLElement, left: number, top: number): void {
  element.style.left = `${left}px`;
  element.style.top = `${top}px`;
}
