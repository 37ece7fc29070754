import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { databaseUser } from '../../store/embedded/postmaster.ts';
import { timeframeMs } from '../../schema/timeframe.ts';
import { until } from '../support/until.ts';
import {
  needsRecordings,
  recordedMinutes,
  type ReferenceCandle,
  referenceCandles,
} from '../support/recorded-day.ts';
import { createWorld, sleep, type World } from '../support/world.ts';

/** Kills of the simulated days: 10 in the normal run, 100 by `npm run test:crash`. */
const kills = Number(process.env['CRASH_KILLS'] ?? 10);
/** Ten minutes of the market a real second: however slow disk and machine are, all of it lies within the history that a start repairs. */
const speed = 600;
const longestLifeMs = 3_000;
const hour = 3_600_000;

describe('kill -9 at random moments of simulated days', () => {
  it(
    `leaves, after ${kills} kills, the candles that nobody disturbed`,
    { ...needsRecordings, timeout: 300_000 + kills * 60_000 },
    async () => {
      const ticks = recordedMinutes(31 * 1440);
      // What a kill interrupts is repaired within the history: minutes enough for the market of many slow starts.
      const world = await createWorld(
        { CLOCK: 'feed', HISTORY_SIZE: '5000', TIMEFRAMES: '1min,5min,1h' },
        { replay: new Map([['BTC/USD', ticks]]), speed },
      );
      const { simulator } = world;
      try {
        for (let kill = 0; kill < kills; kill++) {
          const server = await world.start();
          await sleep(Math.random() * longestLifeMs);
          await server.stop('SIGKILL');
        }
        const to = (Math.floor(simulator.now() / hour) + 1) * hour;
        expect(to, 'the recording is long enough').toBeLessThan(ticks.at(-1)!.time - 6 * hour);
        await world.start();
        for (const timeframe of ['1min', '5min', '1h'] as const) {
          const inside = ticks.filter(({ time }) => time < to);
          const wanted = referenceCandles(inside, timeframeMs[timeframe]);
          const closed = async () =>
            (await storedCandles(world, timeframe, to)).filter(({ complete }) => complete);
          await until(async () => (await closed()).length >= wanted.length, 60_000).catch(() => {});
          expect(differences(await storedCandles(world, timeframe, to), wanted), timeframe).toEqual([]);
        }
      } finally {
        await world.dispose();
      }
    },
  );
});

type StoredCandle = ReferenceCandle & { readonly complete: boolean };

async function storedCandles({ folder }: World, timeframe: string, to: number): Promise<StoredCandle[]> {
  const { host } = await folder.database();
  const client = new Client({ host, user: databaseUser, database: 'postgres' });
  await client.connect();
  try {
    const { rows } = await client.query<StoredCandle>(
      `select open_time::float8 as time, open, high, low, close, complete from candle
       where symbol = 'BTCUSD' and timeframe = $1 and open_time < $2 order by open_time`,
      [timeframe, to],
    );
    return rows;
  } finally {
    await client.end();
  }
}

/** What is missing, too much, not whole or of another price. */
function differences(got: readonly StoredCandle[], wanted: readonly ReferenceCandle[]) {
  const byTime = new Map(got.map((candle) => [candle.time, candle]));
  const wrong = wanted.flatMap((candle) => {
    const found = byTime.get(candle.time);
    byTime.delete(candle.time);
    const isSame =
      found?.complete === true &&
      (['open', 'high', 'low', 'close'] as const).every((key) => found[key] === candle[key]);
    return isSame ? [] : [{ wanted: candle, found }];
  });
  return [...wrong, ...[...byTime.values()].map((found) => ({ wanted: undefined, found }))];
}
