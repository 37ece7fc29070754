import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Signal } from '../../../schema/signal.ts';
import type { Store } from '../../../store/open-store.ts';
import type { ClaimRequest } from '../../../store/posts/claim-post.ts';
import { notePostedElsewhere } from '../../../store/posts/posted-elsewhere.ts';
import type { Attempt } from '../../../store/posts/post-history.ts';
import type { Settlement } from '../../../store/posts/settle-post.ts';
import type { DeliveryState } from '../../../schema/signal.ts';
import { temporaryStore } from '../../support/services/database.ts';
import { aSignal, opened, resolved } from '../../support/signals.ts';

interface Row {
  state: DeliveryState;
  attempts: number;
  maybe_stored: boolean;
  sending_until: number | null;
  next_attempt_at: number | null;
  doubt_since: number | null;
  asked: number;
  absents: number;
  created_at: number;
  updated_at: number;
  last_answer: string | null;
  remote_id: string | null;
  history: Attempt[];
}

const begun = Date.now();
const leaseMs = 10_000;

describe('outboxTable', () => {
  let store: Store;
  let pool: Pool;
  let dispose: () => Promise<void>;
  beforeAll(async () => {
    ({ store, dispose } = await temporaryStore());
    pool = new Pool(store.connection);
    pool.on('error', () => {});
  });
  afterAll(async () => {
    await pool.end();
    await dispose();
  });

  const stored = async (over: Partial<Signal> = {}, channel = 'community') => {
    const signal = aSignal(over);
    await store.record([opened(signal)], [channel]);
    return signal;
  };
  const rowOf = async (id: string): Promise<Row> => {
    const { rows } = await pool.query<{ row: Row }>(
      'select to_jsonb(outbox) as row from outbox where post_id = $1',
      [id],
    );
    return rows[0]?.row as Row;
  };
  /** `afterMs`: by the machine's time of day, after the tests have begun. */
  const claim = async (id: string, token: string, afterMs: number, over: Partial<ClaimRequest> = {}) => {
    // The rate is asked about elsewhere; here times go to and fro.
    await pool.query('delete from channel_pace');
    return store.outbox.claim({
      id,
      channel: 'community',
      token,
      timeOfDay: () => begun + afterMs,
      now: begun,
      leaseMs,
      pace: { perMinute: 60 },
      idempotent: false,
      ...over,
    });
  };
  const settle = (id: string, token: string, afterMs: number, end: Settlement) =>
    store.outbox.settle(id, 'community', token, end, begun + afterMs);
  const retry = (afterMs: number, maybeStored = false): Settlement => ({
    state: 'queued',
    answer: '503',
    nextAttemptAt: begun + afterMs,
    maybeStored,
  });
  const inDoubt: Settlement = { ...(retry(0, true) as Settlement & { state: 'queued' }), isAsked: true };
  const end: Settlement = { state: 'delivered', answer: 'ok', remoteId: 'p' };
  /** A post after an attempt that ended so. */
  const attempted = async (how: Settlement, over: Partial<Signal> = {}) => {
    const signal = await stored(over);
    expect((await claim(signal.id, 'first', 0)).kind).toBe('claimed');
    expect(await settle(signal.id, 'first', 0, how)).toBe(true);
    return signal;
  };

  describe('an attempt', () => {
    it('is written before it is sent, and how it ended after it', async () => {
      const { id } = await stored();
      expect(await claim(id, 'a', 0)).toMatchObject({ attempt: 1, until: begun + leaseMs, post: 'opening' });
      expect(await rowOf(id)).toMatchObject({
        state: 'sending',
        attempts: 1,
        sending_until: begun + leaseMs,
        updated_at: begun,
      });
      expect(await settle(id, 'another', 1, end)).toBe(false);
      expect(await settle(id, 'a', 1, retry(5_000))).toBe(true);
      expect(await settle(id, 'a', 1, end)).toBe(false);
      expect(await rowOf(id)).toMatchObject({
        state: 'queued',
        sending_until: null,
        next_attempt_at: begun + 5_000,
        maybe_stored: false,
        doubt_since: null,
        history: [{ attempt: 1, at: begun + 1, state: 'queued', answer: '503' }],
      });
      expect(await claim(id, 'b', 4_999)).toEqual({ kind: 'wait', reason: 'backoff', waitMs: 1 });
      expect(await claim(id, 'b', 5_000)).toMatchObject({ kind: 'claimed', attempt: 2 });
      expect(await settle(id, 'b', 5_001, end)).toBe(true);
      expect(await rowOf(id)).toMatchObject({
        state: 'delivered',
        remote_id: 'p',
        next_attempt_at: null,
        last_answer: 'ok',
      });
      expect(await claim(id, 'c', 6_000)).toEqual({ kind: 'settled', state: 'delivered', answer: 'ok' });
      expect(await claim('of nobody', 'c', 0)).toEqual({ kind: 'settled', state: 'unknown', answer: null });
    });

    it('that may have been taken stays so, whatever the next ones say', async () => {
      const { id, expires_at } = await attempted(retry(0, true));
      expect(await claim(id, 'b', 1, { idempotent: true })).toMatchObject({ kind: 'claimed' });
      await settle(id, 'b', 2, retry(3));
      expect(await rowOf(id)).toMatchObject({ maybe_stored: true, history: [{}, {}] });
      expect(await claim(id, 'c', 3, { idempotent: true, now: expires_at })).toEqual({
        kind: 'settled',
        state: 'parked',
        answer: 'expired before it could be sent; 503; an earlier attempt may have been taken',
      });
    });

    it('that was parked and turns out delivered is delivered, and nothing else', async () => {
      const { id } = await attempted({ state: 'parked', answer: 'cut off' });
      expect(await settle(id, 'first', 1, retry(1))).toBe(false);
      expect(await settle(id, 'first', 1, end)).toBe(true);
      expect(await rowOf(id)).toMatchObject({ state: 'delivered', remote_id: 'p' });
    });

    it('is remembered, of many the last twenty', async () => {
      const { id } = await stored();
      for (let i = 1; i <= 22; i++) {
        await claim(id, `t${i}`, i);
        await settle(id, `t${i}`, i, retry(i));
      }
      const { history } = await rowOf(id);
      expect(history.map(({ attempt }) => attempt)).toEqual(Array.from({ length: 20 }, (_, i) => i + 3));
    });

    it.each([
      ['is over', { status: 'tp' }, 'superseded', 'not sent: the signal ended (tp)'],
      ['has expired', { status: 'expired' }, 'expired', 'expired before it could be sent'],
    ] as const)('is not made where the signal %s', async (_, { status }, state, answer) => {
      const { id } = await stored();
      await pool.query('update signal set status = $2 where id = $1', [id, status]);
      expect(await claim(id, 'a', 0)).toEqual({ kind: 'settled', state, answer });
      expect(await rowOf(id)).toMatchObject({ state, last_answer: answer, attempts: 0, updated_at: begun });
    });

    it('is not made at the time of its expiry, or for a reason', async () => {
      const { id } = await stored({ expires_at: begun + 50 });
      const refuse = () => 'no';
      expect(await claim(id, 'a', 0, { now: begun + 49, refuse })).toMatchObject({ state: 'superseded' });
      const late = await stored({ expires_at: begun + 50 });
      expect(await claim(late.id, 'a', 0, { now: begun + 50 })).toMatchObject({ state: 'expired' });
    });
  });

  describe('the order of a symbol', () => {
    it('is held by what is queued or sent before, on the same channel, and by no end that has failed', async () => {
      const symbol = 'ORDER';
      const first = await stored({ symbol });
      await stored({ symbol, timeframe: '4h' }, 'webhook');
      const second = await stored({ symbol, timeframe: '5min' });
      const order = { kind: 'wait', reason: 'order', waitMs: 1_000 };
      expect(await claim(second.id, 'x', 0)).toEqual(order);
      await claim(first.id, 'a', 0);
      expect(await claim(second.id, 'x', 0)).toEqual(order);
      await settle(first.id, 'a', 0, retry(0));
      expect(await claim(second.id, 'x', 0)).toEqual(order);
      await claim(first.id, 'b', 0);
      await settle(first.id, 'b', 0, end);
      await store.record([resolved(first)], [], ['community']);
      const third = await stored({ symbol });
      const word = `${first.id}-end`;
      // Of the second and the word of the first's end.
      expect(await claim(third.id, 'x', 0)).toMatchObject({ reason: 'order', waitMs: 2_000 });
      expect(await store.outbox.next('community', symbol)).toBe(second.id);
      await claim(second.id, 'x', 0);
      await settle(second.id, 'x', 0, end);
      expect(await store.outbox.next('community', symbol)).toBe(word);
      await claim(word, 'e', 0);
      expect(await claim(third.id, 'x', 0)).toEqual(order);
      await settle(word, 'e', 0, retry(0));
      expect(await store.outbox.next('community', symbol)).toBe(third.id);
      expect((await claim(third.id, 'x', 0)).kind).toBe('claimed');
      await settle(third.id, 'x', 0, end);
      expect(await store.outbox.next('community', symbol)).toBeUndefined();
    });
  });

  describe('a post in doubt', () => {
    const asks = (id: string, token: string, afterMs: number) => claim(id, token, afterMs, { canAsk: true });

    it('is asked about until it is known, by the last who asked', async () => {
      const { id } = await attempted(inDoubt);
      expect(await asks(id, 'b', 500)).toMatchObject({
        kind: 'ask',
        attempt: 1,
        doubtSince: begun,
        lateMs: 500,
        asked: 0,
        absents: 0,
      });
      const again = {
        kind: 'ask',
        answer: '404',
        since: begun + 7,
        nextAt: begun + 1_000,
        absents: 1,
      } as const;
      const settleDoubt = (token: string, what: Parameters<Store['outbox']['settleDoubt']>[3], at: number) =>
        store.outbox.settleDoubt(id, 'community', token, what, begun + at);
      expect(await settleDoubt('first', again, 600)).toBe(false);
      expect(await settleDoubt('b', again, 600)).toBe(true);
      expect(await rowOf(id)).toMatchObject({
        state: 'queued',
        maybe_stored: true,
        asked: 1,
        absents: 1,
        doubt_since: begun + 7,
        next_attempt_at: begun + 1_000,
        history: [{ state: 'queued' }],
      });
      expect(await asks(id, 'c', 999)).toEqual({ kind: 'wait', reason: 'backoff', waitMs: 1 });
      expect(await asks(id, 'c', 1_250)).toMatchObject({ asked: 1, absents: 1, lateMs: 250 });
      expect(await settleDoubt('c', { kind: 'send', answer: 'none' }, 1_300)).toBe(true);
      expect(await rowOf(id)).toMatchObject({
        state: 'queued',
        maybe_stored: false,
        doubt_since: null,
        next_attempt_at: null,
        absents: 0,
        history: [{}, { state: 'queued', answer: 'none' }],
      });
      // It is no longer in doubt.
      expect(await settleDoubt('c', again, 1_300)).toBe(false);
      expect(await asks(id, 'd', 1_300)).toMatchObject({ kind: 'claimed', attempt: 2 });
      await settle(id, 'd', 1_400, inDoubt);
      expect(await asks(id, 'e', 1_400)).toMatchObject({
        doubtSince: begun + 1_400,
        asked: 0,
        absents: 0,
        attempt: 2,
      });
      expect(await settleDoubt('e', { kind: 'delivered', answer: 'it has it', remoteId: 'q' }, 1_500)).toBe(
        true,
      );
      expect(await rowOf(id)).toMatchObject({ state: 'delivered', remote_id: 'q', doubt_since: null });
      expect(await settleDoubt('e', { kind: 'parked', answer: 'x' }, 1_500)).toBe(false);
    });

    it('is one whose attempt was cut off, of an opening; the word of an end is parked', async () => {
      const signal = await stored();
      await claim(signal.id, 'a', 0);
      expect(await asks(signal.id, 'b', leaseMs - 1)).toEqual({
        kind: 'wait',
        reason: 'in_flight',
        waitMs: 1,
      });
      expect(await asks(signal.id, 'b', leaseMs)).toMatchObject({
        kind: 'ask',
        doubtSince: begun + leaseMs,
        lateMs: 0,
        asked: 0,
      });
      expect(await rowOf(signal.id)).toMatchObject({
        state: 'queued',
        maybe_stored: true,
        sending_until: null,
        next_attempt_at: null,
        last_answer: 'the attempt was cut off',
      });
      expect(await claim(signal.id, 'c', leaseMs)).toMatchObject({
        state: 'parked',
        answer: expect.stringMatching(/^the attempt was cut off; look there/) as string,
      });
      // Whoever asked before comes too late.
      const sent = { kind: 'send', answer: 'none' } as const;
      expect(await store.outbox.settleDoubt(signal.id, 'community', 'b', sent, begun)).toBe(false);
      const told = await stored({ created_at: begun - 5_000 });
      expect(await claim(told.id, 'a', 0)).toMatchObject({ since: begun - 5_000 });
      await settle(told.id, 'a', 0, end);
      await store.record([resolved(told)], [], ['community']);
      const word = `${told.id}-end`;
      // It is as old as the end, not as the signal.
      const { created_at: since } = await rowOf(word);
      expect(since).toBeGreaterThanOrEqual(begun);
      expect(await asks(word, 'a', 0)).toMatchObject({ kind: 'claimed', post: 'end', since });
      expect(await asks(word, 'b', leaseMs)).toMatchObject({ state: 'parked' });
    });

    it('does not expire, is told of its end, and is neither sent nor asked about once it was taken out', async () => {
      const signal = await attempted(inDoubt);
      const { id } = signal;
      await store.outbox.expire(signal.expires_at);
      expect(await rowOf(id)).toMatchObject({ state: 'queued' });
      const { ended } = await store.record([resolved(signal)], [], ['community']);
      expect(ended.map((one) => one.id)).toEqual([id]);
      await asks(id, 'b', 1);
      expect(await store.outbox.withdraw(id, 'community', begun + 2)).toBe(true);
      expect(await rowOf(id)).toMatchObject({ state: 'parked', doubt_since: null, updated_at: begun + 2 });
      const sent = { kind: 'send', answer: 'none' } as const;
      expect(await store.outbox.settleDoubt(id, 'community', 'b', sent, begun + 3)).toBe(false);
      expect(await rowOf(id)).toMatchObject({ state: 'parked' });
    });

    it('is repeated, and in doubt no more, where the channel drops repetitions by now', async () => {
      const { id } = await attempted(inDoubt);
      expect(await claim(id, 'b', 1, { idempotent: true })).toMatchObject({ kind: 'claimed', attempt: 2 });
      expect(await rowOf(id)).toMatchObject({ state: 'sending', maybe_stored: true, doubt_since: null });
    });

    it('keeps its age where the clock was set back', async () => {
      const { id } = await stored();
      const hour = 3_600_000;
      await claim(id, 'a', hour);
      // So does what is left of a lease.
      expect(await asks(id, 'b', 0)).toEqual({ kind: 'wait', reason: 'in_flight', waitMs: leaseMs });
      await pool.query('update outbox set sending_until = $2, updated_at = $3 where post_id = $1', [
        id,
        begun + hour + leaseMs,
        begun + hour,
      ]);
      await asks(id, 'b', hour + leaseMs);
      expect(await asks(id, 'c', 0)).toMatchObject({ kind: 'ask', doubtSince: begun, lateMs: 0 });
      expect(await rowOf(id)).toMatchObject({ doubt_since: begun, updated_at: begun });
    });
  });

  describe('by hand', () => {
    it('a post that waits is taken out: failed, or parked where it may have been taken; one that is sent is not', async () => {
      const withdrawn = async (id: string) => [
        await store.outbox.withdraw(id, 'community', begun),
        (await rowOf(id)).state,
        (await rowOf(id)).last_answer,
      ];
      expect(await withdrawn((await stored()).id)).toEqual([true, 'failed', 'removed by the operator']);
      expect(await withdrawn((await attempted(retry(0, true))).id)).toEqual([
        true,
        'parked',
        'removed by the operator; an attempt may have been taken',
      ]);
      const sent = await stored();
      await claim(sent.id, 'a', 0);
      expect(await withdrawn(sent.id)).toEqual([false, 'sending', null]);
    });

    it('a post is queued again, at once and without a doubt; nothing else of it is forgotten', async () => {
      const by = { now: begun + 9, looked: true };
      const { id } = await attempted(inDoubt);
      expect(await store.outbox.requeue(id, 'community', by)).toBe('it is waiting to be sent already');
      await store.outbox.withdraw(id, 'community', begun);
      await pool.query('update outbox set next_attempt_at = $2, doubt_since = 1 where post_id = $1', [
        id,
        begun + 1e6,
      ]);
      expect(await store.outbox.requeue(id, 'community', { ...by, looked: false })).toMatch(/may have been/);
      expect(await store.outbox.requeue(id, 'community', by)).toBeUndefined();
      expect(await rowOf(id)).toMatchObject({
        state: 'queued',
        next_attempt_at: null,
        doubt_since: null,
        maybe_stored: true,
        updated_at: begun + 9,
      });
      const failed = await attempted({ state: 'failed', answer: '422' });
      const late = { now: failed.expires_at, looked: true };
      expect(await store.outbox.requeue(failed.id, 'community', late)).toBe('the signal has expired');
      expect(await store.outbox.requeue(failed.id, 'webhook', by)).toBe('no such post');
      await store.record([resolved(failed)], [], []);
      expect(await store.outbox.requeue(failed.id, 'community', by)).toBe('the signal has ended (tp)');
    });

    it('a parked post is confirmed, with what was known before, and its end is told then', async () => {
      const signal = await attempted({ state: 'parked', answer: 'cut off' });
      await store.record([resolved(signal)], [], ['community']);
      const word = `${signal.id}-end`;
      expect(await claim(word, 'x', 0)).toMatchObject({ state: 'parked' });
      expect(await store.outbox.confirm(word.slice(1), 'community', begun)).toBe('no such post');
      expect(await store.outbox.confirm(signal.id, 'community', begun + 5)).toBeUndefined();
      expect(await rowOf(signal.id)).toMatchObject({
        state: 'delivered',
        updated_at: begun + 5,
        history: [{}, { attempt: 1, at: begun + 5, state: 'delivered' }],
        last_answer: 'delivered, by the operator’s word; before: cut off',
      });
      expect(await rowOf(word)).toMatchObject({ state: 'queued', last_answer: null, updated_at: begun + 5 });
      expect(await store.outbox.confirm(signal.id, 'community', begun)).toMatch(/it is delivered/);
    });

    it('a post waits no longer for its next attempt', async () => {
      const { id } = await attempted(retry(60_000));
      await store.outbox.hurry(id, 'community');
      expect((await claim(id, 'b', 1)).kind).toBe('claimed');
    });
  });

  describe('the word of an end', () => {
    const toldOf = async (signal: Signal) => {
      await store.record([resolved(signal)], [], ['community']);
      return (await rowOf(`${signal.id}-end`))?.state;
    };

    it('is written where the opening was sent, or may have been', async () => {
      const sending = await stored();
      await claim(sending.id, 'a', 0);
      expect(await toldOf(sending)).toBe('queued');
      expect(await toldOf(await attempted(end))).toBe('queued');
      expect(await toldOf(await attempted({ state: 'parked', answer: 'x' }))).toBe('queued');
      expect(await toldOf(await attempted(inDoubt))).toBe('queued');
      expect(await toldOf(await attempted({ state: 'failed', answer: 'x' }))).toBeUndefined();
      expect(await toldOf(await stored())).toBeUndefined();
    });

    it('is not sent where the opening came to nothing after all', async () => {
      const signal = await stored();
      await claim(signal.id, 'a', 0);
      await toldOf(signal);
      await settle(signal.id, 'a', 1, { state: 'failed', answer: '422' });
      expect(await claim(`${signal.id}-end`, 'x', 1)).toMatchObject({
        state: 'superseded',
        answer: 'not sent: the signal itself never was (failed)',
      });
    });

    it('that was tried itself is not sent again because its opening is confirmed', async () => {
      const signal = await attempted({ state: 'parked', answer: 'x' });
      await toldOf(signal);
      const word = `${signal.id}-end`;
      await pool.query(`update outbox set state = 'parked', attempts = 1 where post_id = $1`, [word]);
      await store.outbox.confirm(signal.id, 'community', begun);
      expect(await rowOf(word)).toMatchObject({ state: 'parked' });
    });

    it('is held where a lost database may have told it', async () => {
      const [before, after] = [await attempted(end), await attempted(end)];
      await notePostedElsewhere(pool, begun + 900);
      await notePostedElsewhere(pool, begun + 1_000);
      // As databases of before have it.
      const { rows } = await pool.query(`select value from meta where key = 'posted_elsewhere_until'`);
      expect(rows).toEqual([{ value: String(begun + 1_000) }]);
      await store.record([resolved(before, { resolved_at: begun + 1_000 })], [], ['community']);
      await store.record([resolved(after, { resolved_at: begun + 1_001 })], [], ['community']);
      expect(await rowOf(`${before.id}-end`)).toMatchObject({
        state: 'parked',
        maybe_stored: true,
        last_answer: expect.stringMatching(/restored from a backup/) as string,
      });
      expect(await rowOf(`${after.id}-end`)).toMatchObject({
        state: 'queued',
        maybe_stored: false,
        last_answer: null,
      });
      await pool.query('delete from meta where key = $1', ['posted_elsewhere_until']);
    });
  });

  describe('a post that cannot be processed', () => {
    it('is ended, parked where it may have been taken; what has ended stays as it is', async () => {
      const sending = await stored();
      await claim(sending.id, 'a', 0);
      const cases = [
        [await stored(), 'failed'],
        [sending, 'parked'],
        [await attempted(retry(5, true)), 'parked'],
        [await attempted(inDoubt), 'parked'],
        [await attempted(retry(5)), 'failed'],
      ] as const;
      for (const [{ id }, state] of cases) {
        await store.outbox.giveUp(id, 'community', 'why', begun + 3);
        expect(await rowOf(id)).toMatchObject({
          state,
          last_answer: 'why',
          sending_until: null,
          next_attempt_at: null,
          doubt_since: null,
          updated_at: begun + 3,
        });
      }
      const { id } = await attempted(end);
      await store.outbox.giveUp(id, 'community', 'why', begun + 3);
      expect(await rowOf(id)).toMatchObject({ state: 'delivered', last_answer: 'ok' });
    });
  });

  describe('a channel', () => {
    // Its own, which no other test posts to.
    const channel = 'own';
    const on = (id: string, token: string, afterMs: number) => claim(id, token, afterMs, { channel });
    const settleOn = (id: string, token: string, afterMs: number, how: Settlement) =>
      store.outbox.settle(id, channel, token, how, begun + afterMs);

    it('has posts that want a job, in order, and figures of all', async () => {
      const nothing = { oldest: null, lastError: null, lastDelivered: null, lastFailure: null };
      expect(await store.outbox.counts(channel)).toMatchObject(nothing);
      const [queued, sending, cutOff, ahead, delivered, failed, expired, doubtful] = await Promise.all(
        Array.from({ length: 8 }, () => stored({}, channel)),
      );
      for (const [one, afterMs] of [
        [sending, 0],
        [cutOff, -leaseMs],
        [ahead, 1_001],
        [delivered, 0],
        [failed, 0],
        [doubtful, 0],
      ] as const)
        expect((await on(one!.id, 'a', afterMs)).kind).toBe('claimed');
      await settleOn(delivered!.id, 'a', 20, end);
      await settleOn(failed!.id, 'a', 30, { state: 'failed', answer: '422' });
      await settleOn(doubtful!.id, 'a', 40, retry(500, true));
      const expiredOnes = [expired!, doubtful!].map(({ id }) => id);
      const due = async () => (await store.outbox.due(channel, begun)).map(({ id }) => id).toSorted();
      expect(await due()).toEqual(
        [queued, cutOff, ahead, expired, doubtful].map((one) => one!.id).toSorted(),
      );
      const all = await store.outbox.due(channel, begun);
      const { rows } = await pool.query<{ post_id: string }>(
        'select post_id from outbox where channel = $1 order by position',
        [channel],
      );
      const inOrder = rows.map(({ post_id }) => post_id).filter((id) => all.some((one) => one.id === id));
      expect(all.map(({ id }) => id)).toEqual(inOrder);
      expect(await store.outbox.due(channel, begun, 2)).toHaveLength(2);
      expect(all.find(({ id }) => id === doubtful!.id)).toMatchObject({
        kind: 'opening',
        channel,
        nextAttemptAt: begun + 500,
      });
      expect(await store.outbox.counts(channel)).toMatchObject({
        states: { queued: 3, sending: 3, delivered: 1, failed: 1, parked: 0, expired: 0, superseded: 0 },
        lastDelivered: begun + 20,
        lastError: '503',
        lastFailure: { state: 'queued', at: begun + 40, answer: '503' },
      });
      await pool.query('update outbox set expires_at = $2 where post_id = any ($1::text[])', [
        expiredOnes,
        begun + 100,
      ]);
      expect(await store.outbox.expire(begun + 99)).toBe(0);
      expect(await store.outbox.expire(begun + 100)).toBe(2);
      expect(await rowOf(expired!.id)).toMatchObject({
        state: 'expired',
        last_answer: 'expired before it could be sent',
        updated_at: begun + 100,
      });
      expect(await rowOf(doubtful!.id)).toMatchObject({
        state: 'parked',
        last_answer: 'expired before it could be sent; 503',
      });
      const { states, oldest } = await store.outbox.counts(channel);
      expect(states).toMatchObject({ queued: 1, parked: 1, expired: 1 });
      const { rows: first } = await pool.query<{ oldest: number }>(
        `select min(created_at)::float8 as oldest from outbox where channel = $1 and state in ('queued', 'sending')`,
        [channel],
      );
      expect(oldest).toBe(first[0]!.oldest);
    });

    it('has a delivered opening for a control question: the newest that is old enough, else the oldest', async () => {
      const control = (afterMs: number) => store.outbox.delivered('control', begun + afterMs);
      expect(await control(0)).toBeUndefined();
      const ids: string[] = [];
      for (const afterMs of [100, 200, 300]) {
        const { id } = await stored({}, 'control');
        await claim(id, 'a', 0, { channel: 'control' });
        await store.outbox.settle(id, 'control', 'a', end, begun + afterMs);
        ids.push(id);
      }
      expect([await control(250), await control(200), await control(99)]).toEqual([ids[1], ids[1], ids[0]]);
    });
  });
});
