import type { Candle } from '../schema/candle.ts';
import { networkReason } from '../schema/outside/network-reason.ts';
import type { Timeframe } from '../schema/timeframe.ts';
import { wireCandle } from '../schema/wire-candle.ts';
import { abortableDelay } from './abortable-delay.ts';

export interface BackendFeedOptions {
  /** BACKEND_URL; candles go to `/api/candle-complete` under it. */
  readonly url: string;
  readonly apiKey?: string | undefined;
  /** Attempts at one close before it is given up. @default 3 */
  readonly attempts?: number;
  /** Time limit of one attempt, ms. @default 10000 */
  readonly timeoutMs?: number;
  /** Wait before the nth retry, ms. @default 1 s, doubled each time */
  readonly delayMs?: (attempt: number) => number;
  readonly onFailure: (error: unknown, close: { symbol: string; timeframe: Timeframe }) => void;
  readonly onSuperseded?: () => void;
}

export interface BackendFeed {
  /** Sends a closed candle with its history, oldest first. Never blocks, never throws. */
  readonly publish: (candles: readonly Candle[]) => void;
  /** Stops and drops what still waits. */
  readonly close: () => void;
}

/**
 * Posts closed candles to BACKEND_URL, one at a time. While it is slow or away the newest close of each symbol and
 * timeframe waits and replaces an older one: the backend needs the newest candle, and memory stays bounded.
 */
export function backendFeed(options: BackendFeedOptions): BackendFeed {
  const { onFailure, onSuperseded = () => {}, attempts = 3 } = options;
  const { delayMs = (attempt) => 500 * 2 ** attempt } = options;
  const waiting = new Map<string, readonly Candle[]>();
  const stop = new AbortController();
  let isBusy = false;

  const drain = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    for (;;) {
      const [next] = waiting;
      if (next === undefined || stop.signal.aborted) break;
      waiting.delete(next[0]);
      await deliver(next[1]);
    }
    isBusy = false;
  };

  const deliver = async (candles: readonly Candle[]): Promise<void> => {
    const { symbol, timeframe } = candles.at(-1)!;
    for (let attempt = 1; ; attempt++) {
      try {
        return await post(candles, options, stop.signal);
      } catch (error) {
        if (stop.signal.aborted) return;
        if (attempt >= attempts || error instanceof Refused) {
          onFailure(error, { symbol, timeframe });
          return;
        }
        await abortableDelay(delayMs(attempt), stop.signal);
      }
    }
  };

  return {
    publish: (candles) => {
      const last = candles.at(-1);
      if (last === undefined || stop.signal.aborted) return;
      const key = `${last.symbol} ${last.timeframe}`;
      if (waiting.delete(key)) onSuperseded();
      waiting.set(key, candles);
      void drain();
    },
    close: () => {
      stop.abort();
      waiting.clear();
    },
  };
}

/** A final refusal: a 4xx that the same candles would receive again. */
class Refused extends Error {}

async function post(
  candles: readonly Candle[],
  options: BackendFeedOptions,
  stop: AbortSignal,
): Promise<void> {
  const { symbol, timeframe } = candles.at(-1)!;
  const response = await fetch(`${options.url.replace(/\/+$/, '')}/api/candle-complete`, {
    method: 'POST',
    redirect: 'error',
    headers: {
      'content-type': 'application/json',
      ...(options.apiKey === undefined ? {} : { 'x-api-key': options.apiKey }),
    },
    body: JSON.stringify({
      symbol,
      timeframe,
      candles: candles.map((candle) => {
        const { volume_kind: _kind, complete: _complete, ...bar } = wireCandle(candle);
        return bar;
      }),
    }),
    signal: AbortSignal.any([stop, AbortSignal.timeout(options.timeoutMs ?? 10_000)]),
  }).catch((error: unknown) => {
    throw new Error(`the analyser at BACKEND_URL: ${networkReason(error)}`, { cause: error });
  });
  await response.body?.cancel();
  if (response.ok) return;
  const isFinal = response.status < 500 && ![408, 425, 429].includes(response.status);
  const message = `the analyser at BACKEND_URL answered ${response.status}`;
  throw isFinal ? new Refused(message) : new Error(message);
}
