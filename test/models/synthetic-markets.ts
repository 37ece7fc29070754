import type { CandleColumns } from '../../models/candle-columns.ts';
import { type Random, seededRandom, standardNormal } from '../../models/random.ts';

const minute = 60_000;
const perDay = 1440;

/** One minute: the trades' prices in log units, none where nobody trades. */
type Minute = (m: number, random: Random) => number[];

/** Minutes of a market of known truth, folded into bars of `barMinutes`; a window without a trade makes no bar. */
function market(seed: number, days: number, barMinutes: number, trades: Minute): CandleColumns {
  const random = seededRandom(seed);
  const rows: { time: number; open: number; high: number; low: number; close: number }[] = [];
  for (let m = 0; m < days * perDay; m++) {
    const time = Math.floor(m / barMinutes) * barMinutes * minute;
    for (const log of trades(m, random)) {
      const price = 100 * Math.exp(log);
      const row = rows.at(-1);
      if (row?.time !== time) rows.push({ time, open: price, high: price, low: price, close: price });
      else {
        row.high = Math.max(row.high, price);
        row.low = Math.min(row.low, price);
        row.close = price;
      }
    }
  }
  const column = (of: keyof (typeof rows)[number]) => Float64Array.from(rows, (row) => row[of]);
  return {
    time: column('time'),
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: new Float64Array(rows.length),
    volumeKind: 'none',
  };
}

/** A walk of many small steps a minute. */
function walking(volatilityAt: (m: number, random: Random) => number): Minute {
  let price = 0;
  const steps = 8;
  return (m, random) => {
    const step = volatilityAt(m, random) / Math.sqrt(steps);
    return Array.from({ length: steps }, () => (price += step * standardNormal(random)));
  };
}

/** Volatility swings with the hour: five times as high at its height as at its depth. */
export const seasonalMarket = (seed: number, days: number, barMinutes: number): CandleColumns =>
  market(
    seed,
    days,
    barMinutes,
    walking((m) => 4e-4 * Math.exp(0.8 * Math.sin((2 * Math.PI * m) / perDay))),
  );

/** Volatility that wanders slowly. */
export const wanderingMarket = (seed: number, days: number, barMinutes: number): CandleColumns => {
  let log = 0;
  return market(
    seed,
    days,
    barMinutes,
    walking((_, random) => 4e-4 * Math.exp((log = 0.999 * log + 0.02 * standardNormal(random)))),
  );
};

/** About one trade a minute, at bid or ask by chance, half a spread of `half` beside a steady walk. */
export const thinMarket = (seed: number, days: number, barMinutes: number, half = 6e-4): CandleColumns => {
  let middle = 0;
  return market(seed, days, barMinutes, (_, random) => {
    const trades: number[] = [];
    for (let step = 0; step < 10; step++) {
      middle += (4e-4 / Math.sqrt(10)) * standardNormal(random);
      if (random() < 0.09) trades.push(middle + (random() < 0.5 ? half : -half));
    }
    return trades;
  });
};
