import type {
  IPrimitivePaneRenderer,
  ISeriesPrimitive,
  Logical,
  SeriesAttachedParameter,
} from 'lightweight-charts';

/**
 * A signal from its entry to its end. Positions are indices of bars and may lie beyond the last: an open signal's horizon does. `end` is
 * where it ended, or the present bar; `horizon` where it expires, absent once it has ended.
 */
export interface SignalBox {
  readonly start: number;
  readonly end: number;
  readonly horizon?: number;
  readonly entry: number;
  readonly tp: number;
  readonly sl: number;
  readonly exit?: { readonly price: number; readonly text: string; readonly colour: string };
  readonly colours: {
    readonly tp: string;
    readonly sl: string;
    readonly entry: string;
  };
  /** Colours of the two zones. */
  readonly fills: { readonly tp: string; readonly sl: string };
  readonly font: string;
}

export interface SignalBoxes extends ISeriesPrimitive {
  readonly set: (box: SignalBox | null) => void;
}

/** Draws the zones between entry and TP and between entry and SL behind the candles, and where the signal ended. */
export function signalBoxes(): SignalBoxes {
  let host: SeriesAttachedParameter | null = null;
  let box: SignalBox | null = null;

  const x = (index: number) => host!.chart.timeScale().logicalToCoordinate(index as Logical);
  const y = (price: number) => host!.series.priceToCoordinate(price);

  /** The box in media pixels; null where the scale does not know its places yet. */
  const placed = () => {
    if (box === null || host === null) return null;
    const half = host.chart.timeScale().options().barSpacing / 2;
    const [start, end, stop] = [x(box.start), x(box.end), x(box.horizon ?? box.end)];
    const [entry, tp, sl] = [y(box.entry), y(box.tp), y(box.sl)];
    if (start === null || end === null || stop === null || entry === null || tp === null || sl === null)
      return null;
    return { box, left: start - half, right: end + half, stop: stop + half, entry, tp, sl };
  };

  const drawZones: IPrimitivePaneRenderer['draw'] = (target) => {
    const place = placed();
    if (place === null) return;
    target.useMediaCoordinateSpace(({ context }) => {
      const { box: drawn, left, right, stop, entry, tp, sl } = place;
      const zone = (level: number, fill: string) => {
        context.fillStyle = fill;
        context.fillRect(left, Math.min(level, entry), right - left, Math.abs(level - entry));
        if (stop <= right) return;
        context.globalAlpha = 0.45;
        context.fillRect(right, Math.min(level, entry), stop - right, Math.abs(level - entry));
        context.globalAlpha = 1;
      };
      zone(tp, drawn.fills.tp);
      zone(sl, drawn.fills.sl);
    });
  };

  const drawLines: IPrimitivePaneRenderer['draw'] = (target) => {
    const place = placed();
    if (place === null) return;
    target.useMediaCoordinateSpace(({ context }) => {
      const { box: drawn, left, right, stop, entry, tp, sl } = place;
      const line = (level: number, colour: string, dash: number[]) => {
        context.strokeStyle = colour;
        context.lineWidth = 1;
        context.setLineDash(dash);
        context.beginPath();
        context.moveTo(left, Math.round(level) + 0.5);
        context.lineTo(stop, Math.round(level) + 0.5);
        context.stroke();
        context.setLineDash([]);
      };
      line(tp, drawn.colours.tp, [4, 3]);
      line(sl, drawn.colours.sl, [4, 3]);
      line(entry, drawn.colours.entry, []);
      const exitY = drawn.exit === undefined ? null : y(drawn.exit.price);
      if (drawn.exit === undefined || exitY === null) return;
      const exitX = right - host!.chart.timeScale().options().barSpacing / 2;
      context.strokeStyle = drawn.exit.colour;
      context.setLineDash([2, 2]);
      context.beginPath();
      context.moveTo(left, entry);
      context.lineTo(exitX, exitY);
      context.stroke();
      context.setLineDash([]);
      context.fillStyle = drawn.exit.colour;
      context.beginPath();
      context.arc(exitX, exitY, 4, 0, 2 * Math.PI);
      context.fill();
      context.font = drawn.font;
      context.textBaseline = 'middle';
      context.fillText(drawn.exit.text, right + 6, exitY);
    });
  };

  const zones = { zOrder: () => 'bottom' as const, renderer: () => ({ draw: drawZones }) };
  const lines = { zOrder: () => 'top' as const, renderer: () => ({ draw: drawLines }) };
  return {
    attached: (parameter) => {
      host = parameter;
    },
    detached: () => {
      host = null;
    },
    paneViews: () => [zones, lines],
    // The scale holds the levels while the box is in view.
    autoscaleInfo: (from, to) => {
      if (box === null || box.start > to || (box.horizon ?? box.end) < from) return null;
      const prices = [box.entry, box.tp, box.sl];
      return { priceRange: { minValue: Math.min(...prices), maxValue: Math.max(...prices) } };
    },
    set: (next) => {
      box = next;
      host?.requestUpdate();
    },
  };
}
