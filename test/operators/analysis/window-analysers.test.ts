import { describe, expect, it } from 'vitest';
import type { AnalyseOptions } from '../../../models/decision/analyse.ts';
import { UNTAUGHT } from '../../../operators/signals/outcomes/learning-book.ts';
import {
  createWindowAnalysers,
  type Lane,
  type WindowAnalysersOptions,
} from '../../../operators/analysis/window-analysers.ts';
import type { StrategyClose } from '../../../strategy/run/decide.ts';
import { simulatedCandles } from '../../../bench/simulated-candles.ts';
import { analyse } from '../../../models/decision/analyse.ts';
import { INEXPERIENCED } from '../../../models/odds/experience.ts';
import { candleColumnsOf } from '../../../operators/candles/candle-columns-of.ts';
import { candleAt, minute } from '../signals/signal-samples.ts';

/** Analysers whose numbers are never crunched, with what was asked of the pool. */
function start(over: Partial<WindowAnalysersOptions> = {}) {
  const asked: { lane: Lane; options: AnalyseOptions; strategy?: StrategyClose | undefined }[] = [];
  const taught = { ...UNTAUGHT, trades: 7 };
  const pupils: unknown[] = [];
  const analysers = createWindowAnalysers({
    analyse: (_columns, options, lane, strategy) => {
      asked.push({ lane, options, strategy });
      return Promise.reject(new Error('not here'));
    },
    learning: {
      of: (pupil) => {
        pupils.push(pupil);
        return taught;
      },
    },
    spreads: { medianBps: (symbol) => (symbol === 'BTCUSD' ? 3 : undefined) },
    profiles: { of: () => Promise.resolve(undefined) },
    experiences: { of: () => undefined, close: () => {}, add: () => {}, followed: () => undefined },
    spreadBps: 1,
    minReward: 1.5,
    jumpStepOf: () => 0.25,
    ...over,
  });
  return { analysers, asked, taught, pupils };
}
const candle = candleAt(10 * minute, 100);
const { symbol, timeframe, closeTime } = candle;

describe('createWindowAnalysers', () => {
  it('analyses a live close on the live lane, with what is known of its symbol', async () => {
    const { analysers, asked } = start();
    await expect(analysers.live.analyse(candleColumnsOf([candle]), candle)).rejects.toThrow('not here');
    expect(asked).toMatchObject([
      { lane: { lane: 'live' }, options: { costBps: 3, minReward: 1.5, jumpStep: 0.25 } },
    ]);
  });

  it('knows a symbol’s spread where its feed shows one, else the configured one', () => {
    const { analysers, taught } = start();
    const own = analysers.of({ symbol, timeframe, closeTime });
    expect([own.options.costBps, own.learning]).toEqual([3, taught]);
    expect(analysers.of({ symbol: 'AAPL', timeframe, closeTime }).options.costBps).toBe(1);
  });

  it('knows nothing but the candles where no symbol is named, and asks as a request', async () => {
    const { analysers, asked } = start();
    const bare = analysers.of(null);
    expect(bare).toMatchObject({ options: { costBps: 1, minReward: 1.5 }, learning: UNTAUGHT });
    expect([bare.profileOf, bare.options.jumpStep]).toEqual([undefined, undefined]);
    await expect(bare.analyse(candleColumnsOf([candle]), {})).rejects.toThrow(Error);
    expect(asked).toMatchObject([{ lane: { lane: 'request' } }]);
  });

  const regime = {
    id: 'careful',
    strategy: 'regime',
    version: '3',
    mode: 'paper',
    params: { minReward: 2 },
  } as const;
  const own = {
    id: 'gold',
    strategy: 'break',
    version: 'f00',
    mode: 'shadow',
    params: { length: 40 },
  } as const;

  it('is taught at each live close what came of the candidates before, and by nobody else', async () => {
    const experience = { ...INEXPERIENCED, direction: 0.2, n: 3 };
    const told: unknown[] = [];
    const following = { version: 1, until: closeTime, since: null, taken: [] };
    const followed = { following, changed: [], isSwept: false };
    const analysis = analyse(simulatedCandles(300));
    const { analysers, asked } = start({
      analyse: (_columns, options, lane) => {
        asked.push({ lane, options });
        return Promise.resolve(analysis);
      },
      experiences: {
        of: (...of) => (told.push(['of', ...of]), experience),
        close: (whose, columns, at) => told.push(['close', whose, columns.time.length, at]),
        add: (...of) => told.push(['add', ...of]),
        followed: (...of) => (told.push(['followed', ...of]), followed),
      },
    });
    const whose = { symbol, timeframe, assignment: 'careful' };
    const verdict = await analysers.live.analyse(candleColumnsOf([candle]), candle, regime);
    const { decision } = verdict;
    expect(verdict.followed).toBe(followed);
    expect(told).toEqual([
      ['close', whose, 1, closeTime],
      ['of', whose, closeTime],
      ['add', whose, analysis, closeTime],
      ['followed', whose, closeTime],
    ]);
    expect(asked[0]!.options.experience).toEqual(experience);
    expect(decision.lineage).toMatchObject({ options: { experience } });
    told.length = 0;
    // A request knows the same and teaches nothing; posted candles can be of any market.
    expect(analysers.of({ symbol, timeframe, closeTime }).options.experience).toEqual(experience);
    const posted = analysers.of({ symbol, timeframe, closeTime, source: 'posted' });
    expect(posted.options).not.toHaveProperty('experience');
    expect(told).toEqual([['of', { symbol, timeframe, assignment: undefined }, closeTime]]);
    const asks: unknown[] = [];
    const experiences = {
      of: (...of: unknown[]) => void asks.push(of),
      close: () => {},
      add: () => {},
    } as unknown as WindowAnalysersOptions['experiences'];
    start({ byDefault: regime, experiences }).analysers.of({ symbol, timeframe, closeTime });
    expect(asks).toEqual([[whose, closeTime]]);
  });

  it('gives a decision its owner, who is taught by what that one has come to', () => {
    const { analysers, pupils } = start();
    const close = { symbol, timeframe, closeTime };
    const owner = { strategy: 'break', assignment: 'gold', mode: 'shadow', version: 'f00' };
    expect(analysers.of(close, undefined, own).owner).toEqual(owner);
    expect(pupils).toEqual([{ ...close, assignment: 'gold' }]);
    expect(analysers.of(null, undefined, own)).toMatchObject({ owner, learning: UNTAUGHT });
    expect(analysers.of(close).owner).toBeUndefined();
    expect(start({ byDefault: own }).analysers.of(close).owner).toEqual(owner);
  });

  it('has the built-in rule decide with its parameters as options, and another by its name', async () => {
    const { analysers, asked } = start();
    const columns = candleColumnsOf([candle]);
    await expect(analysers.live.analyse(columns, candle, regime)).rejects.toThrow('not here');
    await expect(analysers.live.analyse(columns, candle, own, { '4h': columns })).rejects.toThrow('not here');
    expect(asked).toMatchObject([{ options: { minReward: 2 } }, { options: { minReward: 1.5 } }]);
    expect(asked.map(({ strategy }) => strategy)).toEqual([
      undefined,
      {
        name: 'break',
        version: 'f00',
        params: { length: 40 },
        symbol,
        timeframe,
        closeTime,
        frames: { '4h': columns },
      },
    ]);
    expect(asked[1]!.options).not.toHaveProperty('length');
    // Of candles of no symbol no strategy decides.
    expect(analysers.of(null, undefined, own).strategy).toBeUndefined();
  });
});
