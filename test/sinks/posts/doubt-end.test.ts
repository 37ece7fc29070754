import { describe, expect, it } from 'vitest';
import { doubtEnd } from '../../../sinks/posts/doubt-end.ts';

const minute = 60_000;
const at = {
  since: 1_000_000,
  asked: 0,
  absents: 0,
  isProven: true,
  settleMs: 10_000,
  idempotent: false,
  expiresAt: 1_000_000 + 60 * minute,
  now: 1_000_000,
};
const after = (ms: number) => ({ ...at, timeOfDay: at.since + ms, now: at.since + ms });
const there = { kind: 'there', answer: '200', remoteId: 'p-1' } as const;
const absent = { kind: 'absent', answer: '404', isExplicit: false } as const;
const unknown = { kind: 'unknown', answer: '500' } as const;
const unreachable = { kind: 'unreachable', answer: 'ECONNREFUSED' } as const;

describe('doubtEnd', () => {
  it('takes the word that a post is there at once, at any time', () => {
    for (const ms of [-5_000, 0, 1e9])
      expect(doubtEnd(there, after(ms))).toEqual({ kind: 'delivered', answer: '200', remoteId: 'p-1' });
  });

  it('believes that there is none only after the receiver has had its time, and when it says so twice', () => {
    expect(doubtEnd(absent, after(0))).toMatchObject({ kind: 'ask', absents: 0, nextAt: at.since + 10_000 });
    expect(doubtEnd(absent, { ...after(0), absents: 5 })).toMatchObject({ kind: 'ask', absents: 0 });
    expect(doubtEnd(absent, after(9_999))).toMatchObject({ kind: 'ask', nextAt: at.since + 10_999 });
    expect(doubtEnd(absent, after(10_000))).toMatchObject({
      kind: 'ask',
      absents: 1,
      nextAt: at.since + 11_000,
    });
    expect(doubtEnd(absent, { ...after(11_000), absents: 1 })).toMatchObject({
      kind: 'send',
      isAbsent: true,
    });
  });

  it('believes no lookup that knows nothing', () => {
    const blind = { ...after(30_000), isProven: false, absents: 1 };
    expect(doubtEnd(absent, blind)).toMatchObject({ kind: 'ask', absents: 1 });
    expect(doubtEnd(absent, { ...blind, ...after(71_000), isProven: false })).toMatchObject({
      kind: 'parked',
    });
  });

  it('asks ever more rarely where it learns nothing, for a minute, and parks then', () => {
    const waits = [0, 1, 2, 3, 4, 5].map((asked) => {
      const end = doubtEnd(unknown, { ...after(5_000), asked });
      return end.kind === 'ask' ? end.nextAt - at.since - 5_000 : undefined;
    });
    expect(waits).toEqual([1_000, 2_000, 4_000, 5_000, 5_000, 5_000]);
    expect(doubtEnd(unknown, after(69_999))).toMatchObject({ kind: 'ask' });
    expect(doubtEnd(unknown, after(70_000))).toMatchObject({ kind: 'parked' });
  });

  it('an answer that it has none still counts after one that says nothing', () => {
    expect(doubtEnd(unknown, { ...after(11_000), absents: 1 })).toMatchObject({ kind: 'ask', absents: 1 });
  });

  it('repeats what cannot be known where repeated ids are dropped, unless it is too late', () => {
    const idempotent = { ...after(70_000), idempotent: true };
    expect(doubtEnd(unknown, idempotent)).toMatchObject({ kind: 'send', isAbsent: false });
    expect(doubtEnd(unknown, { ...idempotent, now: at.expiresAt })).toMatchObject({ kind: 'parked' });
  });

  it('waits for a receiver that is away until the signal expires', () => {
    expect(doubtEnd(unreachable, after(30 * minute))).toMatchObject({ kind: 'ask' });
    expect(doubtEnd(unreachable, after(60 * minute))).toMatchObject({ kind: 'parked' });
    expect(doubtEnd(absent, { ...after(90 * minute), absents: 1 })).toMatchObject({
      kind: 'send',
      isAbsent: true,
    });
  });
});
