import { afterEach, expect, it } from 'vitest';
import { attack } from '../support/hostile/hostile-clients.ts';
import { patience } from '../support/patience.ts';
import type { RunningServer } from '../support/server.ts';
import { connect } from '../support/server.ts';
import { createWorld, sleep, type World } from '../support/world.ts';

let world: World | undefined;
afterEach(() => world?.dispose());

/** Of `/metrics`: the memory in MB, and the event loop's delay since the last time that it was asked, ms. */
async function figures(server: RunningServer): Promise<{ memoryMb: number; loopMs: number }> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const figure = (name: string) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(name))
        ?.split(' ')
        .at(-1),
    );
  return {
    memoryMb: figure('process_resident_memory_bytes') / 1e6,
    loopMs: figure('anso_event_loop_delay_seconds{quantile="0.99"') * 1000,
  };
}

it('50 hostile clients stop nobody else’s prices, and leave no error in the log', async () => {
  world = await createWorld({ TRUST_PROXY: '1' });
  const server = await world.start();
  const prices = await connect(server, '/ws', { action: 'subscribe', symbol: 'BTCUSD' });
  await prices.frame(({ type }) => type === 'price_update');
  // What a server takes once: code that is compiled, connections to the database.
  await Promise.race([attack(server.url, 50, AbortSignal.timeout(3_000)), sleep(6_000)]);
  await sleep(1_000);
  const before = (await figures(server)).memoryMb;
  const received = prices.frames.length;

  const over = AbortSignal.timeout(15_000);
  const seen: { memoryMb: number; loopMs: number }[] = [];
  const asking = (async () => {
    while (!over.aborted) {
      await sleep(3_000);
      seen.push(await figures(server));
    }
  })();
  const [answers] = await Promise.all([attack(server.url, 50, over), asking]);

  const delay = Math.max(...seen.map(({ loopMs }) => loopMs));
  const grown = Math.max(...seen.map(({ memoryMb }) => memoryMb)) - before;
  console.log(
    `event loop p99 ${delay.toFixed(1)} ms, memory ${grown.toFixed(0)} MB more, load ${patience()}`,
  );
  // Attacks that the server did not get past its door would show nothing: it has read bodies, refused large ones, and served.
  for (const status of [200, 400, 413]) expect(answers.get(status) ?? 0, String(status)).toBeGreaterThan(0);
  expect(prices.frames.length).toBeGreaterThan(received + 5);
  expect(server.log.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  prices.close();
});
