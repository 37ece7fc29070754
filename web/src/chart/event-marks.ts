import type {
  IPrimitivePaneRenderer,
  ISeriesPrimitive,
  Logical,
  SeriesAttachedParameter,
} from 'lightweight-charts';

/** An event of the calendar on the chart. `place`: index of a bar, with a fraction; beyond the last bar it is in the future. */
export interface EventMark {
  readonly place: number;
  readonly text: string;
}

export interface EventMarks extends ISeriesPrimitive {
  readonly set: (
    marks: readonly EventMark[],
    look: { readonly colour: string; readonly font: string },
  ) => void;
}

/** Distance of the words from the foot of the pane, px: above the ribbon of regimes. */
const footPx = 14;

/** Draws events as dashed upright lines with their names at the foot; a name that would run into the one before is left out. */
export function eventMarks(): EventMarks {
  let host: SeriesAttachedParameter | null = null;
  let marks: readonly EventMark[] = [];
  let look = { colour: 'gray', font: '10px sans-serif' };
  const draw: IPrimitivePaneRenderer['draw'] = (target) => {
    const scale = host?.chart.timeScale();
    if (scale === undefined) return;
    target.useMediaCoordinateSpace(({ context, mediaSize: { width, height } }) => {
      context.strokeStyle = look.colour;
      context.fillStyle = look.colour;
      context.font = look.font;
      context.textBaseline = 'middle';
      let free = -Infinity;
      for (const { place, text } of marks) {
        const at = scale.logicalToCoordinate(place as Logical);
        if (at === null || at < 0 || at > width) continue;
        const x = Math.round(at) + 0.5;
        context.setLineDash([1, 3]);
        context.beginPath();
        context.moveTo(x, 0);
        context.lineTo(x, height);
        context.stroke();
        context.setLineDash([]);
        context.beginPath();
        context.arc(x, height - footPx, 3, 0, 2 * Math.PI);
        context.fill();
        if (x < free) continue;
        context.fillText(text, x + 6, height - footPx);
        free = x + 12 + context.measureText(text).width;
      }
    });
  };
  const view = { zOrder: () => 'normal' as const, renderer: () => ({ draw }) };
  return {
    attached: (parameter) => {
      host = parameter;
    },
    detached: () => {
      host = null;
    },
    paneViews: () => [view],
    set: (next, nextLook) => {
      marks = next;
      look = nextLook;
      host?.requestUpdate();
    },
  };
}
