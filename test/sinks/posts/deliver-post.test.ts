import { DelayedError, type Job, UnrecoverableError } from 'bullmq';
import { describe, expect, it } from 'vitest';
import type { PostJob } from '../../../schema/post-job.ts';
import type { Channel, LookupResult, SendResult } from '../../../sinks/posts/channels/channel.ts';
import { deliverPost, type DeliverPostOptions, TryAgain } from '../../../sinks/posts/deliver-post.ts';
import type { Claim, ClaimRequest } from '../../../store/posts/claim-post.ts';
import { quiet } from '../../support/services/database.ts';
import { aSignal } from '../../support/signals.ts';
import { until } from '../../support/until.ts';

const signal = aSignal();
const data: PostJob = {
  id: signal.id,
  kind: 'opening',
  channel: 'community',
  symbol: signal.symbol,
  timeframe: signal.timeframe,
  action: 'BUY',
  entry: 100,
  tp: 110,
  sl: 95,
  expiresAt: new Date(signal.expires_at).toISOString(),
};
/** Of the server's Clock, of the machine, and of the wall: three that differ. */
const [now, timeOfDay, wallNow] = [1_000_000, 2_000_000, 3_000_000];
const claimed = {
  kind: 'claimed',
  post: 'opening',
  signal,
  attempt: 3,
  since: now - 500,
  expiresAt: now + 60_000,
  until: timeOfDay + 7_000,
} as const;
const delivered = { kind: 'delivered', answer: '200', remoteId: 'p' } as const;
const inDoubt = {
  kind: 'ask',
  attempt: 2,
  since: now - 900,
  doubtSince: timeOfDay - 1_000,
  lateMs: 0,
  asked: 0,
  absents: 0,
  expiresAt: now + 60_000,
} as const;

/** One channel's posts, on an outbox that answers what a test says. */
function start(
  claims: readonly (Claim | Error)[],
  {
    sends = delivered,
    looksUp,
    isMine = true,
    channel,
    ...over
  }: Partial<Omit<DeliverPostOptions, 'channel'>> & {
    sends?: SendResult;
    looksUp?: LookupResult;
    isMine?: boolean;
    channel?: Partial<Channel>;
  } = {},
) {
  const requests: ClaimRequest[] = [];
  const said: string[] = [];
  const settled: { id: string; channel: string; token: string; end: unknown; at: number }[] = [];
  const settle = async (id: string, channel: string, token: string, end: unknown, at: number) => {
    settled.push({ id, channel, token, end, at });
    return isMine;
  };
  const seen: unknown[] = [];
  const stopping = new AbortController();
  const waiting = [...claims];
  const run = deliverPost(
    {
      store: {
        outbox: {
          claim: async (request: ClaimRequest) => {
            requests.push(request);
            const claim = waiting.shift()!;
            if (claim instanceof Error) throw claim;
            return claim;
          },
          settle,
          settleDoubt: settle,
          next: async (_: string, symbol: string) => `next of ${symbol}`,
          giveUp: async (id: string, name: string, reason: string, at: number) => {
            said.push(`gave up ${id} ${name} at ${at}: ${reason}`);
          },
          delivered: async () => undefined,
        },
      } as never,
      channel: {
        name: 'community',
        idempotent: false,
        timeoutMs: 5_000,
        pace: { perMinute: 60 },
        send: async (one: unknown, attempt: number) => {
          said.push(`sent ${(one as typeof signal).id} ${attempt}`);
          return sends;
        },
        ...(looksUp && { lookup: { settleMs: 100, ask: async () => looksUp } }),
        ...channel,
      },
      log: quiet,
      now: () => now,
      timeOfDay: () => timeOfDay,
      wallNow: () => wallNow,
      livePrice: () => undefined,
      wake: async (id) => void said.push(`woke ${id}`),
      observe: (attempt) => void seen.push(attempt),
      backoffMs: (failures) => 1_000 * failures,
      ...over,
    },
    stopping.signal,
  );
  const post = async (job: unknown = data, attemptsStarted = 1) => {
    const moved: unknown[] = [];
    const moveToDelayed = async (...parameters: unknown[]) => void moved.push(parameters);
    return run({ data: job, attemptsStarted, moveToDelayed } as unknown as Job<PostJob>, 'token').then(
      (answer) => ({ answer, moved }),
      (error: Error) => ({ error, moved }),
    );
  };
  return { post, requests, said, settled, seen, stopping };
}
const woke = `woke next of ${signal.symbol}`;

describe('deliverPost', () => {
  it('claims a post for its time limit and a margin, sends it, and wakes the next of its symbol', async () => {
    const { post, requests, said, settled, seen } = start([claimed]);
    expect(await post()).toEqual({ answer: '200', moved: [] });
    expect(requests).toMatchObject([
      { id: signal.id, channel: 'community', now, leaseMs: 7_000, pace: { perMinute: 60 }, canAsk: false },
    ]);
    expect(said).toEqual([`sent ${signal.id} 3`, woke]);
    const { token } = requests[0]!;
    const end = { state: 'delivered', answer: '200', remoteId: 'p' };
    expect(settled).toEqual([{ id: signal.id, channel: 'community', token, end, at: timeOfDay }]);
    expect(seen).toEqual([
      {
        channel: 'community',
        state: 'delivered',
        attempt: 3,
        ageMs: 500,
        durationMs: expect.any(Number) as number,
      },
    ]);
    expect((seen[0] as { durationMs: number }).durationMs).toBeGreaterThanOrEqual(0);
  });

  it('tries again after the backoff, and wakes nobody meanwhile', async () => {
    const { post, said, seen } = start([claimed], { sends: { kind: 'retry', answer: '503' } });
    const { error } = (await post()) as { error: Error };
    expect(error).toBeInstanceOf(TryAgain);
    expect(error).toMatchObject({ message: '503', delayMs: 3_000 });
    expect(said).toEqual([`sent ${signal.id} 3`]);
    expect(seen).toMatchObject([{ state: 'queued' }]);
  });

  it('wakes the next of its symbol where the word of an end is to be tried again: nobody waits for that', async () => {
    const sendEnd = async () => ({ kind: 'retry', answer: '503' }) as const;
    const { post, said } = start([{ ...claimed, post: 'end' }], { channel: { sendEnd } });
    expect(((await post()) as { error: Error }).error).toBeInstanceOf(TryAgain);
    expect(said).toEqual([woke]);
  });

  it('ends what is refused for good, and an attempt that was taken over changes nothing of that', async () => {
    for (const isMine of [true, false]) {
      const { post, said } = start([claimed], { sends: { kind: 'final', answer: '422' }, isMine });
      const { error } = (await post()) as { error: Error };
      expect(error).toBeInstanceOf(UnrecoverableError);
      expect(error.message).toBe('failed: 422');
      expect(said.at(-1)).toBe(woke);
    }
  });

  it.each([
    ['it expired while it was made ready', { expiresAt: now }],
    ['it was made ready too slowly', { until: timeOfDay + 4_999 }],
  ])('does not send what cannot be sent in time: %s', async (why, late) => {
    const { post, said, settled } = start([{ ...claimed, ...late }]);
    expect(await post()).toMatchObject({ error: { message: `not sent: ${why}` } });
    expect(said).toEqual([]);
    expect(settled).toMatchObject([{ end: { state: 'queued', maybeStored: false } }]);
    const just = start([{ ...claimed, expiresAt: now + 1, until: timeOfDay + 5_000 }]);
    expect(await just.post()).toMatchObject({ answer: '200' });
  });

  it('sends the word of an end by its own way, under its own id, where the channel has one', async () => {
    const told: unknown[] = [];
    const sendEnd = async (...parameters: unknown[]) => {
      told.push(parameters);
      return delivered;
    };
    const word = { ...data, id: `${signal.id}-end`, kind: 'end' };
    const { post, said } = start([{ ...claimed, post: 'end' }], { channel: { sendEnd } });
    expect(await post(word)).toMatchObject({ answer: '200' });
    expect([told, said]).toEqual([[[signal, word.id]], [woke]]);
    const without = start([{ ...claimed, post: 'end' }]);
    expect(await without.post(word)).toMatchObject({ error: { message: /failed: not sent: this channel/ } });
  });

  it('refuses an opening whose price has gone, and an end where the channel is told of none', async () => {
    const asked: string[] = [];
    const livePrice = (symbol: string) => {
      asked.push(symbol);
      return 200;
    };
    const refusals = async (channel: Partial<Channel>) => {
      const { post, requests } = start([claimed], { livePrice, channel });
      await post();
      return (['opening', 'end'] as const).map((kind) => requests[0]!.refuse!(signal, kind));
    };
    expect(await refusals({})).toEqual([
      expect.stringMatching(/at TP/),
      'not sent: this channel is told of ends no more',
    ]);
    expect(asked).toEqual([signal.symbol]);
    expect((await refusals({ sendEnd: async () => delivered }))[1]).toBeUndefined();
  });

  it('delays its job by the wall clock where it has to wait, and waits for the rate in place', async () => {
    const wait = { kind: 'wait', reason: 'order', waitMs: 1_500 } as const;
    const { post, said } = start([wait]);
    const { error, moved } = (await post()) as { error: Error; moved: unknown[] };
    expect(error).toBeInstanceOf(DelayedError);
    expect([moved, said]).toEqual([[[wallNow + 1_500, 'token']], []]);

    for (const [starts, ms] of [
      [2, 3_000],
      [3, 6_000],
      [6, 30_000],
      [5_000, 30_000],
    ] as const)
      expect(await start([wait]).post(data, starts)).toMatchObject({ moved: [[wallNow + ms, 'token']] });
    const long = { ...wait, waitMs: 60_000 };
    expect(await start([long]).post(data, 9)).toMatchObject({ moved: [[wallNow + 60_000, 'token']] });
    // Only for its turn: the next attempt of a post is at its own time.
    const backoff = { ...wait, reason: 'backoff' } as const;
    expect(await start([backoff]).post(data, 6)).toMatchObject({ moved: [[wallNow + 1_500, 'token']] });

    const pace = { kind: 'wait', reason: 'pace', waitMs: 5 } as const;
    const paced = start([pace, pace, claimed]);
    expect(await paced.post()).toMatchObject({ answer: '200' });
    expect(new Set(paced.requests.map(({ token }) => token)).size).toBe(1);
    const stopped = start([{ ...pace, waitMs: 600_000 }, pace]);
    const stopping = stopped.post();
    await until(() => stopped.requests.length === 1);
    stopped.stopping.abort();
    expect(await stopping).toMatchObject({ moved: [[wallNow + 5, 'token']] });
  });

  it('does nothing while the time is not known, nor with a job of no post', async () => {
    const { post, requests } = start([], { isTimeKnown: () => false });
    expect(await post()).toMatchObject({ moved: [[wallNow + 1_000, 'token']] });
    const { error } = (await post({ id: 7 })) as { error: Error };
    expect(error).toBeInstanceOf(UnrecoverableError);
    expect(requests).toEqual([]);
  });

  it.each([
    ['delivered', 'it is there', { answer: 'it is there' }],
    ['delivered', null, { answer: 'delivered' }],
    ['parked', 'who knows', { error: { name: 'UnrecoverableError', message: 'parked: who knows' } }],
    ['unknown', null, { error: { name: 'UnrecoverableError', message: 'unknown: ' } }],
  ] as const)('says what a post that has ended has come to: %s, %s', async (state, answer, result) => {
    const { post, said } = start([{ kind: 'settled', state, answer }]);
    expect(await post()).toMatchObject(result);
    expect(said).toEqual([woke]);
  });

  it('goes on where nobody can be woken', async () => {
    const { post } = start([claimed], { wake: () => Promise.reject(new Error('away')) });
    expect(await post()).toMatchObject({ answer: '200' });
  });

  describe('of a post in doubt', () => {
    const there = { kind: 'there', answer: 'has it', remoteId: 'q' } as const;

    it('asks, and counts what ends it once, if it is the last to have asked', async () => {
      for (const isMine of [true, false]) {
        const { post, requests, settled, seen, said } = start([inDoubt], { looksUp: there, isMine });
        // Its job runs again at once, and finds it ended.
        expect(await post()).toMatchObject({ moved: [[wallNow, 'token']] });
        expect(requests).toMatchObject([{ canAsk: true }]);
        const end = { kind: 'delivered', answer: 'has it', remoteId: 'q' };
        const { token } = requests[0]!;
        expect(settled).toEqual([{ id: signal.id, channel: 'community', token, end, at: timeOfDay }]);
        expect(seen).toEqual(
          isMine ? [{ channel: 'community', state: 'delivered', attempt: 2, ageMs: 900 }] : [],
        );
        expect(said).toEqual([]);
      }
    });

    it('asks again when it is time, and counts nothing before', async () => {
      const { post, seen } = start([inDoubt], { looksUp: { kind: 'unknown', answer: '500' } });
      expect(await post()).toMatchObject({ moved: [[wallNow + 1_000, 'token']] });
      expect(seen).toEqual([]);
    });

    it('asks about openings alone, and about none that may be repeated', async () => {
      const ambiguous = { kind: 'ambiguous', answer: 'cut off' } as const;
      const opening = start([claimed], { looksUp: there, sends: ambiguous });
      await opening.post();
      expect(opening.settled).toMatchObject([{ end: { state: 'queued', isAsked: true } }]);
      const sendEnd = async () => ambiguous;
      const end = start([{ ...claimed, post: 'end' }], { looksUp: there, channel: { sendEnd } });
      await end.post();
      expect(end.settled).toMatchObject([{ end: { state: 'parked' } }]);
      const repeated = start([claimed], { looksUp: there, channel: { idempotent: true } });
      await repeated.post();
      expect(repeated.requests).toMatchObject([{ canAsk: false, idempotent: true }]);
    });
  });

  describe('where a post cannot be processed', () => {
    const bug = () => new TypeError('a bug');

    it('ends it after three failures in a row', async () => {
      const { post, said } = start([bug(), bug(), claimed, bug(), bug(), bug()]);
      const errors: unknown[] = [];
      for (let i = 0; i < 6; i++) {
        const { error } = (await post()) as { error?: Error };
        errors.push(error?.message);
        expect(error instanceof UnrecoverableError).toBe(i === 5);
      }
      const ended = 'could not be processed: a bug';
      expect(errors).toEqual(['a bug', 'a bug', undefined, 'a bug', 'a bug', ended]);
      expect(said.at(-1)).toBe(`gave up ${signal.id} community at ${timeOfDay}: ${ended}`);
    });

    it('ends nothing while it stops', async () => {
      const { post, said, stopping } = start([bug(), bug(), bug(), bug()]);
      stopping.abort();
      for (let i = 0; i < 4; i++) expect(await post()).toMatchObject({ error: { name: 'TypeError' } });
      expect(said).toEqual([]);
    });
  });
});
