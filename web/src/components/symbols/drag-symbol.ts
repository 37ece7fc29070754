import type { Group } from '../../state/parse-watch-list.ts';
import { watchList } from '../../state/watch-list.ts';

/** Puts the dragged symbol at a place of a group, counted without itself. */
type Put = (group: string, at: number) => void;

/** Follows a pointer from a row's handle, mouse or finger, until it is lifted: the row goes where the pointer is. */
export function dragSymbol(
  event: PointerEvent & { readonly currentTarget: HTMLElement },
  put: Put,
  groups: readonly Group[],
): void {
  if (event.button !== 0) return;
  const handle = event.currentTarget;
  const dragged = handle.closest<HTMLElement>('[data-symbol]')?.dataset['symbol'];
  if (dragged === undefined) return;
  event.preventDefault();
  handle.focus();
  // All symbols have a place from here on.
  watchList.update((list) => ({ ...list, groups }));
  const move = ({ clientX, clientY }: PointerEvent) => {
    const under = document.elementFromPoint(clientX, clientY);
    const group = under?.closest<HTMLElement>('[data-group]');
    if (group === null || group === undefined) return;
    const name = group.dataset['group'] ?? '';
    const row = under?.closest<HTMLElement>('.arrange-row');
    const symbol = row?.dataset['symbol'];
    if (symbol === dragged) return;
    const others = watchList
      .get()
      .groups.find((one) => one.name === name)
      ?.symbols.filter((one) => one !== dragged);
    if (others === undefined) return;
    if (row === null || row === undefined || symbol === undefined) {
      const rows = group.querySelector('.arrange-rows')?.getBoundingClientRect();
      put(name, rows !== undefined && clientY > rows.top ? others.length : 0);
      return;
    }
    const { top, height } = row.getBoundingClientRect();
    put(name, others.indexOf(symbol) + (clientY > top + height / 2 ? 1 : 0));
  };
  const end = () => {
    removeEventListener('pointermove', move);
    removeEventListener('pointerup', end);
    removeEventListener('pointercancel', end);
  };
  addEventListener('pointermove', move);
  addEventListener('pointerup', end);
  addEventListener('pointercancel', end);
}
