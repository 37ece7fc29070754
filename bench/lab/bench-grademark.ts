import { DataFrame } from 'data-forge';
import grademark, { type IBar } from 'grademark';
import { foldFile } from '../../cli/backtest/file/fold-file.ts';
import type { PlayedSignal } from '../../cli/backtest/played-signals.ts';
import { strategyCloses } from '../../cli/backtest/strategy/strategy-closes.ts';
import { playCalls } from '../../cli/backtest/sweep/play-calls.ts';
import { sweepCalls } from '../../cli/backtest/sweep/sweep-calls.ts';
import type { SpacedCandles } from '../../cli/candles/spaced-candles.ts';
import type { LoadedStrategy } from '../../workers/strategies/load-strategy.ts';
import { simulatedCandles } from '../simulated-candles.ts';
import { loadBracket } from './bracket-strategy.ts';
import { compareTrades, type ComparedTrade } from './compare-trades.ts';
import { timed } from './timed.ts';

const minute = 60_000;
const settings = { fast: 10, slow: 50, stop: 1, horizon: 1000, longOnly: true };

/**
 * A long-only cross of two averages with a bracket on minutes, by the backtest's own path and by grademark. Conventions:
 *
 * - decided at the close of a minute; entered at that close here, at the next open there: in these minutes they are one price, for each opens where the
 *   one before closed, so that no level is jumped either
 * - stop 1 % and target 1.5 % from the entry, filled at their price; a minute that holds both counts as the stop
 * - the minute after the decision can end a trade here; there it is looked at for the entry alone
 * - a trade's last minute can be the next one's first decision here; there the next minute is the first
 * - given up after 1,000 minutes here, never there; trades of the last 1,000 minutes are not compared
 */
export async function benchGrademark(count: number): Promise<void> {
  const minutes: SpacedCandles = { ...simulatedCandles(count), spacingMs: minute };
  const loaded = await loadBracket();
  try {
    await byOwnPath(loaded, { ...simulatedCandles(2000), spacingMs: minute });
    const own = await timed(() => byOwnPath(loaded, minutes));
    const theirs = await timed(() => byGrademark(minutes));
    const until = minutes.time.at(-1)! - 1000 * minute;
    const { equal, early, reentered, other } = compareTrades(own.result, theirs.result, until);
    console.log(
      `${count} minutes of a cross with bracket: own path ${own.ms.toFixed(0)} ms (processor of the desk ${own.cpuMs.toFixed(0)}), grademark ${theirs.ms.toFixed(0)} ms (${theirs.cpuMs.toFixed(0)}), ${(theirs.ms / own.ms).toFixed(2)} times as long`,
    );
    console.log(
      `trades equal ${equal}; different because a level was met in the first minute ${early}, because one began in another's last ${reentered}, otherwise ${other}`,
    );
  } finally {
    await loaded.close();
  }
}

async function byOwnPath(loaded: LoadedStrategy, minutes: SpacedCandles): Promise<ComparedTrade[]> {
  const market = { minutes, symbol: 'BTCUSD', timeframe: '1min' } as const;
  const folded = foldFile(market);
  const asked = [{ name: loaded.name, version: loaded.hash, params: settings }];
  const closes = strategyCloses(market, folded, loaded.description.needs, { costBps: 0 });
  const calls = sweepCalls({ loaded }, asked, closes, 1);
  const [played] = await playCalls({
    market,
    folded,
    settings: asked,
    calls,
    costBps: 0,
    onProgress: () => {},
  });
  return played!.signals.map(tradeOf);
}

const tradeOf = ({ closeTime, analysis, closedAt, exit }: PlayedSignal): ComparedTrade => ({
  from: closeTime,
  entry: analysis.entry,
  to: closedAt,
  exit,
});

interface AveragedBar extends IBar {
  readonly crossed: boolean;
}

function byGrademark({ time, open, high, low, close, volume }: SpacedCandles): ComparedTrade[] {
  const { fast, slow, stop } = settings;
  const rows = Array.from(time, (at, i) => ({
    time: new Date(at),
    open: open[i]!,
    high: high[i]!,
    low: low[i]!,
    close: close[i]!,
    volume: volume[i]!,
  }));
  const inputs = new DataFrame<number, IBar>(rows);
  const trades = grademark.backtest<IBar, AveragedBar, unknown, number>(
    {
      lookbackPeriod: 250,
      prepIndicators: ({ inputSeries }) => {
        const closes = inputSeries.deflate((bar) => bar.close);
        const average = (length: number): number[] => [
          ...Array.from({ length: length - 1 }, () => Number.NaN),
          ...closes
            .rollingWindow(length)
            .select((window) => window.average())
            .toArray(),
        ];
        const [quick, lazy] = [average(fast), average(slow)];
        const bars = rows.map((bar, i): AveragedBar =>
          Object.assign(bar, { crossed: quick[i - 1]! <= lazy[i - 1]! && quick[i]! > lazy[i]! }),
        );
        return new DataFrame<number, AveragedBar>(bars);
      },
      entryRule: (enter, { bar }) => {
        if (bar.crossed) enter();
      },
      stopLoss: ({ entryPrice }) => (entryPrice * stop) / 100,
      profitTarget: ({ entryPrice }) => (1.5 * entryPrice * stop) / 100,
    },
    inputs,
  );
  return trades.map(({ entryTime, entryPrice, exitTime, exitPrice }) => ({
    from: entryTime.getTime(),
    entry: entryPrice,
    to: exitTime.getTime() + minute,
    exit: exitPrice,
  }));
}
