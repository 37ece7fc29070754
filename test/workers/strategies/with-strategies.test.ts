import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { analyse } from '../../../models/decision/analyse.ts';
import { analyseWindow } from '../../../operators/analysis/analyse-window.ts';
import { explainSignal } from '../../../operators/analysis/explain-signal.ts';
import { strategyTaskOf } from '../../../operators/analysis/strategy-lineage.ts';
import { analysedWindow, windowHash } from '../../../operators/analysis/window-bytes.ts';
import { UNTAUGHT } from '../../../operators/signals/outcomes/learning-book.ts';
import { AnalysisAnswer, AnalysisJob } from '../../../schema/analysis-job.ts';
import { sampleCandles } from '../../../strategy/checks/sample-candles.ts';
import { columnsOfJob, encodeTask, strategyOfJob } from '../../../workers/analysis-job.ts';
import { createAnalysisPool, Overloaded } from '../../../workers/analysis-pool.ts';
import { openStrategies, type ResolvedStrategy } from '../../../workers/strategies/open-strategies.ts';
import { withStrategies } from '../../../workers/strategies/with-strategies.ts';
import { strategyFolder, strategyText } from './strategy-folder.ts';

const columns = sampleCandles(260, 3_600_000, 4);
const closeTime = columns.time.at(-1)! + 3_600_000;
const frames = { '4h': sampleCandles(20, 14_400_000, 5) };
const text = strategyText(
  `return { action: frames['4h'].close.at(-1)! > 0 ? 'BUY' : 'WAIT', reason: 'R.', score: random(), stop: own.close.at(-1)! * 0.98, tags: ['a'] };`,
).replace('needs: { own: 250 }', `needs: { own: 250, '4h': 20 }`);

async function opened(file = text) {
  const { dir } = await strategyFolder({ 'it.ts': file });
  const strategies = openStrategies({ dirs: [dir], pollMs: 0 });
  onTestFinished(() => strategies.close());
  const { name, version, params } = (await strategies.resolve('it')) as ResolvedStrategy;
  const close = { name, version, params, symbol: 'BTCUSD', timeframe: '1h', closeTime, frames } as const;
  return { strategies, close };
}

describe('withStrategies', () => {
  it('runs the built-in rule in the pool as before, and a strategy beside it', async () => {
    const { strategies, close } = await opened();
    const own = createAnalysisPool({ threads: 1 });
    onTestFinished(() => own.close());
    const reports: string[] = [];
    const pool = withStrategies(own, strategies, {
      onTask: ({ lane, result }) => reports.push(`${lane} ${result}`),
    });
    expect(await pool.analyse(columns, { seed: 2 })).toEqual(analyse(columns, { seed: 2 }));
    expect(await pool.analyse(columns, {}, { lane: 'live' }, close)).toMatchObject({
      direction: 'BUY',
      sl: columns.close.at(-1)! * 0.98,
      strategy: { name: 'it', version: close.version, tags: ['a'], fault: null },
    });
    await expect(pool.analyse(columns, {}, undefined, { ...close, version: 'x' })).rejects.toThrow('not x');
    await expect(own.analyse(columns, {}, undefined, close)).rejects.toThrow('runs no strategies');
    expect(reports).toEqual(['live done', 'request failed']);
  });

  it('bounds what waits for all strategies together', async () => {
    const own = createAnalysisPool({ threads: 1 });
    onTestFinished(() => own.close());
    const ends: (() => void)[] = [];
    const slow = {
      analyse: () => new Promise<never>((_, reject) => ends.push(() => reject(new Error('over')))),
    };
    const pool = withStrategies(own, slow, { maxRequests: 2 });
    const close = {
      name: 'it',
      version: 'v',
      params: {},
      symbol: 'X',
      timeframe: '1h',
      closeTime,
      frames,
    } as const;
    const asked = [1, 2].map(() =>
      pool.analyse(columns, {}, undefined, close).catch((error: Error) => error.message),
    );
    await expect(pool.analyse(columns, {}, undefined, close)).rejects.toThrow(Overloaded);
    expect(pool.running).toBe(2);
    for (const end of ends) end();
    expect(await Promise.all(asked)).toEqual(['over', 'over']);
    expect(pool.running).toBe(0);
  });
});

describe('a job in Redis', () => {
  it('carries a strategy and its candles to another machine and the answer back, to the last bit', async () => {
    const { strategies, close } = await opened();
    const job = {
      channel: 'bull:analysis:answers:1',
      lane: 'live',
      limitMs: 1,
      ...encodeTask(columns, { costBps: 3 }, close),
    };
    const data = z.decode(AnalysisJob, JSON.parse(JSON.stringify(job)) as z.input<typeof AnalysisJob>);
    expect(strategyOfJob(data)).toEqual(close);
    expect(strategyOfJob({ strategy: undefined })).toBeUndefined();
    const here = await strategies.analyse({ close, columns, options: { costBps: 3 } });
    const there = await strategies.analyse({
      close: strategyOfJob(data)!,
      columns: columnsOfJob(data),
      options: { costBps: 3 },
    });
    expect(there).toEqual(here);
    const sent = z.encode(AnalysisAnswer, { kind: 'done', id: '1', analysis: there });
    const answer = z.decode(
      AnalysisAnswer,
      JSON.parse(JSON.stringify(sent)) as z.input<typeof AnalysisAnswer>,
    );
    expect(answer).toEqual({ kind: 'done', id: '1', analysis: here });
    expect(JSON.stringify((answer as { analysis: object }).analysis)).toBe(JSON.stringify(here));
  });
});

describe('the lineage of a decision by a strategy', () => {
  it('is enough to decide again to the last bit, and to see that the strategy is another', async () => {
    const { strategies, close } = await opened();
    const { decision } = await analyseWindow(columns, close, {
      analyse: (window, options, strategy) =>
        strategies.analyse({ close: strategy!, columns: window, options }),
      options: { costBps: 2 },
      learning: UNTAUGHT,
      strategy: close,
    });
    expect(decision).toMatchObject({
      signal_type: 'BUY',
      lineage: { strategy: { name: 'it', version: close.version } },
    });
    const stored = JSON.parse(JSON.stringify(decision)) as typeof decision;
    const kept = analysedWindow(columns, frames);
    expect(() => explainSignal(stored, kept)).toThrow(RangeError);
    const task = strategyTaskOf(stored, kept)!;
    const analysis = await strategies.analyse(task);
    expect(explainSignal(stored, kept, analysis).same).toBe(true);
    const changed = await opened(text.replace('0.98', '0.97'));
    await expect(changed.strategies.analyse(task)).rejects.toThrow(/this process has version/);
    const again = { ...task, close: { ...task.close, version: changed.close.version } };
    const { same, comparisons } = explainSignal(stored, kept, await changed.strategies.analyse(again));
    expect(same).toBe(false);
    expect(comparisons.filter((one) => !one.same).map(({ name }) => name)).toContain('sl');
    expect(strategyTaskOf({ ...stored, lineage: { options: {} } }, kept)).toBeUndefined();

    // The candles of other timeframes lie beside the signal; its lineage, which goes to everybody, only says which they were.
    expect(stored.lineage['strategy']).toMatchObject({
      frames: { '4h': { hash: windowHash(frames['4h']), bars: 20, volume_kind: frames['4h'].volumeKind } },
    });
    expect(JSON.stringify(stored)).not.toContain(kept.frames!['4h']!.slice(0, 64));
    const other = analysedWindow(columns, { '4h': sampleCandles(20, 14_400_000, 6) });
    expect(explainSignal(stored, other, analysis).comparisons.filter((one) => !one.same)).toMatchObject([
      { name: '4h (SHA-256)' },
    ]);
    const { window } = kept;
    expect(() => strategyTaskOf(stored, { window })).toThrow('no candles of 4h are stored with this signal');
    // As it was stored for a while: in the lineage.
    const { strategy } = stored.lineage as { strategy: object };
    const inside = { '4h': { window: kept.frames!['4h'], volume_kind: frames['4h'].volumeKind } };
    const before = {
      ...stored,
      lineage: { ...stored.lineage, strategy: { ...strategy, frames: inside } },
    };
    expect(strategyTaskOf(before, { window })).toEqual(task);
    expect(explainSignal(before, { window }, analysis).same).toBe(true);
  });

  it('holds no candles of a WAIT', async () => {
    const { strategies, close } = await opened(strategyText(`return { action: 'WAIT', reason: 'R.' };`));
    const { decision } = await analyseWindow(columns, close, {
      analyse: (window, options, strategy) =>
        strategies.analyse({ close: strategy!, columns: window, options }),
      options: {},
      learning: UNTAUGHT,
      strategy: close,
    });
    expect(decision.lineage['strategy']).toEqual({
      name: 'it',
      version: close.version,
      params: {},
      tags: [],
    });
  });
});
