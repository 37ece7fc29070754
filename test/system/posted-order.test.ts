import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CandleCompleteAnswer } from '../../schema/analyze.ts';
import { until } from '../support/until.ts';
import { callingCandles } from '../support/calling-candles.ts';
import { allSignals, createWorld, deliveryOf, type World } from '../support/world.ts';

const hour = 3_600_000;
/** A full hour that has passed, and does so wherever the test is slow. */
const closed = Math.floor(Date.now() / hour) * hour;
type Answer = Extract<CandleCompleteAnswer, { status: 'success' }> & { code?: string; error?: string };

describe('posted closes', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
    await world.start();
  });
  afterAll(() => world.dispose());

  const post = async (direction: 'BUY' | 'SELL', closeTime: number, symbol = 'OUTSIDE') => {
    const response = await fetch(`${world.server.url}/api/candle-complete`, {
      method: 'POST',
      headers: { ...world.server.key, 'content-type': 'application/json' },
      body: JSON.stringify({
        symbol,
        timeframe: '1h',
        candles: callingCandles('1h', { direction, closeTime }),
      }),
    });
    return { ...((await response.json()) as Answer), status: response.status };
  };
  const ofSymbol = async (symbol = 'OUTSIDE') =>
    (await allSignals(world.server)).filter((signal) => signal.symbol === symbol);

  it('decide nothing while the last candle is open, and the true close is decided after', async () => {
    const ahead = [closed + 2 * hour, closed + 365 * 24 * hour];
    for (const closeTime of ahead) {
      expect(await post('SELL', closeTime, 'FORMING')).toMatchObject({
        status: 409,
        success: false,
        code: 'not_closed',
        close_time: closeTime,
      });
    }
    expect(await ofSymbol('FORMING')).toEqual([]);
    expect(await post('BUY', closed, 'FORMING')).toMatchObject({
      signal_changed: true,
      repeated: false,
      decision: { signal_type: 'BUY' },
    });
  });

  it('that are older than the last decided one change nothing, also after a restart', async () => {
    const first = await post('BUY', closed);
    expect(first).toMatchObject({ success: true, signal_changed: true, decision: { signal_type: 'BUY' } });
    const late = { signal_changed: false, repeated: false, stale: true, signal_id: null };
    const last = { decision: { signal_type: 'BUY', close_time: closed } };
    for (const [direction, age] of [
      ['SELL', hour],
      ['BUY', 48 * hour],
    ] as const)
      expect(await post(direction, closed - age)).toMatchObject({
        ...late,
        ...last,
        close_time: closed - age,
      });
    expect(await post('SELL', closed)).toMatchObject({ ...late, ...last, repeated: true, stale: false });

    await world.server.stop('SIGKILL');
    await world.start();
    expect(await post('SELL', closed - hour)).toMatchObject({ ...late, ...last });
    expect(await post('SELL', closed)).toMatchObject({ repeated: true, signal_changed: false, ...last });

    expect(await ofSymbol()).toMatchObject([{ id: first.signal_id, status: 'open' }]);
    await until(
      async () => (await deliveryOf(world.server, first.signal_id!))?.state === 'delivered',
      20_000,
    );
    const received = world.simulator.received().map((one) => JSON.stringify(one));
    expect(received.filter((text) => text.includes('OUTSIDE'))).toHaveLength(1);
  });
});
