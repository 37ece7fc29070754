import { Piscina } from 'piscina';
import type { AnalyzeBody, CandleCompleteBody } from '../../schema/analyze.ts';
import { Problem } from '../problem.ts';
import { type PackedWindow, unpackWindow } from './packed-window.ts';
import type { TooFew } from './parse-window.ts';
import type { Refused, WindowTask } from './window-thread.ts';

/** Reads the bodies of candles that are posted. Each rejects with Problem: 400 with what is wrong, 503 where it takes too long. */
export interface WindowParser {
  readonly analyze: (bytes: Uint8Array) => Promise<AnalyzeBody>;
  readonly candleComplete: (bytes: Uint8Array) => Promise<CandleCompleteBody | TooFew>;
}

export interface WindowParserOptions {
  /** For one body, ms. @default 10000 */
  readonly timeoutMs?: number;
  /** The module that the thread runs. @default window-thread.ts */
  readonly worker?: URL;
}

/** MB. A body of 1 MB holds 150,000 values at most. */
const limits = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 8 };
/** The thread ends when nobody has posted for so long, ms. */
const idleTimeout = 60_000;

/**
 * Parses bodies in a thread: one of 1 MB takes up to 50 ms, in which the event loop would send no price. A thread that dies or hangs
 * is replaced, and its body answered with 503.
 */
export function createWindowParser({
  timeoutMs = 10_000,
  worker = new URL('./window-thread.ts', import.meta.url),
}: WindowParserOptions = {}): WindowParser & { readonly close: () => Promise<void> } {
  const piscina = new Piscina<WindowTask, PackedWindow | TooFew | Refused>({
    filename: worker.href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout,
    resourceLimits: limits,
    atomics: 'disabled',
    recordTiming: false,
  });
  piscina.on('error', () => {
    // A thread that dies without a task is replaced with the next one.
  });
  const parse = async (route: WindowTask['route'], bytes: Uint8Array): Promise<AnalyzeBody | TooFew> => {
    const answer = await piscina
      .run({ route, bytes }, { signal: AbortSignal.timeout(timeoutMs) })
      .catch((cause: unknown) => {
        throw Object.assign(unread(), { cause });
      });
    if ('packed' in answer) return unpackWindow(answer);
    if ('received' in answer) return answer;
    throw new Problem(answer.status, answer.code, answer.message);
  };
  return {
    // Only the other route is ever answered with too few.
    analyze: (bytes) => parse('analyze', bytes) as Promise<AnalyzeBody>,
    candleComplete: (bytes) => parse('candleComplete', bytes),
    close: () => piscina.destroy(),
  };
}

const unread = () =>
  new Problem(503, 'overloaded', 'the body could not be read in time', { 'Retry-After': '2' });
