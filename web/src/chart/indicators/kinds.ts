/** One number that an indicator is computed with, and its bounds. */
export interface Parameter {
  readonly label: string;
  readonly least: number;
  readonly most: number;
  readonly step: number;
  readonly usual: number;
}

export interface Kind {
  readonly short: string;
  readonly label: string;
  /** What it shows, for those who meet it here for the first time. */
  readonly sentence: string;
  readonly parameters: readonly Parameter[];
  /** On the candles, or in a pane of its own below them. */
  readonly place: 'candles' | 'pane';
  /** Lines it draws. */
  readonly lines: number;
}

const bars = (usual: number): Parameter => ({ label: 'Bars', least: 2, most: 400, step: 1, usual });

export const kinds = {
  sma: {
    short: 'SMA',
    label: 'Simple moving average',
    sentence: 'The mean of the last closes.',
    parameters: [bars(20)],
    place: 'candles',
    lines: 1,
  },
  ema: {
    short: 'EMA',
    label: 'Exponential moving average',
    sentence: 'A mean in which newer closes weigh more.',
    parameters: [bars(50)],
    place: 'candles',
    lines: 1,
  },
  bollinger: {
    short: 'BB',
    label: 'Bollinger bands',
    sentence: 'The mean of the last closes with bands so many standard deviations above and below.',
    parameters: [bars(20), { label: 'Deviations', least: 0.5, most: 5, step: 0.1, usual: 2 }],
    place: 'candles',
    lines: 3,
  },
  vwap: {
    short: 'VWAP',
    label: 'Volume-weighted average price',
    sentence: 'What a unit has cost on average since midnight UTC.',
    parameters: [],
    place: 'candles',
    lines: 1,
  },
  rsi: {
    short: 'RSI',
    label: 'Relative strength index',
    sentence:
      "Rises against falls, from 0 to 100, by Wilder's average. Above 70 much has been bought, below 30 sold.",
    parameters: [bars(14)],
    place: 'pane',
    lines: 1,
  },
  atr: {
    short: 'ATR',
    label: 'Average true range',
    sentence: "How far the price moves in a bar, gaps included, by Wilder's average.",
    parameters: [bars(14)],
    place: 'pane',
    lines: 1,
  },
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof kinds;

/** One indicator of a chart. */
export interface Indicator {
  readonly kind: KindName;
  /** In the order of the kind's parameters. */
  readonly values: readonly number[];
}

export const kindOf = ({ kind }: Pick<Indicator, 'kind'>): Kind => kinds[kind];

/** `SMA 20`, `BB 20 2`. */
export const titleOf = ({ kind, values }: Indicator): string => [kinds[kind].short, ...values].join(' ');

export const usual = (kind: KindName): Indicator => ({
  kind,
  values: kinds[kind].parameters.map((parameter) => parameter.usual),
});

/** The number within its bounds and on its step; the usual one where it is none. */
export function bounded({ least, most, step, usual: fallback }: Parameter, value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return fallback;
  const rounded = Number((Math.round(value / step) * step).toFixed(4));
  return Math.min(most, Math.max(least, rounded));
}
