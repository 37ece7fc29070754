import { describe, expect, it } from 'vitest';
import { createSameMarkets } from '../../../app/web/same-markets.ts';
import { candleAt, minute } from '../../operators/signals/signal-samples.ts';

describe('createSameMarkets', () => {
  it('asks the store once in its time, and again after a failure', async () => {
    let [now, asked, fails] = [0, 0, true];
    const latest = (symbol: string) => {
      asked++;
      if (fails) return Promise.reject(new Error('away'));
      return Promise.resolve(
        Array.from({ length: 90 }, (_, i) => candleAt(i * minute, 100 + Math.sin(i * i), { symbol })),
      );
    };
    const ask = createSameMarkets({ latest, now: () => now, keepMs: 100 });
    expect(await ask(['BTCUSD'], '1h')).toEqual([]);
    expect(asked).toBe(0);
    await expect(ask(['BTCUSD', 'BTCUSDT'], '1h')).rejects.toThrow('away');
    fails = false;
    expect(await ask(['BTCUSD', 'BTCUSDT'], '1h')).toMatchObject([{ symbols: ['BTCUSD', 'BTCUSDT'] }]);
    now = 99;
    await ask(['BTCUSD', 'BTCUSDT'], '1h');
    expect(asked).toBe(4);
    now = 100;
    await ask(['BTCUSD', 'BTCUSDT'], '1h');
    expect(asked).toBe(6);
  });
});
