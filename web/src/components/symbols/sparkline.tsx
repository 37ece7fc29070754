import { linePath } from '../../chart/line-path.ts';
import { quotes, type Day } from '../../state/quotes.ts';
import { useStore } from '../../state/use-store.ts';

const width = 64;
const height = 18;

/**
 * The day's course up to now, against where it began. A picture of the change beside it, which is read out. The price
 * counts by the pixel it falls on: most ticks move none, and cost no drawing.
 */
export function Sparkline({ symbol, day }: { readonly symbol: string; readonly day: Day }) {
  const past = [day.open, ...day.closes];
  const pixel = (Math.max(...past) - Math.min(...past)) / height || 1;
  const price = useStore(quotes, (all) => Math.round((all.get(symbol)?.price ?? day.open) / pixel) * pixel);
  const values = [...past, price];
  const top = Math.max(...values);
  const bottom = Math.min(...values);
  const begin = top === bottom ? height / 2 : ((top - day.open) / (top - bottom)) * height;
  return (
    <svg
      class={`sparkline tone-${price >= day.open ? 'up' : 'down'}`}
      viewBox={`0 -1 ${width} ${height + 2}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path class="sparkline-begin" d={`M0 ${begin.toFixed(1)}H${width}`} />
      <path class="sparkline-line" d={linePath(values, { width, height, top, bottom })} />
    </svg>
  );
}
