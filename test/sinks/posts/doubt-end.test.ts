import { describe, expect, it } from 'vitest';
import { doubtEnd } from '../../../sinks/posts/doubt-end.ts';

const minute = 60_000;
const at = {
  since: 1_000_000,
  lateMs: 0,
  asked: 0,
  absents: 0,
  isProven: true,
  settleMs: 10_000,
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
    expect(doubtEnd(absent, { ...after(11_000), absents: 1 })).toMatchObject({ kind: 'send' });
  });

  it('believes no lookup that knows nothing', () => {
    const blind = { ...after(30_000), isProven: false, absents: 1 };
    expect(doubtEnd(absent, blind)).toMatchObject({ kind: 'ask', absents: 1 });
    expect(doubtEnd(absent, { ...blind, ...after(71_000), isProven: false })).toMatchObject({
      kind: 'parked',
    });
  });

  it('asks ever more rarely where it learns nothing, until a minute after the receiver has had its time, and parks then', () => {
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

  it('waits for a receiver that is away until the signal expires, and a minute longer', () => {
    expect(doubtEnd(unreachable, after(30 * minute))).toMatchObject({ kind: 'ask' });
    const expired = { ...after(60 * minute), since: at.since + 59 * minute };
    expect(doubtEnd(unreachable, expired)).toMatchObject({ kind: 'ask', since: expired.since });
    expect(doubtEnd(unreachable, { ...after(60.2 * minute), since: expired.since })).toMatchObject({
      kind: 'parked',
    });
    expect(doubtEnd(absent, { ...after(90 * minute), absents: 1 })).toMatchObject({ kind: 'send' });
  });

  it('parks nothing on the first answer of a receiver that was away', () => {
    expect(doubtEnd(absent, after(30 * minute))).toMatchObject({ kind: 'ask', absents: 1 });
    const away = doubtEnd(unreachable, after(30 * minute));
    expect(away).toMatchObject({ kind: 'ask', since: at.since + 30 * minute });
    const again = { ...after(30 * minute + 5_000), since: at.since + 30 * minute };
    expect(doubtEnd(unknown, again)).toMatchObject({ kind: 'ask', since: again.since });
    expect(doubtEnd(unknown, { ...after(30 * minute + 70_000), since: again.since })).toMatchObject({
      kind: 'parked',
    });
  });

  it('nor on the first answer after nobody asked for long, unless it is too late for the post', () => {
    const late = { ...after(30 * minute), lateMs: 25 * minute };
    expect(doubtEnd(unknown, late)).toMatchObject({ kind: 'ask', since: late.timeOfDay - 10_000 });
    // What the receiver had to store meanwhile it has stored.
    expect(doubtEnd(absent, { ...late, absents: 1 })).toMatchObject({ kind: 'send' });
    expect(doubtEnd(absent, { ...after(35_000), settleMs: 60_000, lateMs: 31_000 })).toMatchObject({
      kind: 'ask',
      since: at.since,
      absents: 0,
    });
    expect(doubtEnd(unknown, { ...late, now: at.expiresAt })).toMatchObject({ kind: 'parked' });
    expect(doubtEnd(unknown, { ...late, lateMs: 5_000 })).toMatchObject({ kind: 'parked' });
  });
});
