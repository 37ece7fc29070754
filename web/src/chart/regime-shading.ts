import type {
  IPrimitivePaneRenderer,
  ISeriesPrimitive,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts';

/** A shaded stretch between two bars, both included. Times are opens, Unix seconds. */
export interface Shade {
  readonly from: number;
  readonly to: number;
  readonly fill: string;
  readonly ribbon: string;
}

/** Height of the ribbon under the shading, px: it distinguishes regimes even where the tint is faint. */
const ribbonHeight = 4;

export interface RegimeShading extends ISeriesPrimitive {
  readonly set: (shades: readonly Shade[]) => void;
}

/** Draws regimes behind the candles, a faint tint with a ribbon at the foot. */
export function regimeShading(): RegimeShading {
  let chart: SeriesAttachedParameter | null = null;
  let shades: readonly Shade[] = [];
  const draw: IPrimitivePaneRenderer['draw'] = (target) => {
    target.useBitmapCoordinateSpace(
      ({ context, bitmapSize, horizontalPixelRatio: px, verticalPixelRatio }) => {
        const scale = chart?.chart.timeScale();
        if (scale === undefined) return;
        const half = (scale.options().barSpacing / 2) * px;
        for (const shade of shades) {
          const first = scale.timeToCoordinate(shade.from as unknown as Time);
          const last = scale.timeToCoordinate(shade.to as unknown as Time);
          if (first === null || last === null) continue;
          const left = Math.round(first * px - half);
          const width = Math.round(last * px + half) - left;
          const ribbon = Math.round(ribbonHeight * verticalPixelRatio);
          context.fillStyle = shade.fill;
          context.fillRect(left, 0, width, bitmapSize.height - ribbon);
          context.fillStyle = shade.ribbon;
          context.fillRect(left, bitmapSize.height - ribbon, width, ribbon);
        }
      },
    );
  };
  const view = { zOrder: () => 'bottom' as const, renderer: () => ({ draw }) };
  return {
    attached: (parameter) => {
      chart = parameter;
    },
    detached: () => {
      chart = null;
    },
    paneViews: () => [view],
    set: (next) => {
      shades = next;
      chart?.requestUpdate();
    },
  };
}
