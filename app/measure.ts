import type { StoreWriter } from '../sinks/writer/store-writer.ts';
import type { CreditBudget } from '../streams/provider/rest/credit-budget.ts';
import type { Context } from './context.ts';
import type { Deliveries } from './deliveries.ts';
import type { HealthSource } from './health/health.ts';
import { isFailing } from './health/channels-health.ts';

const everyMs = 5_000;

/** Keeps the gauges of what an ingest has in hand: credits, writes that wait. */
export function measureIngest(
  { metrics, own }: Context,
  writer: StoreWriter,
  budget: Pick<CreditBudget, 'state'>,
): void {
  const timer = setInterval(() => {
    const { minute, day, awaySince } = budget.state();
    metrics.restCredits.set({ window: 'minute' }, minute.left);
    metrics.restCredits.set({ window: 'day' }, day.left);
    metrics.restAway.set(awaySince === null ? 0 : 1);
    const { candles, causes, droppedCandles, refusedCauses } = writer.state();
    metrics.storeWaiting.set({ kind: 'candles' }, candles);
    metrics.storeWaiting.set({ kind: 'signals' }, causes);
    metrics.storeDropped.set({ kind: 'candles' }, droppedCandles);
    metrics.storeDropped.set({ kind: 'signals' }, refusedCauses);
  }, everyMs);
  own({ close: () => clearInterval(timer) });
}

/** Keeps the gauges of the posts in the queues. */
export function measureQueues({ metrics, wall, own }: Context, { queues }: Deliveries): void {
  const measure = async () => {
    for (const queue of queues) {
      const { channel } = queue;
      const state = await queue.counts();
      const { counts, oldest_age_seconds, posts: stored } = state;
      for (const [state, depth] of Object.entries(counts)) metrics.queueDepth.set({ channel, state }, depth);
      metrics.queueOldest.set({ channel }, oldest_age_seconds ?? 0);
      metrics.channelFailing.set({ channel }, isFailing(state, wall.now()) ? 1 : 0);
      // Beside the attempts: what a crash parked, or what expired unsent, never was an attempt that ended.
      for (const [state, posts] of Object.entries(stored)) metrics.outbox.set({ channel, state }, posts);
    }
  };
  // While the queue's backend is away its gauges keep their last value; `/ready` says why.
  const timer = setInterval(() => void measure().catch(() => {}), everyMs);
  own({ close: () => clearInterval(timer) });
}

const levels = { ok: 1, off: 1, degraded: 0.5, down: 0 } as const;

/** Parts that a process has because of others: each change of these is a line of the log. */
const ofOthers: ReadonlySet<string> = new Set(['analyses', 'settings', 'ingest']);

/** Keeps the gauges of what `/health` and `/ready` say, so that alerts follow them. */
export function measureHealth({ log, metrics, own }: Context, sources: readonly HealthSource[]): void {
  const said = new Map<string, string>();
  const say = (part: string, state: string, reason: string | undefined) => {
    if (!ofOthers.has(part) || (said.get(part) ?? 'ok') === state) return;
    said.set(part, state);
    if (state === 'ok' || state === 'off') log.info({ part }, 'a part of the installation is well again');
    else log.warn({ part, state, reason }, 'a part of the installation is not well');
  };
  const measure = () => {
    metrics.part.reset();
    for (const source of sources)
      for (const [part, { state, reason }] of Object.entries(source.parts())) {
        metrics.part.set({ part }, levels[state]);
        say(part, state, reason);
      }
    metrics.ready.set(sources.some((source) => source.reasons().length > 0) ? 0 : 1);
  };
  measure();
  const timer = setInterval(measure, everyMs);
  own({ close: () => clearInterval(timer) });
}
