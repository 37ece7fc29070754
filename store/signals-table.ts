import type pg from 'pg';
import type { Mode } from '../schema/strategies/assignment.ts';
import type { ResultsQuery, Trade } from '../schema/performance.ts';
import type { AnalysedWindow } from '../schema/signal-event.ts';
import type { Decision, Signal, SignalStatus } from '../schema/signal.ts';
import type { SignalCursor } from '../schema/signal-list.ts';
import type { Timeframe } from '../schema/timeframe.ts';
import { closedTrades } from './closed-trades.ts';
import { resolvedColumns, type ResolvedRow, resolvedOf, type ResolvedSignal } from './resolved-rows.ts';
import { resultsWhere } from './results-where.ts';
import { signalColumns, signalOf, type SignalRow, withOwner } from './signal-rows.ts';

interface SignalQuery {
  readonly symbol?: string | undefined;
  readonly timeframe?: Timeframe | undefined;
  readonly status?: SignalStatus | undefined;
  readonly assignment?: string | undefined;
  /** @default all */
  readonly mode?: Mode | 'all' | undefined;
  /** @default 100 */
  readonly limit?: number | undefined;
  /** Older, and newer, than this place; the place itself is in neither. */
  readonly before?: SignalCursor | undefined;
  readonly since?: SignalCursor | undefined;
}

type Frames = NonNullable<AnalysedWindow['frames']>;

export interface SignalsTable {
  get(id: string): Promise<Signal | undefined>;
  /** The candles a signal was analysed on, as its event held them. */
  window(id: string): Promise<AnalysedWindow | undefined>;
  /** Newest first, with `next` where there is more. */
  list(query?: SignalQuery): Promise<{ signals: Signal[]; next: SignalCursor | null }>;
  /** Every signal that is still followed, of one symbol or of all, oldest first. */
  open(symbol?: string): Promise<Signal[]>;
  /** Every reversed signal whose levels are still followed, of one symbol or of all, oldest first. */
  ghosts(symbol?: string): Promise<Signal[]>;
  /** The latest resolved signals in the order of their ends, without all that statistics have no use for. */
  outcomes(
    query?: ResultsQuery & {
      /** @default 100_000 */
      limit?: number | undefined;
    },
  ): Promise<ResolvedSignal[]>;
  /** The latest `limit` of the same as trades, in the order of their ends. */
  trades(query: ResultsQuery, limit: number): Promise<Trade[]>;
  /** Resolved signals in the order of their ends. */
  resolved(query?: {
    symbol?: string | undefined;
    timeframe?: Timeframe | undefined;
    before?: number | undefined;
    limit?: number | undefined;
  }): Promise<Signal[]>;
  /** Creation times of the signals since, oldest first: what the risk gate counts. */
  openedSince(since: number): Promise<{ symbol: string; created_at: number }[]>;
  /** Was anything ever decided on this symbol? */
  knows(symbol: string): Promise<boolean>;
  /** The last decision of each timeframe and assignment, of one symbol or of all. */
  lastDecisions(symbol?: string): Promise<Decision[]>;
}

export function signalsTable(pool: pg.Pool): SignalsTable {
  const select = async (rest: string, values: unknown[]) => {
    const { rows } = await pool.query<SignalRow>(`select ${signalColumns} from signal ${rest}`, values);
    return rows.map(signalOf);
  };
  return {
    get: async (id) => (await select('where id = $1', [id]))[0],
    async window(id) {
      const { rows } = await pool.query<{ analysed_window: Buffer; analysed_frames: Frames | null }>(
        'select analysed_window, analysed_frames from signal where id = $1',
        [id],
      );
      const [row] = rows;
      if (row === undefined) return undefined;
      const window = row.analysed_window.toString('base64');
      return { window, ...(row.analysed_frames !== null && { frames: row.analysed_frames }) };
    },
    async list({ symbol, timeframe, status, assignment, mode = 'all', limit = 100, before, since } = {}) {
      const found = await select(
        `where ($1::text is null or symbol = $1) and ($2::text is null or timeframe = $2)
           and ($3::text is null or status = $3)
           and ($9::text is null or assignment = $9) and ($10::text is null or mode = $10)
           and ($4::bigint is null or created_at < $4 or (created_at = $4 and id < $5::text))
           and ($6::bigint is null or created_at > $6 or (created_at = $6 and id > $7::text))
         order by created_at desc, id desc limit $8`,
        [
          symbol ?? null,
          timeframe ?? null,
          status ?? null,
          before?.createdAt ?? null,
          before?.id ?? null,
          since?.createdAt ?? null,
          since?.id ?? null,
          limit + 1,
          assignment ?? null,
          mode === 'all' ? null : mode,
        ],
      );
      const signals = found.slice(0, limit);
      const last = signals.at(-1);
      return {
        signals,
        next: found.length > limit && last !== undefined ? { createdAt: last.created_at, id: last.id } : null,
      };
    },
    open: (symbol) =>
      select(`where status = 'open' and ($1::text is null or symbol = $1) order by created_at, id`, [
        symbol ?? null,
      ]),
    ghosts: (symbol) =>
      select(`where levels_status = 'open' and ($1::text is null or symbol = $1) order by created_at, id`, [
        symbol ?? null,
      ]),
    async outcomes({ limit = 100_000, ...query } = {}) {
      const { where, values } = resultsWhere(query, 'signal_type');
      const { rows } = await pool.query<ResolvedRow>(
        `select ${resolvedColumns} from signal where ${where} order by resolved_at desc, id desc limit $8`,
        [...values, limit],
      );
      return rows.map(resolvedOf).reverse();
    },
    trades: (query, limit) => closedTrades(pool, query, limit),
    resolved: ({ symbol, timeframe, before, limit = 100_000 } = {}) =>
      select(
        `where resolved_at is not null and ($1::text is null or symbol = $1) and ($2::text is null or timeframe = $2)
           and ($3::bigint is null or resolved_at < $3)
         order by resolved_at, id limit $4`,
        [symbol ?? null, timeframe ?? null, before ?? null, limit],
      ),
    async openedSince(since) {
      const { rows } = await pool.query<{ symbol: string; created_at: number }>(
        'select symbol, created_at from signal where created_at >= $1 order by created_at',
        [since],
      );
      return rows;
    },
    async knows(symbol) {
      const { rows } = await pool.query<{ known: boolean }>(
        `select exists (select from decision where symbol = $1)
             or exists (select from signal where symbol = $1) as known`,
        [symbol],
      );
      return rows[0]!.known;
    },
    async lastDecisions(symbol) {
      const { rows } = await pool.query<{ body: Decision }>(
        'select body from decision where ($1::text is null or symbol = $1) order by symbol, timeframe, assignment',
        [symbol ?? null],
      );
      return rows.map((row) => withOwner(row.body));
    },
  };
}
