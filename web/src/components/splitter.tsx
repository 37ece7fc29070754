import { fold, panels, panelSizes, resize, type PanelName } from '../state/panels.ts';
import { useStore } from '../state/use-store.ts';

interface Props {
  readonly panel: PanelName;
  /** The panel's name for people. */
  readonly label: string;
  /** On which side of the splitter the panel lies. */
  readonly side: 'before' | 'after';
  readonly orientation: 'vertical' | 'horizontal';
}

/** What an arrow key moves the edge by, px. */
const step = 24;

/**
 * The edge of a panel: it is dragged, or moved by arrow keys, Home and End; Enter and a double click fold the panel away and bring it back,
 * as the button on it does. A window splitter of the ARIA Authoring Practices.
 */
export function Splitter({ panel, label, side, orientation }: Props) {
  const { size, isFolded } = useStore(panels, (all) => all[panel]);
  const { least, most, usual } = panelSizes[panel];
  const now = isFolded ? 0 : (size ?? usual);
  const isUpright = orientation === 'vertical';
  const grow = side === 'before' ? 1 : -1;
  const [less, more] = isUpright ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];

  const onKeyDown = (event: KeyboardEvent & { readonly currentTarget: HTMLElement }) => {
    if (event.target !== event.currentTarget) return;
    const actual = isFolded ? least - step : measured(event.currentTarget, side, isUpright);
    const moves: Readonly<Record<string, () => void>> = {
      [less]: () => resize(panel, actual - grow * step),
      [more]: () => resize(panel, actual + grow * step),
      Home: () => resize(panel, least),
      End: () => resize(panel, most),
      Enter: () => fold(panel, !isFolded),
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move();
  };
  const onPointerDown = (event: PointerEvent & { readonly currentTarget: HTMLElement }) => {
    if (event.button !== 0 || event.target !== event.currentTarget) return;
    const bar = event.currentTarget;
    const from = isUpright ? event.clientX : event.clientY;
    const before = isFolded ? 0 : measured(bar, side, isUpright);
    const move = (moved: PointerEvent) => {
      const by = (isUpright ? moved.clientX : moved.clientY) - from;
      // A twitch of the hand on a double click moves nothing.
      if (Math.abs(by) > 2) resize(panel, before + grow * by);
    };
    const end = () => {
      bar.removeEventListener('pointermove', move);
      bar.removeEventListener('lostpointercapture', end);
    };
    bar.setPointerCapture(event.pointerId);
    bar.addEventListener('pointermove', move);
    bar.addEventListener('lostpointercapture', end);
  };
  const verb = isFolded ? 'Unfold' : 'Fold';
  return (
    <div
      class={`splitter splitter-${orientation} splitter-${panel}`}
      role="separator"
      tabIndex={0}
      aria-orientation={orientation}
      aria-label={`Edge of ${label}`}
      aria-valuenow={now}
      aria-valuemin={0}
      aria-valuemax={most}
      aria-valuetext={isFolded ? 'folded' : `${now} pixels`}
      title={`Drag, or arrow keys; Enter or a double click folds ${label}`}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onDblClick={() => fold(panel, !isFolded)}
    >
      <span
        class={`splitter-fold ${isFolded ? 'is-folded' : ''}`}
        aria-hidden="true"
        onClick={() => fold(panel, !isFolded)}
        onDblClick={(event) => event.stopPropagation()}
        title={`${verb} ${label}`}
      />
    </div>
  );
}

/** What the panel beside the bar measures now, px: less than was chosen where the window is too small for that. */
function measured(bar: HTMLElement, side: Props['side'], isUpright: boolean): number {
  const panel = side === 'before' ? bar.previousElementSibling : bar.nextElementSibling;
  const box = panel?.getBoundingClientRect();
  return (isUpright ? box?.width : box?.height) ?? 0;
}
