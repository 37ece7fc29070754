import { analyse } from '../../models/decision/analyse.ts';
import { seededRandom, standardNormal } from '../../models/random.ts';

const length = 250;

/** 250 hourly candles, as they are posted, on which the decision rule calls a direction. */
export function callingCandles() {
  for (let seed = 1; ; seed++) {
    const random = seededRandom(seed);
    let price = 100;
    const rows = Array.from({ length }, (_, i) => {
      const open = price;
      price *= Math.exp(0.004 * standardNormal(random));
      const spread = price * 0.002 * random();
      return {
        time: 1_700_000_000 - (1_700_000_000 % 3600) + i * 3600,
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
    if (analyse(columns).direction !== 'WAIT') return rows;
  }
}
