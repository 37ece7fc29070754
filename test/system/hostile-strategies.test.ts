import { afterEach, expect, it } from 'vitest';
import { quantile } from '../../models/statistics.ts';
import { hostileStrategies } from '../support/hostile/hostile-strategies.ts';
import { patience } from '../support/patience.ts';
import { postLater, savedStrategies } from '../support/saved-strategies.ts';
import { connect, type RunningServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { createWorld, sleep, type World } from '../support/world.ts';
import { honest, strategyText } from '../workers/strategies/strategy-folder.ts';

/** How long prices are watched while the files are saved and asked, ms. */
const watchedMs = Number(process.env['HOSTILE_MS'] ?? 15_000);
const symbols = 'BTC/USD,ETH/USD,SOL/USD,XRP/USD';
const ids = hostileStrategies.map((_, i) => `hostile-${i + 1}`);

let world: World | undefined;
let remove = (): Promise<void> => Promise.resolve();
afterEach(async () => {
  await world?.dispose();
  await remove();
});

/** The event loop's delay since it was last asked for, ms. */
async function loopMs(server: RunningServer): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return 1000 * Number(/^anso_event_loop_delay_seconds\{quantile="0.99"[^}]*\} (\S+)$/m.exec(text)![1]);
}

it('twelve hostile strategies delay nobody’s prices, and an honest one decides beside them', async () => {
  const all = ['honest', ...ids];
  const strategies = await savedStrategies(...all.map((id) => ({ id, strategy: id })));
  ({ remove } = strategies);
  const textOf = (id: string): string => hostileStrategies[ids.indexOf(id)]!.text;
  await strategies.save('honest', strategyText(honest));
  // So that the start is quick: each is saved in its turn.
  for (const id of ids) await strategies.save(id, 'const = 1;');
  world = await createWorld({ SYMBOLS: symbols, TIMEFRAMES: '1min,1h', ...strategies.environment });
  const server = await world.start();
  const prices = await connect(
    server,
    '/ws',
    ...symbols.split(',').map((symbol) => ({ action: 'subscribe', symbol: symbol.replace('/', '') })),
  );
  await prices.frame(({ type }) => type === 'price_update');
  await loopMs(server);

  const received = prices.frames.length;
  const delays: number[] = [];
  const over = performance.now() + watchedMs;
  const isOn = () => performance.now() < over;
  const asking = (async () => {
    for (let bars = 0; isOn(); bars++) await postLater(server, 'OUTSIDE', bars);
  })();
  // Each is loaded, checked and stopped again and again, whatever became of it before.
  const saving = (async () => {
    for (let round = 0; isOn(); round++) {
      const id = ids[round % ids.length]!;
      await strategies.save(id, `${textOf(id)}// ${round}\n`);
      await sleep(250);
    }
  })();
  const watching = (async () => {
    while (isOn()) {
      await sleep(1_000);
      delays.push(await loopMs(server));
    }
  })();
  await Promise.all([asking, saving, watching]);

  const frames = prices.frames.length - received;
  console.log(
    `event loop p99 by second: median ${quantile(delays, 0.5).toFixed(1)} ms, most ${Math.max(...delays).toFixed(1)} ms; ${(frames / (watchedMs / 1000)).toFixed(1)} prices/s; load ${patience().toFixed(1)} a core`,
  );
  expect(quantile(delays, 0.5)).toBeLessThan(50 * patience());
  expect(frames).toBeGreaterThan(watchedMs / 1000);
  const { decision } = await until(async () => {
    const answer = await postLater(server, 'LATER', 0);
    return answer.assignment === 'honest' && answer;
  });
  expect(decision.reasoning).toMatch(/Up\.|Down\./);
  const named = server.log.filter(({ msg }) => /^a strategy (?:cannot run|was not listened to)/.test(msg));
  // Six are wrong in what they answer, or do not come so far; the others only try, and WAIT.
  expect(new Set(named.map(({ strategy }) => strategy)).size).toBeGreaterThanOrEqual(6);
  expect(server.log.filter(({ level }) => Number(level) >= 60)).toEqual([]);
  prices.close();
});
