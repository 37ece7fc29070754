import { analyse } from '../../models/decision/analyse.ts';
import { seededRandom, standardNormal } from '../../models/random.ts';
import { type Timeframe, timeframeMs } from '../../schema/timeframe.ts';

const length = 250;
/** The first seed that calls, by what was asked: looking for it takes seconds. */
const found = new Map<string, number>();

/** 250 candles, as they are posted, on which the decision rule calls a direction: this one, or whichever comes first. The last closes at `closeTime`, Unix ms. */
export function callingCandles(
  timeframe: Timeframe = '1h',
  { direction, closeTime }: { direction?: 'BUY' | 'SELL'; closeTime?: number } = {},
) {
  const seconds = timeframeMs[timeframe] / 1000;
  const start =
    closeTime === undefined ? 1_700_000_000 - (1_700_000_000 % seconds) : closeTime / 1000 - length * seconds;
  const key = `${timeframe} ${direction}`;
  for (let seed = found.get(key) ?? 1; ; seed++) {
    const random = seededRandom(seed);
    let price = 100;
    const rows = Array.from({ length }, (_, i) => {
      const open = price;
      price *= Math.exp(0.004 * standardNormal(random));
      const spread = price * 0.002 * random();
      return {
        time: start + i * seconds,
        open,
        high: Math.max(open, price) + spread,
        low: Math.min(open, price) - spread,
        close: price,
      };
    });
    const column = (key: keyof (typeof rows)[number]) => Float64Array.from(rows, (row) => row[key]);
    const columns = {
      time: column('time').map((time) => time * 1000),
      open: column('open'),
      high: column('high'),
      low: column('low'),
      close: column('close'),
      volume: new Float64Array(length),
      volumeKind: 'none' as const,
    };
    const called = analyse(columns).direction;
    if (called === 'WAIT' || called !== (direction ?? called)) continue;
    found.set(key, seed);
    return rows;
  }
}
