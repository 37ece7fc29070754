import { describe, expect, it } from 'vitest';
import type { Outcome, Signal } from '../../schema/signal.ts';
import { timeframes } from '../../schema/timeframe.ts';
import type { MarketTick } from '../../simulator/market/market.ts';
import { openStore } from '../../store/open-store.ts';
import { quiet } from '../support/services/database.ts';
import { aSignal, opened } from '../support/signals.ts';
import { until } from '../support/until.ts';
import { needsRecordings, recordedMinutes } from '../support/recorded-day.ts';
import { createWorld, sleep } from '../support/world.ts';

/** A minute of the market a real second: the ten minutes that missed bars are waited for are ten seconds. */
const speed = 60;
const kills = 4;
const minute = 60_000;

describe('open signals of a server that is killed again and again', () => {
  it(
    'end as the recorded market says, whether it was heard, or read as 1min bars afterwards',
    needsRecordings,
    async () => {
      const ticks = recordedMinutes(1440);
      const world = await createWorld(
        // What it decides itself shall not end the signals that are judged here.
        { CLOCK: 'feed', TIMEFRAMES: '1min,5min,1h', RISK_MIN_REWARD: '99', SPREAD_BPS: '0' },
        { replay: new Map([['BTC/USD', ticks]]), speed },
      );
      try {
        const first = await world.start();
        // The market begins with the first subscription.
        await until(() => Promise.resolve(world.simulator.now() > ticks[0]!.time + 4 * minute));
        await first.stop('SIGKILL');
        const signals = signalsAround(ticks, world.simulator.now() - 2 * minute);
        const store = await openStore({ dataDir: world.folder.path, log: quiet, now: Date.now });
        await store.term.take('a test');
        await store.record(signals.map(opened), []);
        await store.close();

        for (let kill = 0; kill < kills; kill++) {
          const server = await world.start();
          await sleep(Math.random() * 2000);
          await server.stop('SIGKILL');
          await sleep(Math.random() * 500);
        }
        const server = await world.start();
        const judged = async () => {
          const { signals: all } = await server.get<{ signals: Signal[] }>('/signals?limit=500');
          return all.every(({ outcome }) => outcome !== null) ? all : undefined;
        };
        const found = await until(judged, 60_000);
        expect(found).toHaveLength(signals.length);
        const wrong = found.flatMap((signal) => {
          const fate = fateOf(signal, ticks);
          return isRight(signal.outcome!, fate) ? [] : [{ signal: signal.id, got: signal.outcome, fate }];
        });
        expect(wrong).toEqual([]);
        const expired = found.filter(({ status }) => status === 'expired').length;
        expect(expired, 'the far levels are not reached').toBeGreaterThanOrEqual(2);
        expect(found.length - expired, 'the near ones are').toBeGreaterThanOrEqual(4);
      } finally {
        await world.dispose();
      }
    },
  );
});

/** BUY and SELL with levels from near to far, all of one moment. */
function signalsAround(ticks: readonly MarketTick[], about: number): Signal[] {
  const closeTime = Math.floor(about / minute) * minute;
  const entry = ticks.findLast(({ time }) => time < closeTime)!.price;
  return [0.0003, 0.0006, 0.001, 0.2].flatMap((share, i) =>
    ([1, -1] as const).map((side, j) =>
      aSignal({
        symbol: 'BTCUSD',
        signal: side > 0 ? 'BUY' : 'SELL',
        signal_type: side > 0 ? 'BUY' : 'SELL',
        timeframe: timeframes[2 * i + j]!,
        entry,
        tp: entry * (1 + 1.5 * share * side),
        sl: entry * (1 - share * side),
        close_time: closeTime,
        created_at: closeTime,
        expires_at: closeTime + 25 * minute,
        lineage: { source: 'live', cost: 0 },
      }),
    ),
  );
}

interface Fate {
  readonly status: Outcome['status'];
  readonly at: number;
}

/** What the ticks of the whole market make of a signal, by brute force. */
function fateOf({ signal_type, tp, sl, close_time, expires_at }: Signal, ticks: readonly MarketTick[]): Fate {
  const side = signal_type === 'BUY' ? 1 : -1;
  for (const { time, price } of ticks) {
    if (time < close_time) continue;
    if (time >= expires_at) break;
    if ((price - sl!) * side <= 0) return { status: 'sl', at: time };
    if ((price - tp!) * side >= 0) return { status: 'tp', at: time };
  }
  return { status: 'expired', at: expires_at };
}

/** To the tick where it was heard, else by the end of its minute; a minute that holds both levels counts as SL and says so. */
function isRight({ status, resolved_at, ambiguous_bar }: Outcome, fate: Fate): boolean {
  const sameMinute = resolved_at >= fate.at && resolved_at <= (Math.floor(fate.at / minute) + 1) * minute;
  return sameMinute && (status === fate.status || (ambiguous_bar && status === 'sl'));
}
