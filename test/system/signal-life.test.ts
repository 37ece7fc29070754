import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brierScore } from '../../models/report/brier-score.ts';
import { tradeStatistics } from '../../models/report/trade-statistics.ts';
import { wilsonInterval } from '../../models/report/wilson-interval.ts';
import { callingCandles } from '../support/calling-candles.ts';
import { connect, dataFolder, type Frame, type RunningServer, startServer } from '../support/server.ts';

type Json = Record<string, unknown>;

/** A watched symbol: its live price is far from the posted candles. */
const symbol = 'BTCUSD';
/** One that the server does not analyse itself: its own closes are later than these. */
const timeframe = '30min';

describe('the life of a signal of posted candles', () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let server: RunningServer;
  let signal: { id: string; tp: number; entry: number };
  let opening: Frame;

  beforeAll(async () => {
    folder = await dataFolder();
    server = await startServer({ DATA_DIR: folder.path }, { withinMs: 40_000 });
  });
  afterAll(async () => {
    server.process.kill('SIGKILL');
    await folder.remove();
  });

  const postCandles = async (candles: unknown[]) => {
    const response = await fetch(`${server.url}/api/candle-complete`, {
      method: 'POST',
      headers: { ...server.key, 'content-type': 'application/json' },
      body: JSON.stringify({ symbol, timeframe, candles }),
    });
    return (await response.json()) as Json;
  };
  const subscribe = (more: object = {}) =>
    connect(server, '/ws/signals', { action: 'subscribe', symbol, timeframe, ...more });

  it('begins with one frame and one post, though the live price is elsewhere', async () => {
    const client = await subscribe();
    await client.frame(({ type }) => type === 'subscribed');
    const { price } = (await (
      await connect(server, '/ws', { action: 'subscribe', symbol })
    ).frame(({ type }) => type === 'price_update', 20_000)) as Frame & { price: number };

    const { signal_id: id } = await postCandles(callingCandles(timeframe));
    opening = await client.frame((frame) => frame['signal_changed'] === true);
    signal = opening['signal'] as typeof signal;
    expect(signal).toMatchObject({ id, status: 'open' });
    expect(Math.abs(price / signal.entry - 1)).toBeGreaterThan(0.5);
    await expect
      .poll(async () => (await server.get<{ signal: Json }>(`/signals/${signal.id}`)).signal['deliveries'])
      .toMatchObject([{ state: 'delivered', attempts: 1, remote_id: signal.id }]);
    client.close();
  });

  it('goes on over a kill: a client resumes behind its last frame', async () => {
    await server.stop('SIGKILL');
    server = await startServer({ DATA_DIR: folder.path }, { withinMs: 40_000 });
    const { epoch, offset } = opening as Frame & { epoch: string; offset: number };

    const client = await subscribe({ since: { epoch, offset: offset - 1 } });
    expect(await client.frame(({ type }) => type === 'subscribed')).toMatchObject({ epoch, recovered: true });
    expect(await client.frame(({ type }) => type === 'signal_update')).toEqual(opening);
    client.close();
  });

  it('ends on the candles posted next, and its subscribers hear how', async () => {
    const client = await subscribe();
    expect(await client.frame(({ type }) => type === 'signal_update')).toMatchObject({
      signal_changed: false,
      signal: { id: signal.id, status: 'open' },
    });
    const candles = callingCandles(timeframe);
    const last = candles.at(-1)!;
    const beyond = signal.tp + 0.1 * (signal.tp - signal.entry);
    const next = {
      time: last.time + 1800,
      open: last.close,
      high: Math.max(last.close, beyond),
      low: Math.min(last.close, beyond),
      close: signal.tp,
    };
    await postCandles([...candles.slice(1), next]);
    const frame = await client.frame(({ type }) => type === 'signal_resolved');
    expect(frame).toMatchObject({ id: signal.id, outcome: { status: 'tp', ambiguous_bar: false } });
    expect(await server.get(`/signals/${signal.id}`)).toMatchObject({
      signal: { status: 'tp', outcome: frame['outcome'] },
    });
    client.close();
  });

  it('counts the same in the list as in the performance', async () => {
    const [report, csv] = await Promise.all([
      server.get<Json & { brier: Json }>(`/performance?symbol=${symbol}&timeframe=${timeframe}`),
      fetch(`${server.url}/signals?symbol=${symbol}&timeframe=${timeframe}&format=csv`).then((answer) =>
        answer.text(),
      ),
    ]);
    const [header, ...lines] = csv.trim().split(/\r?\n/);
    const names = header!.split(',');
    const rows = lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i], cell])));
    const resolved = rows.filter(({ status }) => status !== 'open');
    const results = resolved.map(({ r }) => Number(r));
    const statistics = tradeStatistics(results);
    const brier = brierScore(
      resolved.map(({ confidence }) => Number(confidence)),
      resolved.map(({ status }) => status === 'tp'),
    );
    expect(resolved.length).toBeGreaterThan(0);
    for (const { mfe, mae } of resolved) expect(Number(mfe) + Number(mae)).toBeGreaterThan(0);
    expect(report).toMatchObject({
      resolved: resolved.length,
      open: rows.length - resolved.length,
      win_rate: statistics.winRate,
      win_rate_interval: wilsonInterval(results.filter((r) => r > 0).length, results.length),
      expectancy_r: statistics.expectancy,
      profit_factor: statistics.profitFactor,
      max_drawdown_r: statistics.maxDrawdown,
      brier: { score: brier.brier },
    });
  });

  it('is not sent again by hand once it has ended', async () => {
    const answer = await fetch(
      `${server.url}/admin/queues/api/queues/community/${signal.id}-community/retry`,
      { method: 'PUT', headers: server.key },
    );
    expect(answer.status).toBe(409);
  });
});
