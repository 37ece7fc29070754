import { describe, expect, it } from 'vitest';
import { createAwaitedStarts } from '../../../streams/symbol/awaited-starts.ts';
import { SymbolUnavailableError } from '../../../streams/symbol/symbol-unavailable.ts';

describe('createAwaitedStarts', () => {
  it('lets everybody who waits for an actor go on when it listens', async () => {
    const starts = createAwaitedStarts();
    const both = Promise.all([starts.started('BTCUSD'), starts.started('BTCUSD')]);
    expect(starts.isRunning('BTCUSD')).toBe(false);
    starts.start('BTCUSD');
    await both;
    await starts.started('BTCUSD');
    expect(starts.isRunning('BTCUSD')).toBe(true);
  });

  it('makes them wait again while it restarts', async () => {
    const starts = createAwaitedStarts();
    starts.start('BTCUSD');
    starts.pause('BTCUSD');
    const again = starts.started('BTCUSD');
    expect(await Promise.race([again, Promise.resolve('waits')])).toBe('waits');
    starts.start('BTCUSD');
    await again;
  });

  it('tells who waits, and who comes later, that an actor stands still', async () => {
    const starts = createAwaitedStarts();
    const waits = starts.started('BTCUSD');
    starts.stop('BTCUSD', 'no luck');
    await expect(waits).rejects.toThrow(SymbolUnavailableError);
    await expect(starts.started('BTCUSD')).rejects.toThrow('no luck');
    expect([...starts.stopped]).toEqual([['BTCUSD', 'no luck']]);
  });

  it('forgets a released symbol whole, and who waits for it hears of it', async () => {
    const starts = createAwaitedStarts();
    starts.stop('BTCUSD', 'no luck');
    starts.forget('BTCUSD');
    expect(starts.stopped.size).toBe(0);
    const waits = starts.started('BTCUSD');
    starts.forget('BTCUSD');
    await expect(waits).rejects.toThrow('watched no more');
  });
});
