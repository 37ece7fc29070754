import { type AnalysersAway, redisAway } from './analysers-away.ts';
import type { JobQueue } from './job-queue.ts';
import type { PendingAnalyses, PendingAnalysis } from './pending-analyses.ts';

/** Delay before Redis is asked again that answered and took no job, ms. */
const againMs = 1_000;

/** Puts pending analyses into the queue. While nobody can analyse, requests are rejected and live closes held. */
export interface Asking {
  /** Why nobody can analyse; undefined while somebody can. */
  readonly away: AnalysersAway | undefined;
  readonly isClosed: boolean;
  readonly ask: (one: PendingAnalysis) => void;
  /** Nobody can analyse: rejects the requests of clients, and holds live closes. */
  readonly giveUp: (why: AnalysersAway) => void;
  /** Somebody can again: asks for all that is pending and not asked for on the present channel. */
  readonly resume: () => void;
  readonly close: () => void;
}

export interface AskingOptions {
  readonly jobs: Pick<JobQueue, 'add' | 'remove'>;
  readonly pending: PendingAnalyses;
  /** Where answers are received now; undefined without a connection. */
  readonly channel: () => string | undefined;
}

export function createAsking({ jobs, pending, channel }: AskingOptions): Asking {
  let away: AnalysersAway | undefined;
  let isClosed = false;

  const add = async (one: PendingAnalysis, answersTo: string): Promise<void> => {
    pending.renew(one, answersTo);
    const { id } = one;
    try {
      await jobs.add(one);
      if (pending.get(id) === undefined) await jobs.remove(id);
    } catch (error) {
      if (pending.get(id) === undefined) return;
      one.channel = undefined;
      if (channel() === undefined) return;
      // It answers, and takes no job: full, or a replica.
      if (one.caller === undefined) setTimeout(askAll, againMs).unref();
      else pending.settle(one, redisAway((error as Error).message, { cause: error }));
    }
  };
  const askAll = (): void => {
    const answersTo = channel();
    if (isClosed || away !== undefined || answersTo === undefined) return;
    for (const one of pending.all()) {
      if (one.channel === answersTo) continue;
      pending.setBegun(one, undefined);
      pending.release(one);
      void add(one, answersTo);
    }
  };

  return {
    get away() {
      return away;
    },
    get isClosed() {
      return isClosed;
    },
    ask(one) {
      const answersTo = channel();
      if (away !== undefined) pending.hold(one);
      else if (answersTo !== undefined) void add(one, answersTo);
    },
    giveUp(why) {
      away = why;
      for (const one of pending.all()) {
        if (one.caller === undefined) {
          pending.hold(one);
          one.channel = undefined;
        } else pending.settle(one, why);
        void jobs.remove(one.id);
      }
    },
    resume() {
      if (isClosed) return;
      away = undefined;
      askAll();
    },
    close() {
      isClosed = true;
    },
  };
}
