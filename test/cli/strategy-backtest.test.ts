import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { lastValueFrom, Subject, toArray, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMarkets } from '../../app/markets.ts';
import { simulatedCandles } from '../../bench/simulated-candles.ts';
import { fileSteps } from '../../cli/backtest/file/file-steps.ts';
import { foldFile } from '../../cli/backtest/file/fold-file.ts';
import { strategyCloses } from '../../cli/backtest/strategy/strategy-closes.ts';
import { strategyForward } from '../../cli/backtest/strategy/strategy-forward.ts';
import type { SpacedCandles } from '../../cli/candles/spaced-candles.ts';
import { analyseCloses } from '../../operators/analysis/analyse-closes.ts';
import { createProfileBook } from '../../operators/analysis/profile-book.ts';
import { resultHash } from '../../operators/analysis/to-decision.ts';
import { experiencedWalk } from '../../cli/backtest/experienced-walk.ts';
import { horizonEndOf } from '../../app/horizon-end-of.ts';
import { createExperienceBook } from '../../operators/analysis/experience-book.ts';
import { createWindowAnalysers } from '../../operators/analysis/window-analysers.ts';
import { foldWindows } from '../../operators/candles/fold-windows.ts';
import { keepCandles } from '../../operators/candles/keep-candles.ts';
import { UNTAUGHT } from '../../operators/signals/outcomes/learning-book.ts';
import type { CandleEvent } from '../../schema/market-event.ts';
import { strategyVersion } from '../../strategy/load/strategy-version.ts';
import { closedBy, restoredHistories, windowUpTo } from '../../streams/symbol/symbol-histories.ts';
import { loadStrategy } from '../../workers/strategies/load-strategy.ts';
import { openStrategies } from '../../workers/strategies/open-strategies.ts';
import { until } from '../support/until.ts';
import { strategyFolder, strategyText } from '../workers/strategies/strategy-folder.ts';

const symbol = 'BTCUSD';
const minutesOf = (hours: number): SpacedCandles => ({ ...simulatedCandles(60 * hours), spacingMs: 60_000 });
const limits = { decisionMs: 1000, loadMs: 20_000, memoryMb: 128 };

/** Says all that it is given, and calls now and then. */
const attentive = strategyText(
  `const seen = [own, frames['2h'], frames['4h']].map(({ closeTime, time, close, volumeKind }) => [closeTime, time.length, time[0], close.at(-1), volumeKind]);
    const drawn = random();
    const { state, probabilities } = market.regime;
    const reason = JSON.stringify([seen, symbol, drawn, state, market.volatility, market.support, market.spreadBps]);
    const score = probabilities.bullish - probabilities.bearish + market.volatilityOver(params.bars);
    if (drawn < 0.3) return { action: 'WAIT', reason, score, leaning: drawn < 0.1 ? 'SELL' : undefined };
    return { action: drawn < 0.6 ? 'BUY' : 'SELL', reason, score, horizonBars: params.bars };`,
  '',
  `params: z.strictObject({ bars: z.int().min(1).default(12) }),`,
).replace('own: 250', "own: 260, '2h': 70, '4h': 60");

/** The closes of minutes as a running server has them decided: one question a close, by its host of strategies. */
async function askedLive(dir: string, minutes: SpacedCandles, costBps: number) {
  const strategies = openStrategies({ dirs: [dir], pollMs: 0, limits });
  onTestFinished(() => strategies.close());
  const resolved = await strategies.resolve('it');
  if ('error' in resolved) throw new Error(resolved.error);
  const { version, params } = resolved;
  const markets = createMarkets({ alignment: 'utc', pairsNeverClose: false });
  const clock = new VirtualTimeScheduler();
  const timeframes = ['1h', '2h', '4h'] as const;
  const histories = restoredHistories(symbol, timeframes, 1000, new Map());
  const { live } = createWindowAnalysers({
    analyse: (columns, options, lane, close) => strategies.analyse({ close: close!, columns, options }, lane),
    learning: { of: () => UNTAUGHT },
    spreads: { medianBps: () => undefined },
    profiles: createProfileBook({
      read: async (_symbol, timeframe, until, limit) => {
        const known = histories
          .get(timeframe)!
          .candles()
          .filter(({ openTime }) => openTime <= until);
        const read = known.slice(-limit);
        return { time: read.map(({ openTime }) => openTime), close: read.map(({ close }) => close) };
      },
    }),
    experiences: createExperienceBook({
      horizonEnd: horizonEndOf(markets),
      jumpLimitsOf: markets.jumpLimitsOf,
    }),
    spreadBps: costBps,
    minReward: 1,
    jumpStepOf: (name) => markets.jumpLimitsOf(name).step,
  });
  const assignment = {
    id: 'own',
    strategy: 'it',
    version,
    params,
    mode: 'live',
    symbols: [symbol],
    timeframes: ['1h'],
    channels: [],
    sharesChannels: false,
    bars: 260,
    frames: { '2h': 70, '4h': 60 },
  } as const;
  const failures: unknown[] = [];
  const waiting = new Set<() => void>();
  let [begun, decided] = [0, 0];
  const market = markets.of(symbol);
  const events$ = new Subject<CandleEvent>();
  const closes = lastValueFrom(
    events$.pipe(
      foldWindows({
        symbol,
        clock,
        timeframes,
        gridOf: (one) => markets.gridOf(symbol, one),
        isOpen: market.isOpen,
      }),
      keepCandles(histories),
      analyseCloses({
        clock,
        timeframes: ['1h'],
        windowOf: (candle) => windowUpTo(histories.get(candle.timeframe), candle),
        framesOf: (timeframe, time, bars) => closedBy(histories.get(timeframe), time, bars),
        assigned: () => [assignment],
        analyse: (...of) => {
          begun++;
          return live.analyse(...of).finally(() => void decided++);
        },
        openMillis: market.openMillis,
        onFailure: (error) => void failures.push(error),
        slices: (work) => {
          waiting.add(work);
          return () => void waiting.delete(work);
        },
      }),
      toArray(),
    ),
  );
  const grid = markets.gridOf(symbol, '1h');
  for (const { to, candle } of fileSteps(minutes, { symbol, timeframe: '1h', grid })) {
    events$.next({ kind: 'candle', candle: candle!, timely: true });
    events$.next({ kind: 'decided', to });
    const ready = [...waiting];
    waiting.clear();
    for (const work of ready) work();
    if (decided === begun) continue;
    await until(() => decided === begun);
    // What it answered goes on in later microtasks.
    await nextTurn();
  }
  events$.complete();
  for (const work of waiting) work();
  expect(failures).toEqual([]);
  return { closes: await closes, version };
}

describe('a strategy in a backtest', () => {
  it('decides each bar as the live host does close by close, to the last bit, with frames, market and chance', async () => {
    const { dir } = await strategyFolder({ 'it.ts': attentive });
    const minutes = minutesOf(290);
    const { closes, version } = await askedLive(dir, minutes, 3);
    const loaded = await loadStrategy({ name: 'it', path: join(dir, 'it.ts') }, limits);
    onTestFinished(() => loaded.close());
    const params = { bars: 12 };
    const asked = { name: 'it', version: strategyVersion(loaded.hash, params), params };
    expect(asked.version).toBe(version);
    const market = { minutes, symbol, timeframe: '1h' } as const;
    const options = {
      costBps: 3,
      minReward: 1,
      jumpStep: createMarkets({ alignment: 'utc', pairsNeverClose: false }).jumpLimitsOf(symbol).step,
    };
    const inBatches = await strategyForward(
      { loaded, asked },
      strategyCloses(market, foldFile(market), loaded.description.needs, options),
      2,
    );
    const walked = experiencedWalk(inBatches, foldFile(market), market);
    const analyses = [...walked.values()];
    // What came of the first candidates has moved the odds of the later ones.
    expect(closes.at(-1)!.decision.lineage['options']).toHaveProperty('experience');
    expect(closes.length).toBeGreaterThan(25);
    expect(new Set(analyses.map(({ direction }) => direction))).toEqual(new Set(['BUY', 'SELL', 'WAIT']));
    expect(analyses.filter(({ strategy }) => strategy?.fault)).toEqual([]);
    expect(analyses.map(resultHash)).toEqual(closes.map(({ decision }) => decision.lineage['result_hash']));
  });

  it('takes a decision that never ends as WAIT, and the others as they are', async () => {
    const body = `if (own.closeTime % 86_400_000 === 36_000_000) for (;;); return { action: 'WAIT', reason: 'At ' + own.closeTime };`;
    const { dir } = await strategyFolder({ 'it.ts': strategyText(body) });
    const loaded = await loadStrategy(
      { name: 'it', path: join(dir, 'it.ts') },
      { ...limits, decisionMs: 40 },
    );
    onTestFinished(() => loaded.close());
    const market = { minutes: minutesOf(270), symbol, timeframe: '1h' } as const;
    const folded = foldFile(market);
    const strategy = { loaded, asked: { name: 'it', version: 'v', params: {} } };
    const closes = strategyCloses(market, folded, loaded.description.needs, {});
    const analyses = await strategyForward(strategy, closes, 1);
    expect(analyses.size).toBe(folded.closeTimes.length - 249);
    for (const [bar, { reasons, strategy: who }] of analyses) {
      const at = folded.closeTimes[bar]!;
      if (at % 86_400_000 === 36_000_000) expect(who?.fault).toMatchObject({ kind: 'late' });
      else expect(reasons).toEqual([`At ${at}`]);
    }
  });
});

describe('npm run backtest -- --strategy', () => {
  it('says who decided, with version and parameters, and refuses what it cannot ask', async () => {
    const { dir, save } = await strategyFolder({
      'rare.ts': strategyText(
        `return own.closeTime % (params.every * 3_600_000) === 0 ? { action: 'BUY', stop: own.close.at(-1)! * 0.99, reason: 'It is time.' } : { action: 'WAIT', reason: 'Not yet.' };`,
        '',
        'params: z.strictObject({ every: z.int().min(1).default(8) }), search: { every: [8, 12] },',
      ),
      'short.ts': strategyText(`return { action: 'WAIT', reason: 'No.' };`).replace(
        'own: 250',
        "own: 250, '30min': 5",
      ),
    });
    const { time, open, high, low, close } = minutesOf(300);
    const hours = [...time.keys()].filter((i) => i % 60 === 0);
    const line = (i: number) => [Date.UTC(2024, 0, 1) + time[i]!, open[i], high[i], low[i], close[i]].join();
    await save('hours.csv', ['time,open,high,low,close', ...hours.map(line)].join('\n'));
    const json = join(dir, 'report.json');
    writeFileSync(json, '');
    const run = (...args: string[]) =>
      new Promise<{ code: number; out: string; err: string }>((done) => {
        execFile(
          process.execPath,
          [
            join(import.meta.dirname, '../../cli/backtest.ts'),
            '--candles',
            join(dir, 'hours.csv'),
            '--symbol',
            'BTC/USD',
            '--timeframe',
            '1h',
            '--threads',
            '1',
            ...args,
          ],
          {
            cwd: dir,
            env: { PATH: process.env['PATH'], DATA_DIR: join(dir, 'data'), STRATEGIES_DIR: dir },
            timeout: 240_000,
          },
          (error, out, err) => done({ code: error === null ? 0 : Number(error.code ?? -1), out, err }),
        );
      });
    const { code, out, err } = await run('--strategy', 'rare', '--params', '{"every":12}', '--json', json);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^strategy {6}rare, version [0-9a-f]{64}, \{"every":12\}$/m);
    expect(out).toMatch(/; [1-9]\d* called/);
    const { default: report } = (await import(json, { with: { type: 'json' } })) as {
      default: { strategy: unknown };
    };
    expect(report.strategy).toMatchObject({ name: 'rare', params: { every: 12 }, faults: null });
    const swept = await run('--strategy', 'rare', '--sweep');
    expect([swept.code, swept.err]).toEqual([0, '']);
    expect(swept.out).toMatch(/^2 settings$/m);
    expect(swept.out.match(/ %  \{"every":\d+\}$/gm)).toHaveLength(2);
    for (const [args, wrong, sentence] of [
      [['--strategy', 'none'], 1, 'there is no none.ts in'],
      [['--strategy', 'rare', '--params', '{"every":0}'], 64, '--params: '],
      [['--strategy', 'rare', '--params', '{every}'], 64, 'JSON is needed'],
      [['--strategy', 'rare', '--set', 'horizonBars=3'], 64, '--set is for the built-in rule'],
      [['--params', '{}'], 64, '--params needs --strategy'],
      [['--sweep'], 64, '--sweep needs --strategy'],
      [['--strategy', 'short'], 65, 'candles of 1 h cannot be made into candles of 30min'],
    ] as [string[], number, string][]) {
      const failed = await run(...args);
      expect(failed.code, args.join(' ')).toBe(wrong);
      expect(failed.err).toContain(sentence);
    }
  });
});
