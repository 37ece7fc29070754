import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { recordedMarket } from '../../cli/recorded-market.ts';
import { seededRandom } from '../../models/random.ts';
import type { Candle } from '../../schema/candle.ts';
import type { MarketTick } from '../../simulator/market/market.ts';
import { databaseUser } from '../../store/embedded/postmaster.ts';
import { until } from '../support/until.ts';
import { referenceCandles } from '../support/recorded-day.ts';
import { createWorld, postClose, sleep, type World } from '../support/world.ts';
import { plainShell } from '../support/plain-shell.ts';

const start = Date.parse('2026-01-05T10:00:00Z');
const minute = 60_000;
const hour = 60 * minute;
const timeframes = { '1min': minute, '5min': 5 * minute, '1h': hour };

/** Two days of ticks, two to six a minute, on whole seconds as the provider states them. */
function series(seed: number): MarketTick[] {
  const chance = seededRandom(seed);
  const ticks: MarketTick[] = [];
  for (let time = start; time < start + 48 * hour; time += 10_000 + Math.floor(chance() * 20) * 1000)
    ticks.push({ time, price: 100 + Math.floor(chance() * 1000) });
  return ticks;
}

describe('a server whose time comes from its ticks, and that records them', () => {
  it('knows no time before the first, follows no wrong one, and makes the same candles again from its recording', async () => {
    const market = new Map([
      ['BTC/USD', series(1)],
      ['ETH/USD', series(2)],
    ]);
    const world = await createWorld(
      { CLOCK: 'feed', RECORD_TICKS: 'true', SYMBOLS: 'BTC/USD,ETH/USD', HISTORY_SIZE: '600' },
      { replay: market, speed: 1800 },
    );
    const { simulator, folder } = world;
    try {
      simulator.faults.socket.silent = true;
      let server = await world.start();
      expect(await server.get('/ready')).toMatchObject({ ready: false });
      expect(JSON.stringify(await server.get('/ready'))).toContain('no tick has told the time');
      await expect(postClose(server, 'POSTED')).rejects.toThrow('time_unknown');
      // The first price and a later one are of years ahead.
      let wrong = 1;
      simulator.faults.socket.mangle = (event) =>
        wrong-- > 0 ? [{ ...event, timestamp: event.timestamp + 1e8 }, event] : [event];
      simulator.faults.socket.silent = false;

      const later = (ms: number) => {
        const to = simulator.now() + ms;
        return until(() => simulator.now() >= to, 30_000);
      };
      await later(20 * minute);
      wrong = 1;
      await later(20 * minute);
      expect((await server.get<{ ready: boolean }>('/ready')).ready).toBe(true);
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      expect(metrics).toMatch(/rejected\S*reason="time"\S* 2\n/);
      await simulator.suspend('socket');
      await sleep(200);
      await simulator.resume('socket');
      await later(hour);
      await server.stop('SIGKILL');
      server = await world.start();
      const restarted = simulator.now();
      await later(90 * minute);
      // Time stands still from now on, and the writers catch up.
      simulator.faults.socket.silent = true;
      await sleep(2500);
      const stored = await storedCandles(world);
      expect(await server.stop()).toBe(0);

      for (const [symbol, ticks] of market) {
        for (const [timeframe, length] of Object.entries(timeframes)) {
          const own = stored.filter(
            (candle) => candle.timeframe === timeframe && candle.symbol === symbol.replace('/', ''),
          );
          const truth = new Map(referenceCandles(ticks, length).map((candle) => [candle.time, candle]));
          for (const { openTime, open, high, low, close, complete } of own) {
            if (complete) expect({ time: openTime, open, high, low, close }).toEqual(truth.get(openTime));
          }
          const missing = own.filter(({ complete }) => !complete);
          expect(missing.length, `${symbol} ${timeframe}`).toBeLessThan(5);
        }
      }

      const again = await replayed(join(folder.path, 'ticks'));
      const live = new Map(stored.map((candle) => [keyOf(candle), candle]));
      for (const candle of again) {
        const own = live.get(keyOf(candle));
        // Some are REST's, of a backfill: of these the prices are the same.
        if (own?.source !== 'rest') expect(JSON.stringify(candle)).toBe(JSON.stringify(own));
        else if (candle.complete) expect(pricesOf(candle)).toEqual(pricesOf(own));
      }
      // A crash takes the last second of a recording with it; after the new start nothing is missing.
      const keys = new Set(again.map(keyOf));
      const heard = stored.filter(({ openTime, source }) => openTime > restarted && source === 'ticks');
      expect(heard.length).toBeGreaterThan(100);
      expect(heard.filter((candle) => !keys.has(keyOf(candle)))).toEqual([]);

      const recorded = await recordedMarket(join(folder.path, 'ticks'));
      expect([...recorded.keys()].sort()).toEqual([...market.keys()]);
      expect(series(1)).toEqual(expect.arrayContaining(recorded.get('BTC/USD')!));
    } finally {
      await world.dispose();
    }
  });
});

const pricesOf = ({ open, high, low, close }: Candle) => [open, high, low, close];
const keyOf = ({ symbol, timeframe, openTime }: Candle) => `${symbol} ${timeframe} ${openTime}`;

async function replayed(ticks: string): Promise<Candle[]> {
  const command = join(import.meta.dirname, '../../cli/replay.ts');
  const env = {
    ...plainShell(),
    CLOCK: 'feed',
    TIMEFRAMES: '1min,5min,1h',
    TWELVEDATA_API_KEY: 'a-key',
  };
  const { stdout } = await promisify(execFile)(process.execPath, [command, '--ticks', ticks], {
    env,
    maxBuffer: 2 ** 28,
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Candle);
}

async function storedCandles({ folder }: World): Promise<Candle[]> {
  const { host } = await folder.database();
  const client = new Client({ host, user: databaseUser, database: 'postgres' });
  await client.connect();
  try {
    const { rows } = await client.query<Candle>(
      `select symbol, timeframe, open_time::float8 as "openTime", close_time::float8 as "closeTime", open, high, low, close,
              volume, volume_kind as "volumeKind", ticks, complete, source, late_ticks as "lateTicks",
              longest_silence_ms as "longestSilenceMs", revision
       from candle order by symbol, timeframe, open_time`,
    );
    return rows;
  } finally {
    await client.end();
  }
}
