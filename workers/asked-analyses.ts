import type { Analysis } from '../models/decision/analysis.ts';
import type { AnalysisJob } from '../schema/analysis-job.ts';
import type { z } from 'zod';
import type { Line } from './line-bounds.ts';

/** An analysis that somebody waits for. */
export interface Asked {
  /** Of its job; another each time it is asked. */
  id: string;
  /** Where its answer is expected; undefined while it is not in Redis. */
  channel: string | undefined;
  /** When a thread took it in hand (`performance.now()`); undefined while it waits. */
  begun: number | undefined;
  /** Undefined for a live close. */
  readonly caller: string | undefined;
  /** Among its caller's requests that waited when it came, from 1; 0 for a live close. */
  readonly place: number;
  /** The job but for its channel, as JSON takes it. */
  readonly job: Omit<z.input<typeof AnalysisJob>, 'channel'>;
  readonly since: number;
  readonly limit: NodeJS.Timeout;
  readonly resolve: (analysis: Analysis) => void;
  readonly reject: (error: Error) => void;
}

/** Who waits for what, by job, with the counts that bounds and metrics ask for. */
export interface AskedAnalyses extends Line {
  readonly running: number;
  get(id: string): Asked | undefined;
  all(): Asked[];
  /** How many of a caller's requests wait. */
  waitingOf(caller: string): number;
  put(asked: Asked): void;
  /** Notes that it was taken in hand, or, with undefined, that it waits again. */
  setBegun(asked: Asked, begun: number | undefined): void;
  delete(asked: Asked): void;
}

export function createAskedAnalyses(): AskedAnalyses {
  const byId = new Map<string, Asked>();
  const callers = new Map<string, number>();
  let live = 0;
  let requests = 0;
  const count = ({ caller, begun }: Asked, by: 1 | -1): void => {
    if (begun !== undefined) return;
    if (caller === undefined) {
      live += by;
      return;
    }
    requests += by;
    const waiting = (callers.get(caller) ?? 0) + by;
    if (waiting === 0) callers.delete(caller);
    else callers.set(caller, waiting);
  };
  return {
    get live() {
      return live;
    },
    get requests() {
      return requests;
    },
    get running() {
      return byId.size - live - requests;
    },
    waits: (caller) => callers.has(caller),
    waitingOf: (caller) => callers.get(caller) ?? 0,
    get: (id) => byId.get(id),
    all: () => [...byId.values()],
    put(asked) {
      byId.set(asked.id, asked);
      count(asked, 1);
    },
    setBegun(asked, begun) {
      count(asked, -1);
      asked.begun = begun;
      count(asked, 1);
    },
    delete(asked) {
      if (byId.delete(asked.id)) count(asked, -1);
    },
  };
}
