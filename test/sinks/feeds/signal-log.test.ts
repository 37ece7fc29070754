import { describe, expect, it } from 'vitest';
import type { SignalLogFrame } from '../../../schema/wire.ts';
import { createSignalLog } from '../../../sinks/feeds/signal-log.ts';

describe('createSignalLog', () => {
  it('keeps of each frame its own bytes alone, not the block of memory they were cut from', () => {
    const log = createSignalLog({ head: { epoch: 'e', offset: 0 }, since: async () => [] });
    const frame = { type: 'signal_update', symbol: 'BTCUSD', timeframe: '1h', offset: 1 } as SignalLogFrame;
    const { bytes } = log.append(frame);
    expect(bytes.buffer.byteLength).toBe(bytes.length);
  });
});
