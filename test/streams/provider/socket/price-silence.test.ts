import { describe, expect, it } from 'vitest';
import { createFeedClock } from '../../../../streams/provider/feed-clock.ts';
import { createPriceSilence } from '../../../../streams/provider/socket/price-silence.ts';

const open = (silences = 0) => {
  const { clock, advance } = createFeedClock(0);
  const silence = createPriceSilence({ clock, staleMs: 60_000, silences: () => silences });
  return { silence, advance };
};

describe('createPriceSilence', () => {
  it('reports silence in an open market once no price came for `staleMs`', () => {
    const { silence, advance } = open();
    advance(59_999);
    expect(silence.check(true)).toBe('ok');
    advance(60_000);
    expect(silence.check(true)).toBe('silent');
    silence.reset();
    expect(silence.check(true)).toBe('ok');
    advance(120_000);
    expect(silence.check(true)).toBe('silent');
  });

  it('reports a closed market, and counts silence only from its opening on', () => {
    const { silence, advance } = open();
    expect(silence.check(false)).toBe('ok');
    advance(100_000);
    expect(silence.check(false)).toBe('closed');
    advance(159_999);
    expect(silence.check(true)).toBe('ok');
    advance(160_000);
    expect(silence.check(true)).toBe('silent');
  });

  it.each([
    [1, 120_000],
    [4, 960_000],
    [9, 960_000],
  ])('waits longer after %i silent sockets in a row', (silences, ms) => {
    const { silence, advance } = open(silences);
    advance(ms - 1);
    expect(silence.check(true)).toBe('ok');
    advance(ms);
    expect(silence.check(true)).toBe('silent');
  });
});
