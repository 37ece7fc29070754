import { describe, expect, it } from 'vitest';
import { interpretResponse, type ResponseForm } from '../../../../sinks/posts/channels/interpret-response.ts';
import type { RequestEnd } from '../../../../sinks/posts/channels/send-request.ts';

const form: ResponseForm = {
  clean: (text, longest) => text.replaceAll('secret', '***').slice(0, longest),
  remoteId: ['result', 'id'],
  afterSeconds: ['wait', 'seconds'],
  confirms: ({ text }) => (text.includes('yes') ? 'yes' : text.includes('no') ? 'no' : 'unclear'),
};
const end = (status: number, body = '', change: object = {}): RequestEnd => ({
  kind: 'answered',
  status,
  body,
  retryAfterMs: undefined,
  whole: true,
  ...change,
});
const judged = (status: number, body?: string, change?: object, over: Partial<ResponseForm> = {}) =>
  interpretResponse(end(status, body, change), { ...form, ...over });

describe('interpretResponse', () => {
  it('tries again what was not sent, when it may be', () => {
    const unsent = { kind: 'unsent', reason: 'secret refused', afterMs: 70 } as const;
    expect(interpretResponse(unsent, form)).toEqual({
      kind: 'retry',
      answer: 'not sent: *** refused',
      afterMs: 70,
    });
  });

  it('doubts what was sent and not answered, or answered in part', () => {
    const lost = { kind: 'lost', reason: 'ECONNRESET secret' } as const;
    expect(interpretResponse(lost, form)).toEqual({ kind: 'ambiguous', answer: 'sent, but ECONNRESET ***' });
    for (const status of [200, 299])
      expect(judged(status, 'yes', { whole: false })).toEqual({
        kind: 'ambiguous',
        answer: `${status} yes (cut off)`,
      });
  });

  it('takes what is confirmed as delivered, with the id that the receiver gave', () => {
    const answer = '{"yes":1,"result":{"id":"a secret1"}}';
    expect(judged(200, answer.replace('a secret1', 'secret1'))).toMatchObject({
      kind: 'delivered',
      remoteId: '***1',
    });
    expect(judged(201, '{"yes":1,"result":{"id":7}}')).toMatchObject({ kind: 'delivered', remoteId: '7' });
    expect(judged(204, 'yes')).toEqual({ kind: 'delivered', answer: '204 yes', remoteId: null });
    for (const odd of [
      '{"yes":1,"result":null}',
      '{"yes":1,"result":5}',
      '{"yes":1}',
      '{"yes":1,"result":{"id":{}}}',
    ])
      expect(judged(200, odd), odd).toMatchObject({ kind: 'delivered', remoteId: null });
  });

  it('ends what a 2xx refuses, and doubts one that confirms nothing', () => {
    expect(judged(200, 'no')).toEqual({ kind: 'final', answer: 'refused: 200 no' });
    expect(judged(200, 'hm')).toEqual({
      kind: 'ambiguous',
      answer: 'no confirmation in the answer: 200 hm',
    });
    // Whatever stands in a login page.
    expect(judged(200, '<html><title>yes</title>')).toMatchObject({ kind: 'ambiguous' });
  });

  it('takes 409 for known where that is its meaning, and in no page or part of an answer', () => {
    const known = { knownBy409: true };
    expect(judged(409, '{"result":{"id":"x"}}', {}, known)).toMatchObject({
      kind: 'delivered',
      remoteId: 'x',
    });
    expect(judged(409, 'yes')).toEqual({ kind: 'final', answer: '409 yes' });
    expect(judged(409, 'yes', { whole: false }, known)).toMatchObject({ kind: 'final' });
    expect(judged(409, '<html>', {}, known)).toMatchObject({ kind: 'final' });
    expect(judged(410, 'yes', {}, known)).toMatchObject({ kind: 'final' });
  });

  it.each([
    [408, 'retry'],
    [425, 'retry'],
    [429, 'retry'],
    [500, 'retry'],
    [503, 'retry'],
    [501, 'ambiguous'],
    [502, 'ambiguous'],
    [504, 'ambiguous'],
    [599, 'ambiguous'],
    [400, 'final'],
    [401, 'final'],
    [404, 'final'],
    [422, 'final'],
    [499, 'final'],
    [100, 'final'],
    [199, 'final'],
  ])('takes %i as %s', (status, kind) => {
    expect(judged(status, 'yes')).toMatchObject({ kind, answer: `${status} yes` });
  });

  it('follows no redirect', () => {
    for (const status of [300, 302, 399])
      expect(judged(status, 'yes')).toEqual({ kind: 'final', answer: `${status}: redirects are refused` });
  });

  it('waits as long as the receiver asks, in its body before its header, a day at most', () => {
    const afterMs = (body: string, retryAfterMs?: number, over?: Partial<ResponseForm>) =>
      (judged(429, body, { retryAfterMs }, over) as { afterMs?: number }).afterMs;
    expect(afterMs('{"wait":{"seconds":1.5}}', 9000)).toBe(1500);
    expect(afterMs('{}', 9000)).toBe(9000);
    expect(afterMs('{}')).toBeUndefined();
    for (const seconds of ['0', '-1', '"5"', '1e999', 'null'])
      expect(afterMs(`{"wait":{"seconds":${seconds}}}`, 9000), seconds).toBe(9000);
    expect(afterMs('{"wait":{"seconds":1e9}}')).toBe(24 * 3_600_000);
    expect(afterMs('{"wait":{"seconds":5}}', 9000, { afterSeconds: undefined as never })).toBe(9000);
    expect(judged(502, '{"wait":{"seconds":2}}')).toMatchObject({ kind: 'ambiguous', afterMs: 2000 });
  });
});
