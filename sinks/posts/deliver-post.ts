import { randomUUID } from 'node:crypto';
import { DelayedError, UnrecoverableError, type Job } from 'bullmq';
import { PostJob } from '../../schema/post-job.ts';
import type { DeliveryState } from '../../schema/signal.ts';
import type { InDoubt } from '../../store/posts/claim-doubt.ts';
import type { Claimed } from '../../store/posts/claim-post.ts';
import type { Log } from '../../store/log.ts';
import type { Store } from '../../store/open-store.ts';
import { abortableDelay } from '../abortable-delay.ts';
import { askAboutPost } from './ask-about-post.ts';
import type { Channel, SendResult } from './channels/channel.ts';
import { retryDelay } from './retry-delay.ts';
import { failureVerdict } from './failure-verdict.ts';
import { settlementOf } from './settlement-of.ts';
import { writeEnd } from './write-end.ts';
import { staleEntry } from './stale-entry.ts';

export interface DeliverPostOptions {
  readonly store: Pick<Store, 'outbox'>;
  readonly channel: Channel;
  readonly log: Log;
  /** The server's clock, Unix ms: expiry. */
  readonly now: () => number;
  /** The machine's time of day, Unix ms: delays, leases and the rate. A step of the wall clock does not move it. */
  readonly timeOfDay: () => number;
  /** The wall clock, Unix ms: BullMQ promotes delayed jobs by it. */
  readonly wallNow: () => number;
  /** Is `now` known to be right? Until it is, nothing is sent: the post may have expired. @default always */
  readonly isTimeKnown?: () => boolean;
  /** The last price of a symbol, where one is known and fresh. */
  readonly livePrice: (symbol: string) => number | undefined;
  /** Promotes the next post of a symbol: ChannelQueue.wake. */
  readonly wake: (id: string) => Promise<void>;
  /** Receives the result of each attempt, and of asking about one where that ended the post, for metrics. */
  readonly observe?: (attempt: {
    channel: string;
    state: DeliveryState;
    attempt: number;
    /** Duration of the attempt, ms. Undefined where asking about it has ended the post. */
    durationMs?: number;
    /** Time since the signal was created, or for the post of its end since it ended, ms. */
    ageMs: number;
  }) => void;
  /** Takes secrets out of an error that ends a post. */
  readonly scrub?: (text: string) => string;
  /** Delay after the given number of failures, ms. @default 2 s to 5 min, with jitter */
  readonly backoffMs?: (failures: number) => number;
}

/** A post that is to be tried again after a delay. */
export class TryAgain extends Error {
  override name = 'TryAgain';
  readonly delayMs: number;
  constructor(answer: string, delayMs: number) {
    super(answer);
    this.delayMs = delayMs;
  }
}

/** Time beyond the attempt's time limit after which it can no longer be in flight, ms. */
const leaseMarginMs = 2000;

/** Delay before a job is tried again while the time is not known, ms. */
const unknownTimeMs = 1000;

/** Longest delay of a job whose post waits for others of its symbol, ms. */
const mostOrderMs = 30_000;

const endsOff = 'not sent: this channel is told of ends no more';

/**
 * The processor of one channel's jobs: claims the post, sends it, writes the result down. The outbox row decides, not the job.
 * Fails with TryAgain where the post is to be repeated, and with BullMQ's UnrecoverableError where it has ended undelivered.
 * `stopping` ends the waiting for the rate and for the database.
 */
export function deliverPost(
  options: DeliverPostOptions,
  stopping: AbortSignal,
): (job: Job<PostJob>, jobToken?: string) => Promise<string> {
  const { store, channel, log, now, timeOfDay, wallNow, wake, observe } = options;
  // What may be repeated is, sooner than an answer would be believed.
  const canAsk = channel.lookup !== undefined && !channel.idempotent;
  const { isTimeKnown = () => true, backoffMs = (failures) => retryDelay(failures, Math.random) } = options;

  const verdict = failureVerdict(options);

  const wakeNext = async (symbol: string) => {
    try {
      const next = await store.outbox.next(channel.name, symbol);
      if (next !== undefined) await wake(next);
    } catch (error) {
      log.debug({ err: error, symbol }, 'the next post was not promoted: it runs when its delay ends');
    }
  };

  /** Asks about a post in doubt and writes down what follows. The ms until the job is to run again. */
  const ask = async (id: string, token: string, claim: InDoubt): Promise<number> => {
    const end = await askAboutPost({ ...options, lookup: channel.lookup! }, id, claim);
    const isMine = await writeEnd(
      options,
      { id, what: 'what was learnt of a post', end, stopping },
      (written) => store.outbox.settleDoubt(id, channel.name, token, written, timeOfDay()),
    );
    log.info({ id, channel: channel.name, isMine, ...end }, 'a post in doubt');
    const { attempt, since } = claim;
    if (isMine && (end.kind === 'delivered' || end.kind === 'parked'))
      observe?.({ channel: channel.name, state: end.kind, attempt, ageMs: now() - since });
    return end.kind === 'ask' ? Math.max(0, end.nextAt - timeOfDay()) : 0;
  };

  /** Processes a post, at the given start of its job: the answer where it was delivered, or the ms until the job is to run again. */
  const process = async ({ id, symbol }: PostJob, starts: number): Promise<string | number> => {
    const token = randomUUID();
    const claim = await claimWhenPaced(options, canAsk, id, token, stopping);
    if (claim.kind === 'wait')
      return claim.reason === 'order' ? orderDelay(claim.waitMs, starts) : claim.waitMs;
    if (claim.kind === 'ask') return ask(id, token, claim);
    if (claim.kind === 'settled') {
      await wakeNext(symbol);
      if (claim.state === 'delivered') return claim.answer ?? 'delivered';
      throw new UnrecoverableError(`${claim.state}: ${claim.answer ?? ''}`);
    }
    const { attempt, expiresAt, since, until } = claim;
    const begun = performance.now();
    // The claim itself may have taken long, where the database is slow.
    const result: SendResult =
      now() >= expiresAt
        ? { kind: 'retry', answer: 'not sent: it expired while it was made ready' }
        : timeOfDay() + channel.timeoutMs > until
          ? { kind: 'retry', answer: 'not sent: it was made ready too slowly' }
          : await send(channel, claim, id);
    const durationMs = performance.now() - begun;
    const end = settlementOf(result, {
      idempotent: channel.idempotent,
      isAsked: claim.post === 'opening' && canAsk,
      expiresAt,
      backoffMs: backoffMs(attempt),
      now: now(),
      timeOfDay: timeOfDay(),
    });
    const isMine = await writeEnd(
      options,
      { id, what: 'the result of an attempt', end, stopping },
      (written) => store.outbox.settle(id, channel.name, token, written, timeOfDay()),
    );
    if (!isMine) log.warn({ id, end }, 'an attempt ended after its lease had expired');
    const { state, answer } = end;
    observe?.({ channel: channel.name, state, attempt, durationMs, ageMs: now() - since });
    log.info({ id, symbol, channel: channel.name, attempt, state, answer }, 'post');
    // The word of an end that has failed is waited for no more.
    if (end.state !== 'queued' || claim.post === 'end') await wakeNext(symbol);
    if (end.state === 'queued') throw new TryAgain(answer, Math.max(0, end.nextAttemptAt - timeOfDay()));
    if (state === 'delivered') return answer;
    throw new UnrecoverableError(`${state}: ${answer}`);
  };

  return async (job, jobToken) => {
    const parsed = PostJob.safeParse(job.data);
    if (!parsed.success) throw new UnrecoverableError('this job is of no post');
    const { id } = parsed.data;
    const done = isTimeKnown()
      ? await process(parsed.data, job.attemptsStarted).catch(async (error: unknown) => {
          throw isVerdict(error) || stopping.aborted ? error : await verdict.of(id, error);
        })
      : unknownTimeMs;
    verdict.well(id);
    if (typeof done === 'string') return done;
    await job.moveToDelayed(wallNow() + done, jobToken);
    throw new DelayedError();
  };
}

/**
 * How long a job whose post is not the first of its symbol waits at its nth start, ms. The post before wakes it; that it looks by itself
 * is for a wake that was lost, ever more rarely, or a backlog would spend the machine on looking.
 */
const orderDelay = (waitMs: number, starts: number): number =>
  Math.min(Math.max(waitMs, mostOrderMs), waitMs * 2 ** Math.min(starts - 1, 10));

/** The post's own end, or its next attempt. */
const isVerdict = (error: unknown): boolean =>
  error instanceof TryAgain || error instanceof UnrecoverableError;

async function send(channel: Channel, { post, signal, attempt }: Claimed, id: string): Promise<SendResult> {
  if (post === 'opening') return channel.send(signal, attempt);
  return channel.sendEnd?.(signal, id) ?? { kind: 'final', answer: endsOff };
}

/** Claims a post. Waits for the rate limit in place, so that later posts keep their order in the queue. */
async function claimWhenPaced(
  { store, channel, now, timeOfDay, livePrice }: DeliverPostOptions,
  canAsk: boolean,
  id: string,
  token: string,
  stopping: AbortSignal,
) {
  for (;;) {
    const claim = await store.outbox.claim({
      id,
      channel: channel.name,
      token,
      timeOfDay,
      now: now(),
      leaseMs: channel.timeoutMs + leaseMarginMs,
      pace: channel.pace,
      idempotent: channel.idempotent,
      canAsk,
      refuse: (signal, kind) => {
        if (kind === 'opening') return staleEntry(signal, livePrice(signal.symbol));
        return channel.sendEnd === undefined ? endsOff : undefined;
      },
    });
    if (claim.kind !== 'wait' || claim.reason !== 'pace' || stopping.aborted) return claim;
    await abortableDelay(claim.waitMs, stopping);
  }
}
