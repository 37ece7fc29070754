import type pg from 'pg';
import type { Candle } from '../../schema/candle.ts';
import type { KeptExperience } from '../../schema/strategies/experience.ts';
import type { Decision, Signal } from '../../schema/signal.ts';
import type { Withheld } from '../../schema/signal-event.ts';
import { type Timeframe, timeframeMs } from '../../schema/timeframe.ts';
import { signalColumns, signalOf, type SignalRow } from '../signal-rows.ts';
import { grouped } from './grouped.ts';
import { candleUnpacker, packedCandles } from './packed-candles.ts';
import { readExperience } from './read-experience.ts';

export interface RestoreQuery {
  readonly symbol: string;
  /** Open of the forming window of the longest timeframe, Unix ms: minutes are wanted from here on. */
  readonly formingFrom: number;
}

export interface RestoreOptions {
  readonly timeframes: readonly Timeframe[];
  /** Closed candles a timeframe. */
  readonly historySize: number;
  readonly now: number;
}

/** All that a symbol's actor starts from. Candles oldest first. */
export interface StoredSymbol {
  readonly candles: ReadonlyMap<Timeframe, readonly Candle[]>;
  /** Open times of windows that are known to be empty. */
  readonly empty: ReadonlyMap<Timeframe, ReadonlySet<number>>;
  /** 1min candles of the forming windows. */
  readonly minutes: readonly Candle[];
  /** What its candidates have taught of their odds, and those whose horizon is not over. */
  readonly experience: readonly KeptExperience[];
  readonly signals: {
    /** Of the last day, or twelve bars, and all open ones. */
    readonly signals: readonly Signal[];
    readonly ghosts: readonly Signal[];
    readonly decisions: readonly Decision[];
    readonly withheld: readonly Withheld[];
    /** 1min candles since the first of those that are followed. */
    readonly minutes: readonly Candle[];
  };
}

const day = 86_400_000;
/** Signals of a symbol, of all assignments together: the limits count those of a day. */
const mostRecent = 2_000;
/** How many windows back a history is looked for; see `windowsInReach` of models. */
const reachOf = (historySize: number) => historySize * 12 + 6_000;

/**
 * Reads many symbols with as many statements as one would take, one after the other: other work on the pool waits for none of them. Answers
 * in their order; each is unpacked as it is called, once, so that the candles of one alone are held unpacked.
 */
export async function restoreSymbols(
  pool: Pick<pg.Pool, 'query'>,
  queries: readonly RestoreQuery[],
  options: RestoreOptions,
): Promise<(() => StoredSymbol)[]> {
  const symbols = queries.map(({ symbol }) => symbol);
  const followedOf = await readFollowed(pool, symbols, options);
  const parts = queries.map(({ symbol, formingFrom }) => {
    const followed = followedOf(symbol);
    return { symbol, formingFrom, followed, from: followedFrom(followed, options.now) };
  });
  const candles = await readHistories(pool, symbols, options);
  const empty = await readEmpty(pool, symbols, options);
  const minutesFrom = parts.map(({ formingFrom, from }) => Math.min(formingFrom, from));
  const minutes = await readMinutes(pool, symbols, minutesFrom, options.now);
  const byTimeframe = <T>(read: (timeframe: Timeframe) => T): ReadonlyMap<Timeframe, T> =>
    new Map(options.timeframes.map((timeframe) => [timeframe, read(timeframe)]));
  return parts.map(({ symbol, formingFrom, followed, from }) => () => {
    const { recent, open, ghosts, decisions, experience, withheld } = followed;
    const all = minutes(symbol);
    return {
      candles: byTimeframe((timeframe) => candles(symbol, timeframe)),
      empty: byTimeframe((timeframe) => empty(symbol, timeframe)),
      minutes: all.filter(({ openTime }) => openTime >= formingFrom),
      experience,
      signals: {
        signals: [...new Map([...recent, ...open].map((signal) => [signal.id, signal])).values()],
        ghosts,
        decisions,
        withheld,
        minutes: all.filter(({ openTime }) => openTime >= from),
      },
    };
  });
}

interface Followed {
  readonly recent: readonly Signal[];
  readonly open: readonly Signal[];
  readonly ghosts: readonly Signal[];
  readonly decisions: readonly Decision[];
  readonly experience: readonly KeptExperience[];
  readonly withheld: readonly Withheld[];
}

/** Since when minutes tell what became of what is followed, Unix ms. */
const followedFrom = ({ open, withheld, ghosts }: Followed, now: number): number =>
  Math.min(now, ...[...open, ...withheld, ...ghosts].map((one) => one.close_time));

async function readFollowed(
  pool: Pick<pg.Pool, 'query'>,
  symbols: readonly string[],
  { timeframes, now }: RestoreOptions,
): Promise<(symbol: string) => Followed> {
  const longest = Math.max(day, ...timeframes.map((timeframe) => 12 * timeframeMs[timeframe]));
  const signals = async (rest: string, ...values: unknown[]) => {
    const { rows } = await pool.query<SignalRow>(`select ${signalColumns} from ${rest}`, [
      symbols,
      ...values,
    ]);
    return grouped(rows.map(signalOf), ({ symbol }) => symbol);
  };
  const bodies = <T extends { symbol: string }>({ rows }: pg.QueryResult<{ body: T }>) =>
    grouped(
      rows.map(({ body }) => body),
      ({ symbol }) => symbol,
    );
  const recent = await signals(
    `unnest($1::text[]) as wanted (name) cross join lateral
      (select * from signal where symbol = wanted.name and created_at > $2 order by created_at desc, id desc limit $3) signal
     order by created_at desc, id desc`,
    now - longest,
    mostRecent,
  );
  const open = await signals(
    `signal where status = 'open' and symbol = any ($1::text[]) order by created_at, id`,
  );
  const ghosts = await signals(
    `signal where levels_status = 'open' and symbol = any ($1::text[]) order by created_at, id`,
  );
  const experience = await readExperience(pool, symbols);
  const decisions = bodies(
    await pool.query<{ body: Decision }>(
      'select body from decision where symbol = any ($1::text[]) order by symbol, timeframe, assignment',
      [symbols],
    ),
  );
  const withheld = bodies(
    await pool.query<{ body: Withheld }>(
      `select body from shadow where status = 'open' and symbol = any ($1::text[]) order by created_at, id`,
      [symbols],
    ),
  );
  return (symbol) => ({
    recent: recent(symbol),
    open: open(symbol),
    ghosts: ghosts(symbol),
    decisions: decisions(symbol),
    experience: experience(symbol),
    withheld: withheld(symbol),
  });
}

/** A line for each symbol and timeframe, for `unnest`. */
const pairsOf = (symbols: readonly string[], timeframes: readonly Timeframe[]) => [
  symbols.flatMap((symbol) => timeframes.map(() => symbol)),
  symbols.flatMap(() => timeframes),
];

async function readHistories(
  pool: Pick<pg.Pool, 'query'>,
  symbols: readonly string[],
  { timeframes, historySize }: RestoreOptions,
): Promise<(symbol: string, timeframe: Timeframe) => readonly Candle[]> {
  const { rows } = await pool.query<{ symbol: string; timeframe: Timeframe; packed: string }>(
    `select wanted.*, (select ${packedCandles} from
       (select * from candle where symbol = wanted.symbol and timeframe = wanted.timeframe
        order by open_time desc limit $3) newest) as packed
     from unnest($1::text[], $2::text[]) as wanted (symbol, timeframe)`,
    [...pairsOf(symbols, timeframes), historySize],
  );
  const packed = new Map(rows.map((row) => [`${row.symbol} ${row.timeframe}`, row.packed]));
  const unpack = candleUnpacker();
  return (symbol, timeframe) => unpack(symbol, timeframe, packed.get(`${symbol} ${timeframe}`) ?? '');
}

async function readEmpty(
  pool: Pick<pg.Pool, 'query'>,
  symbols: readonly string[],
  { timeframes, historySize, now }: RestoreOptions,
): Promise<(symbol: string, timeframe: Timeframe) => ReadonlySet<number>> {
  const from = timeframes.map((timeframe) => now - reachOf(historySize) * timeframeMs[timeframe]);
  const { rows } = await pool.query<{ symbol: string; timeframe: Timeframe; times: string }>(
    `select symbol, timeframe, string_agg(open_time::text, ' ' order by open_time) as times
     from unnest($1::text[], $2::text[], $3::bigint[]) as wanted (symbol, timeframe, "from")
     join empty_window using (symbol, timeframe) where open_time >= "from" and open_time < $4
     group by symbol, timeframe`,
    [...pairsOf(symbols, timeframes), symbols.flatMap(() => from), now],
  );
  const times = new Map(rows.map((row) => [`${row.symbol} ${row.timeframe}`, row.times]));
  return (symbol, timeframe) => new Set(times.get(`${symbol} ${timeframe}`)?.split(' ').map(Number));
}

async function readMinutes(
  pool: Pick<pg.Pool, 'query'>,
  symbols: readonly string[],
  from: readonly number[],
  now: number,
): Promise<(symbol: string) => readonly Candle[]> {
  const { rows } = await pool.query<{ symbol: string; packed: string }>(
    `select wanted.symbol, (select ${packedCandles} from
       (select * from candle where symbol = wanted.symbol and timeframe = '1min' and open_time >= wanted."from" and open_time < $3
        order by open_time desc) newest) as packed
     from unnest($1::text[], $2::bigint[]) as wanted (symbol, "from")`,
    [symbols, from, now],
  );
  const packed = new Map(rows.map((row) => [row.symbol, row.packed]));
  const unpack = candleUnpacker();
  return (symbol) => unpack(symbol, '1min', packed.get(symbol) ?? '');
}
