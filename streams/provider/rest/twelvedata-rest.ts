import type { SchedulerLike } from 'rxjs';
import type { Bar } from '../../../schema/candle.ts';
import type { ProviderFacts } from '../../../schema/symbol/instrument.ts';
import { timeframeMs, type Timeframe } from '../../../schema/timeframe.ts';
import { BudgetClosedError, DayExhaustedError, type CreditBudget } from './credit-budget.ts';
import { abortableDelay } from './abortable-delay.ts';
import { httpExchange, TooLargeError } from '../../http-exchange.ts';
import type { RestBars } from './ask-bars.ts';
import { guestPenaltyMs, guestSpares } from './guest-place.ts';
import {
  BadAnswerError,
  parseTimeSeries,
  ProviderError,
  type SpoiltBar,
  type TimeSeries,
} from './parse-time-series.ts';
import { exchangeMismatch, parseMeta } from './parse-meta.ts';
import { BudgetFullError } from './request-queue.ts';
import { settle } from './settle-credits.ts';
import { toProviderSymbol } from '../provider-symbol.ts';

interface TimeSeriesQuery {
  /** Public form. */
  readonly symbol: string;
  readonly interval: Timeframe;
  /** Bars at most, the newest, 1 to 5000. @default 5000 where a time is given, else 250 */
  readonly outputSize?: number;
  /** Opens of `[from, to)`, Unix ms. */
  readonly from?: number;
  readonly to?: number;
  /** Nobody's signals wait for it: it comes after all others, and leaves half of the day's credits to them. */
  readonly isSpare?: boolean;
  readonly signal?: AbortSignal;
}

export interface TwelveDataRestOptions {
  readonly url: string;
  readonly key: string;
  readonly budget: CreditBudget;
  /** For timers and time limits. */
  readonly clock: SchedulerLike;
  /** Market time, which separates finished bars from the forming one, Unix ms. @default the clock's */
  readonly marketTime?: () => number;
  /** Symbols whose requests come after those of all others, and leave half of the day's credits to them. @default none */
  readonly isGuest?: (symbol: string) => boolean;
  /** @default 15 s */
  readonly timeoutMs?: number;
  /** @default 8 MiB */
  readonly maxBytes?: number;
  /** An answer held impossible bars, which were left out. */
  readonly onSpoilt?: (query: TimeSeriesQuery, spoilt: readonly SpoiltBar[]) => void;
  /** The metadata of an answer: type, exchange and currency of its symbol. */
  readonly onFacts?: (symbol: string, facts: ProviderFacts) => void;
}

export interface TwelveDataRest {
  /**
   * Finished bars, oldest first, each open time once, and the open times of impossible bars that were left out. A bar that was left out and
   * has no readable time puts every window without a bar in doubt. Waits for credits, most recent gap first; waits out an exhausted minute
   * and an outage, until the provider answers again, or answers other requests but not this one. Rejects with ProviderError,
   * BadAnswerError, DayExhaustedError, BudgetFullError, the signal's reason, or what `fetch` threw.
   */
  readonly timeSeries: (query: TimeSeriesQuery) => Promise<RestBars>;
}

/** Bars in one answer at most: the provider's limit. */
const mostBars = 5000;
const outageTries = 3;
/** A request that failed loses priority, as if its gap were so much older, ms: no request blocks all others. */
const penaltyMs = 3_600_000;
/** Refusals for lack of credits before a request fails; others may use the same key. */
const minuteTries = 5;
/** The newest bar of an answer counts as finished this long after its close: our clock may be ahead of the provider's. */
const finishedAfterMs = 5_000;

/** TwelveData's REST within the plan's credits. The key is sent in a header only, never in the URL. */
export function twelveDataRest(options: TwelveDataRestOptions): TwelveDataRest {
  const { key, budget, clock, timeoutMs = 15_000, maxBytes = 8 * 1_048_576, onSpoilt } = options;
  const { marketTime = () => clock.now(), isGuest = () => false } = options;

  const fetchOnce = async (query: TimeSeriesQuery, urgency: number): Promise<TimeSeries> => {
    const { signal } = query;
    const place =
      query.isSpare === true || isGuest(query.symbol)
        ? { priority: urgency - guestPenaltyMs, spares: guestSpares }
        : { priority: urgency };
    const lease = await budget.acquire({ cost: 1, ...place, signal });
    try {
      const answer = await httpExchange({
        url: urlOf(options.url, query),
        headers: { authorization: `apikey ${key}`, accept: 'application/json' },
        clock,
        timeoutMs,
        maxBytes,
        signal,
      });
      settle(lease, answer);
      const series = parseTimeSeries(answer.text, answer.status);
      const facts = parseMeta(answer.text);
      const mismatch = exchangeMismatch(query.symbol, facts);
      if (mismatch !== undefined) throw new BadAnswerError(mismatch);
      options.onFacts?.(query.symbol, facts);
      lease.answered();
      return series;
    } catch (error) {
      if (isCode(error, 429)) lease.exhausted(/for the day/i.test(error.message) ? 'day' : 'minute');
      if (signal?.aborted !== true) (isOutage(error) ? lease.failed : lease.answered)();
      throw error;
    } finally {
      lease.release();
    }
  };

  const fetchThroughOutages = async (query: TimeSeriesQuery): Promise<TimeSeries> => {
    let answersBefore = Infinity;
    for (let outages = 0, refusals = 0; ;) {
      try {
        return await fetchOnce(query, (query.to ?? marketTime()) - outages * penaltyMs);
      } catch (error) {
        query.signal?.throwIfAborted();
        if (isCode(error, 429)) {
          if (++refusals >= minuteTries) throw error;
        } else if (isOutage(error)) {
          const { answers } = budget.state();
          answersBefore = Math.min(answersBefore, answers);
          // Other requests were answered meanwhile: the provider fails at this one.
          if (++outages >= outageTries && answers > answersBefore) throw error;
        } else throw error;
      }
    }
  };

  return {
    timeSeries: async (query) => {
      let series = await fetchThroughOutages(query);
      const unproven = unprovenMs(series.bars, query, marketTime());
      if (unproven > 0) {
        await abortableDelay(unproven, clock, query.signal);
        series = await fetchThroughOutages(query);
      }
      if (series.spoilt.length > 0) onSpoilt?.(query, series.spoilt);
      const bars = finished(series.bars, query, marketTime());
      const spoilt = spoiltOpens(series, query, marketTime());
      return spoilt.length === 0 ? bars : Object.assign(bars, { spoilt });
    },
  };
}

function urlOf(base: string, { symbol, interval, outputSize, from, to }: TimeSeriesQuery): URL {
  const url = new URL('time_series', base.endsWith('/') ? base : `${base}/`);
  const isDated = from !== undefined || to !== undefined;
  const fields: Record<string, string | number> = {
    symbol: toProviderSymbol(symbol),
    interval,
    outputsize: outputSize ?? (isDated ? mostBars : 250),
    timezone: 'UTC',
    order: 'asc',
    // The default of five decimals is too few for cheap coins.
    dp: 11,
    ...(from !== undefined && { start_date: stampOf(from) }),
    // `end_date` is inclusive; one bar more proves that those before it are finished.
    ...(to !== undefined && { end_date: stampOf(to + timeframeMs[interval] - 1000) }),
  };
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, String(value));
  return url;
}

const stampOf = (time: number) => new Date(time).toISOString().slice(0, 19).replace('T', ' ');

/** Time until the last window before `to` is surely finished, ms: before that, a missing bar there would pass for an empty window. */
function unprovenMs(bars: readonly Bar[], { to, interval }: TimeSeriesQuery, now: number): number {
  if (to === undefined || to > now || (newestOf(bars, interval, now)?.openTime ?? 0) >= to) return 0;
  return Math.max(0, to + finishedAfterMs - now);
}

/** Bars without the forming one: the newest counts as forming until its window has surely passed. Each other has a newer bar as proof. */
function finished(bars: readonly Bar[], { interval, from, to }: TimeSeriesQuery, now: number): Bar[] {
  const wanted = bars.filter(
    ({ openTime }) => openTime >= (from ?? -Infinity) && openTime < (to ?? Infinity),
  );
  const newest = newestOf(bars, interval, now);
  return wanted.filter((bar) => {
    const margin = bar === newest ? finishedAfterMs : 0;
    return bar.openTime + timeframeMs[interval] + margin <= now;
  });
}

/** The newest bar that can have begun, by a clock that may be a little ahead of ours: a bar of another year proves nothing. */
const newestOf = (bars: readonly Bar[], interval: Timeframe, now: number): Bar | undefined =>
  bars.findLast(({ openTime }) => openTime <= now + timeframeMs[interval]);

/** Open times in `[from, to)` of windows in doubt, oldest first. A bar without a readable time may be that of any window without one. */
function spoiltOpens(
  { bars, spoilt }: TimeSeries,
  { interval, from, to }: TimeSeriesQuery,
  now: number,
): number[] {
  const length = timeframeMs[interval];
  const begin = from ?? bars[0]?.openTime ?? now;
  const end = Math.min(to ?? now, now);
  const known = spoilt.flatMap(({ openTime }) => openTime ?? []);
  const opens = new Set(known.filter((open) => open >= begin && open < end));
  if (known.length < spoilt.length) {
    const there = new Set(bars.map(({ openTime }) => openTime));
    for (let open = Math.max(begin, end - mostBars * length); open < end; open += length)
      if (!there.has(open)) opens.add(open);
  }
  return [...opens].sort((a, b) => a - b);
}

function isCode(error: unknown, code: number): error is ProviderError {
  return error instanceof ProviderError && error.code === code;
}

/** Is it worth a retry? An outage passes; a refusal or an invalid answer does not. */
function isOutage(error: unknown): boolean {
  if (error instanceof ProviderError) return error.code >= 500;
  const isOurs = [BadAnswerError, TooLargeError, DayExhaustedError, BudgetFullError, BudgetClosedError].some(
    (kind) => error instanceof kind,
  );
  return !isOurs;
}
