import { describe, expect, it } from 'vitest';
import { createSessions } from '../../../http/guards/sessions.ts';
import { oneTimeTokens } from '../../../http/guards/one-time-tokens.ts';

const hour = 3_600_000;

describe('an operator’s session', () => {
  it('ends twelve hours after its login, used or not', () => {
    let at = 5 * hour;
    const sessions = createSessions(() => at);
    const token = sessions.open();
    expect(sessions.lastsMs).toBe(12 * hour);
    for (let i = 1; i < 12; i++) {
      at = (5 + i) * hour;
      expect(sessions.has(token)).toBe(true);
    }
    at = 17 * hour - 1;
    expect(sessions.has(token)).toBe(true);
    at = 17 * hour;
    expect(sessions.has(token)).toBe(false);
    // Also where the clock would say that it is earlier again.
    at = 6 * hour;
    expect(sessions.has(token)).toBe(false);
  });

  it('is ended by the hundredth login after it, and no other is', () => {
    const sessions = createSessions(() => 0);
    const tokens = Array.from({ length: 100 }, () => sessions.open());
    expect(tokens.every((token) => sessions.has(token))).toBe(true);
    const last = sessions.open();
    expect([...tokens, last].map((token) => sessions.has(token))).toEqual([
      false,
      ...Array<boolean>(100).fill(true),
    ]);
  });

  it('ends with a logout, and is nobody’s who made it up', () => {
    const sessions = createSessions(() => 0);
    const [one, other] = [sessions.open(), sessions.open()];
    sessions.close(one);
    sessions.close(undefined);
    expect([one, other, undefined, '', 'x', `${other}x`].map((token) => sessions.has(token))).toEqual([
      false,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(one).not.toBe(other);
    // 256 bits.
    expect(Buffer.from(one, 'base64url')).toHaveLength(32);
  });
});

describe('a one-time token', () => {
  it('works once', () => {
    const tokens = oneTimeTokens(() => 0);
    const token = tokens.create();
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect([tokens.use(`${token}x`), tokens.use(''), tokens.use(token), tokens.use(token)]).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });

  it('works for ten minutes', () => {
    let at = 0;
    const tokens = oneTimeTokens(() => at);
    const [one, other] = [tokens.create(), tokens.create()];
    at = 10 * 60_000 - 1;
    expect(tokens.use(one)).toBe(true);
    at = 10 * 60_000;
    expect(tokens.use(other)).toBe(false);
  });

  it('is ended by the twentieth after it', () => {
    const tokens = oneTimeTokens(() => 0);
    const all = Array.from({ length: 21 }, () => tokens.create());
    expect(all.map((token) => tokens.use(token))).toEqual([false, ...Array<boolean>(20).fill(true)]);
  });
});
