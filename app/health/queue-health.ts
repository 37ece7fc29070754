import type { Deliveries } from '../deliveries.ts';
import type { HealthSource } from './health.ts';
import type { Storage } from '../storage.ts';
import { seconds } from './seconds.ts';

/** The queue of posts, by the posts that get into it. `deliveries`: where this process puts some. Off where nothing is posted. */
export function queueHealth(
  { queueProbe, backend }: Pick<Storage, 'queueProbe' | 'backend'>,
  deliveries?: Pick<Deliveries, 'channels' | 'queues'>,
): HealthSource {
  if (backend.kind === 'postgres' && deliveries?.channels.length === 0)
    return { parts: () => ({ queue: { state: 'off' } }), reasons: () => [] };
  const queues = (deliveries?.queues ?? []).filter(({ channel }) => deliveries?.channels.includes(channel));
  const problem = () => {
    const why = queueProbe.problem();
    if (why !== undefined) return why;
    for (const { channel, enqueued } of queues) {
      const { failure } = enqueued();
      if (failure !== undefined) return `posts to ${channel} do not get into it: ${failure}`;
    }
    return undefined;
  };
  return {
    parts: () => {
      const ages = queues.flatMap(({ enqueued }) => enqueued().ageMs ?? []);
      const figures = {
        backend: backend.kind,
        last_enqueue_seconds: seconds(ages.length === 0 ? undefined : Math.min(...ages)),
      };
      const why = problem();
      if (why !== undefined) return { queue: { state: 'down', reason: why, ...figures } };
      const warning = backend.warning();
      return {
        queue:
          warning === undefined
            ? { state: 'ok', ...figures }
            : { state: 'degraded', reason: warning, ...figures },
      };
    },
    reasons: () => {
      const why = problem();
      return why === undefined ? [] : [`queue: ${why}`];
    },
  };
}
