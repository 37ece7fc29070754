const gap = 6;
const edge = 8;

/**
 * Puts an open popover under its button, or above it where there is no room, within the window. It stays there: what scrolls or resizes
 * the page closes it. Returns what stops listening.
 */
export function placeBeside(button: HTMLElement, note: HTMLElement): () => void {
  const at = button.getBoundingClientRect();
  const { width, height } = note.getBoundingClientRect();
  const below = at.bottom + gap;
  const top = below + height + edge <= innerHeight ? below : at.top - gap - height;
  note.style.left = `${Math.max(edge, Math.min(at.left, innerWidth - width - edge))}px`;
  note.style.top = `${Math.max(edge, Math.min(top, innerHeight - height - edge))}px`;
  const close = (event: Event) => {
    if (!(event.target instanceof Node && note.contains(event.target))) note.hidePopover();
  };
  addEventListener('scroll', close, { capture: true, passive: true });
  addEventListener('resize', close);
  return () => {
    removeEventListener('scroll', close, { capture: true });
    removeEventListener('resize', close);
  };
}
