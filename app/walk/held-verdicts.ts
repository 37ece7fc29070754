import { from, Observable, type Subscriber } from 'rxjs';
import type { CloseVerdict } from '../../operators/analysis/analyse-closes.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import type { Pending } from './pending.ts';

type Close = { readonly timeframe: Timeframe; readonly closeTime: number };

interface Held extends Close {
  readonly verdict: Promise<CloseVerdict>;
  readonly subscriber: Subscriber<CloseVerdict>;
}

/** Decisions that wait for their close, at most: those whose close never comes are forgotten. */
const mostEarly = 64;

/** Holds the analysis of one symbol's close back until it is known when the recording server had it. */
export interface HeldVerdicts {
  /** Emits the verdict once its close is due; completes without one where the server never decided it. */
  readonly hold: (close: Close, verdict: Promise<CloseVerdict>) => Observable<CloseVerdict>;
  /** The server decided this close now. False where it is not held: it is due as soon as it is. */
  readonly due: (close: Close) => Promise<boolean>;
}

export function createHeldVerdicts(pending: Pending): HeldVerdicts {
  const early = new Set<string>();
  let held: Held | undefined;
  return {
    hold: ({ timeframe, closeTime }, verdict) =>
      early.delete(`${timeframe} ${closeTime}`)
        ? from(pending.add(verdict))
        : new Observable((subscriber) => {
            verdict.catch(() => {});
            held = { timeframe, closeTime, verdict, subscriber };
          }),
    due: async ({ timeframe, closeTime }) => {
      const own = held;
      held = undefined;
      if (own?.timeframe !== timeframe || own.closeTime !== closeTime) {
        early.add(`${timeframe} ${closeTime}`);
        for (const oldest of early) {
          if (early.size <= mostEarly) break;
          early.delete(oldest);
        }
        // Given up there: superseded, or failed.
        own?.subscriber.complete();
        return false;
      }
      try {
        own.subscriber.next(await own.verdict);
        own.subscriber.complete();
      } catch (error) {
        own.subscriber.error(error);
      }
      return true;
    },
  };
}
