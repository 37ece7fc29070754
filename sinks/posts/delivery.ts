import { randomUUID } from 'node:crypto';
import { DelayedError, UnrecoverableError, type Job } from 'bullmq';
import { PostJob } from '../../schema/post-job.ts';
import type { DeliveryState } from '../../schema/signal.ts';
import type { Log } from '../../store/log.ts';
import type { Claimed } from '../../store/claim-post.ts';
import type { Store } from '../../store/open-store.ts';
import type { Settlement } from '../../store/settle-post.ts';
import type { QueueBackend } from '../../store/queue/backend.ts';
import { backoff } from './backoff.ts';
import type { Channel, SendResult } from './channel.ts';
import { pause } from './pause.ts';
import { whyNotNow } from './why-not-now.ts';

export interface DeliveryOptions {
  readonly store: Pick<Store, 'outbox'>;
  readonly backend: QueueBackend;
  readonly channel: Channel;
  readonly log: Log;
  /** The server's clock, Unix ms: expiry. */
  readonly now: () => number;
  /** The machine's time of day, Unix ms: pauses, leases and the rate. A step of the wall clock does not move it. */
  readonly timeOfDay: () => number;
  /** The wall clock, Unix ms: BullMQ wakes delayed jobs by it. */
  readonly wallNow: () => number;
  /** Does `now` tell the time yet? Until then nothing is sent: it may have expired. @default always */
  readonly isTimeKnown?: () => boolean;
  /** The last price of a symbol, where one is known and fresh. */
  readonly livePrice: (symbol: string) => number | undefined;
  /** Lets the next post of a symbol go: CommunityQueue.wake. */
  readonly wake: (id: string) => Promise<void>;
  /** For metrics: how each attempt ended. */
  readonly observe?: (attempt: {
    channel: string;
    state: DeliveryState;
    attempt: number;
    /** The attempt's own time, ms. */
    durationMs: number;
    /** From the signal's creation, or from its end where that is told, to now, ms. */
    ageMs: number;
  }) => void;
  /** Pause after so many failures, ms. @default 2 s to 5 min, with jitter */
  readonly backoffMs?: (failures: number) => number;
  /** Posts in hand at once, of different symbols. @default 3 */
  readonly concurrency?: number;
  /** How long BullMQ gives a worker that went silent, ms. @default 10_000 */
  readonly lockDurationMs?: number;
}

export interface DeliveryWorker {
  /** Finishes the posts in hand and ends; what takes longer than `patienceMs` is found as ambiguous later. */
  close(patienceMs?: number): Promise<void>;
}

/** A post that is to be tried again after a pause. */
class TryAgain extends Error {
  override name = 'TryAgain';
  readonly delayMs: number;
  constructor(answer: string, delayMs: number) {
    super(answer);
    this.delayMs = delayMs;
  }
}

/** Time beyond an attempt's limit after which it cannot be in flight any more. */
const leaseMarginMs = 2000;

const endsOff = 'not sent: this channel is told of ends no more';

/** Where the time is not known yet it is looked for again after this, ms. */
const timelessMs = 1000;

/** Sends the posts of one channel, those of one symbol one after the other. The outbox row decides, not the job. */
export function deliveryWorker(options: DeliveryOptions): DeliveryWorker {
  const { store, backend, channel, log, now, timeOfDay, wallNow, livePrice, wake, observe } = options;
  const { isTimeKnown = () => true, concurrency = 3, lockDurationMs = 10_000 } = options;
  const { backoffMs = (failures) => backoff(failures, Math.random) } = options;
  const closing = new AbortController();

  const putOff = async (job: Job<PostJob>, jobToken: string | undefined, ms: number): Promise<never> => {
    await job.moveToDelayed(wallNow() + ms, jobToken);
    throw new DelayedError();
  };

  const deliver = async (job: Job<PostJob>, jobToken?: string): Promise<string> => {
    if (!isTimeKnown()) await putOff(job, jobToken, timelessMs);
    const { id, symbol } = PostJob.parse(job.data);
    const token = randomUUID();
    const claim = await claimWhenPaced(id, token);
    if (claim.kind === 'wait') return putOff(job, jobToken, claim.waitMs);
    if (claim.kind === 'settled') {
      await wakeNext(symbol);
      if (claim.state === 'delivered') return claim.answer ?? 'delivered';
      throw new UnrecoverableError(`${claim.state}: ${claim.answer ?? ''}`);
    }
    const { attempt, expiresAt, since } = claim;
    const begun = performance.now();
    // The claim itself may have taken long, where the database is slow.
    const result: SendResult =
      now() < expiresAt
        ? await send(claim, id)
        : { kind: 'retry', answer: 'not sent: it expired while it was made ready' };
    const durationMs = performance.now() - begun;
    const end = settlementOf(result, expiresAt, attempt);
    await settled(id, token, end);
    const { state, answer } = end;
    observe?.({ channel: channel.name, state, attempt, durationMs, ageMs: now() - since });
    log.info({ id, symbol, channel: channel.name, attempt, state, answer }, 'post');
    if (end.state === 'queued') throw new TryAgain(answer, Math.max(0, end.nextAttemptAt - timeOfDay()));
    await wakeNext(symbol);
    if (state === 'delivered') return answer;
    throw new UnrecoverableError(`${state}: ${answer}`);
  };

  const send = async ({ post, signal, attempt }: Claimed, id: string): Promise<SendResult> => {
    if (post === 'opening') return channel.send(signal, attempt);
    return channel.sendEnd?.(signal, id) ?? { kind: 'final', answer: endsOff };
  };

  /** Waits for the rate in place, so that the posts behind keep their order in the queue. */
  const claimWhenPaced = async (id: string, token: string) => {
    for (;;) {
      const claim = await store.outbox.claim({
        id,
        channel: channel.name,
        token,
        wallNow: timeOfDay(),
        now: now(),
        leaseMs: channel.timeoutMs + leaseMarginMs,
        pace: channel.pace,
        idempotent: channel.idempotent,
        refuse: (signal, kind) => {
          if (kind === 'opening') return whyNotNow(signal, livePrice(signal.symbol));
          return channel.sendEnd === undefined ? endsOff : undefined;
        },
      });
      if (claim.kind !== 'wait' || claim.reason !== 'pace' || closing.signal.aborted) return claim;
      await pause(claim.waitMs, closing.signal);
    }
  };

  const settlementOf = (result: SendResult, expiresAt: number, attempt: number): Settlement => {
    const { kind, answer } = result;
    if (kind === 'delivered') return { state: 'delivered', answer, remoteId: result.remoteId };
    if (kind === 'final') return { state: 'failed', answer };
    if (kind === 'ambiguous' && !channel.idempotent) return { state: 'parked', answer };
    const wanted = Math.max(result.afterMs ?? 0, backoffMs(attempt));
    // Not beyond the post's end: there it is written off at once instead of lying on.
    const left = Math.max(0, expiresAt - now()) + 5;
    const nextAttemptAt = Math.round(timeOfDay() + Math.min(wanted, left));
    return { state: 'queued', answer, nextAttemptAt, maybeStored: kind === 'ambiguous' };
  };

  /** What was sent is worth waiting for the database to write it down. */
  const settled = async (id: string, token: string, end: Settlement): Promise<void> => {
    for (;;) {
      try {
        if (!(await store.outbox.settle(id, channel.name, token, end, timeOfDay())))
          log.warn({ id, end }, 'an attempt ended after it had been given up');
        return;
      } catch (error) {
        if (closing.signal.aborted) throw error;
        log.warn({ err: error, id }, 'the end of a post cannot be written yet');
        await pause(500, closing.signal);
      }
    }
  };

  const wakeNext = async (symbol: string) => {
    try {
      const next = await store.outbox.next(channel.name, symbol);
      if (next !== undefined) await wake(next);
    } catch (error) {
      log.debug({ err: error, symbol }, 'the next post will find its turn by itself');
    }
  };

  const worker = backend.worker(channel.name, deliver, {
    concurrency,
    lockDuration: lockDurationMs,
    stalledInterval: lockDurationMs / 2,
    maxStalledCount: 2,
    runRetryDelay: 500,
    settings: {
      backoffStrategy: (_attempts, _type, error) => (error instanceof TryAgain ? error.delayMs : 1000),
    },
  });
  let lastError = '';
  worker.on('error', (error) => {
    // Connections that our own stop ends are no trouble.
    if (error.message !== lastError && !closing.signal.aborted)
      log.warn({ err: error }, 'the delivery worker has trouble');
    lastError = error.message;
  });

  return {
    async close(patienceMs = 5000) {
      closing.abort();
      const late = pause(patienceMs);
      // A graceful close never returns while the backend is away, and a forced one after it would only join it.
      const away = await Promise.race([backend.unhealthy(), late.then(() => 'late')]);
      await Promise.race([worker.close(away !== undefined).catch(() => {}), late]);
    },
  };
}
