import { formatCountdown } from '../../format/time.ts';
import { timeframeSeconds } from '../../format/timeframe.ts';
import { chartData } from '../../state/chart/candles.ts';
import { now } from '../../state/clock.ts';
import { useStore } from '../../state/use-store.ts';

/** How long the forming candle has to go: signals come at its close and at no other time. */
export function ClosesIn() {
  const closeMs = useStore(chartData, (shown) => {
    const last = shown?.bars.at(-1);
    if (shown === null || last === undefined || last.closed) return null;
    return (last.time + timeframeSeconds[shown.timeframe]) * 1000;
  });
  const left = useStore(now, (ms) =>
    closeMs === null || ms >= closeMs ? null : formatCountdown(closeMs - ms),
  );
  return left === null ? null : <p class="closes-in">closes in {left}</p>;
}
