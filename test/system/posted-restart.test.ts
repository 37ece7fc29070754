import { afterEach, describe, expect, it } from 'vitest';
import { callingCandles } from '../support/calling-candles.ts';
import { needs } from '../support/needs.ts';
import { connect, type RunningServer } from '../support/server.ts';
import { activeOf, splitServer } from '../support/split-server.ts';
import { until } from '../support/until.ts';
import { allSignals, createWorld, postClose } from '../support/world.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

const symbols = ['ONE', 'TWO', 'THREE'];
const hour = 3_600_000;

/** A close of the other direction, a day after that of `postClose`: it ends the signal of that and opens its own. */
async function postOpposite(server: RunningServer, symbol: string): Promise<Record<string, unknown>> {
  const first = callingCandles('1h');
  const isBuy = (await allSignals(server)).find((one) => one.symbol === symbol && one.status === 'open');
  const { signal } = await server.get<{ signal: { signal_type: string } }>(`/signals/${isBuy!.id}`);
  const direction = signal.signal_type === 'BUY' ? 'SELL' : 'BUY';
  const closeTime = first.at(-1)!.time * 1000 + 25 * hour;
  const response = await fetch(`${server.url}/api/candle-complete`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...server.key },
    body: JSON.stringify({
      symbol,
      timeframe: '1h',
      candles: callingCandles('1h', { direction, closeTime }),
    }),
  });
  return (await response.json()) as Record<string, unknown>;
}

/** A client that was connected before, as the library resumes. */
const resume = async (server: RunningServer, since: { epoch: unknown; offset: unknown }) => {
  const client = await connect(server, '/ws/signals', { action: 'subscribe', symbols, since });
  cleanUp.push(async () => client.close());
  const answer = await client.frame(({ type }) => type === 'subscribed' || type === 'error');
  expect(answer).toMatchObject({ type: 'subscribed', symbols, recovered: true });
  return client;
};

/** Before the restart two of three signals were sent to a client; then all go on. */
async function goesOn(server: () => RunningServer, restart: () => Promise<void>): Promise<void> {
  await postClose(server(), symbols[0]!);
  const before = await until(async () => {
    const client = await connect(server(), '/ws/signals', { action: 'subscribe', symbol: symbols[0]! });
    const answer = await client.frame(({ type }) => type === 'subscribed' || type === 'error');
    client.close();
    return answer.type === 'subscribed' ? answer : undefined;
  });
  const since = { epoch: before['epoch'], offset: before['offset'] };
  const ids = [await postClose(server(), symbols[1]!), await postClose(server(), symbols[2]!)];
  await restart();
  const client = await resume(server(), since);
  for (const id of ids)
    await client.frame(({ signal }) => (signal as { id?: string } | undefined)?.id === id);
  // Their open signals are followed: the next close of each ends what is open.
  for (const symbol of symbols) {
    expect(await postOpposite(server(), symbol)).toMatchObject({ status: 'success', signal_changed: true });
    await client.frame((frame) => frame.type === 'signal_resolved' && frame['symbol'] === symbol);
    await client.frame(
      (frame) =>
        frame.type === 'signal_update' &&
        frame['symbol'] === symbol &&
        Number(frame['offset']) > Number(since.offset) + ids.length,
    );
  }
  // The live symbol may have one of its own.
  const open = (await allSignals(server())).filter(
    ({ symbol, status }) => status === 'open' && symbols.includes(symbol),
  );
  expect(open.map(({ symbol }) => symbol).sort()).toEqual([...symbols].sort());
  expect(client.frames.filter(({ type }) => type === 'error')).toEqual([]);
}

describe('symbols of posted candles after a restart', () => {
  it('go on in one process', async () => {
    const world = await createWorld();
    cleanUp.push(() => world.dispose());
    await world.start();
    await goesOn(
      () => world.server,
      async () => {
        await world.server.stop('SIGKILL');
        await world.start();
      },
    );
  });

  it('go on where ingest and gateway start together', needs.redis, async () => {
    const split = await splitServer();
    cleanUp.push(() => split.close());
    const start = async () => {
      const ingest = await split.start('ingest,analysis');
      const gateway = await split.start('gateway,analysis');
      await activeOf([ingest]);
      await activeOf([gateway]);
      return { ingest, gateway };
    };
    let running = await start();
    await goesOn(
      () => running.gateway.server,
      async () => {
        await Promise.all([running.ingest, running.gateway].map(({ server }) => server.stop('SIGKILL')));
        running = await start();
      },
    );
  });
});
