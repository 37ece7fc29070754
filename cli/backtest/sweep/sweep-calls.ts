import { learnBar } from '../../../models/volatility/volatility-profile.ts';
import type { AskedStrategy } from '../../../strategy/run/analyse-stretch.ts';
import { CALL } from '../../../strategy/run/sweep-stretch.ts';
import { DataError } from '../../command.ts';
import type { BacktestStrategy } from '../strategy/backtest-strategy.ts';
import type { StrategyCloses } from '../strategy/strategy-closes.ts';

/** Decisions of one question: enough to be worth a message. Closes of one, at most. */
const DECISIONS = 100_000;
const MOST = 5000;

/** What one setting calls at one bar. */
export interface SweptCall {
  readonly setting: number;
  readonly side: 1 | -1;
  readonly tp: number;
  readonly sl: number;
  readonly horizonBars: number;
}

export interface SweptCalls {
  /** What all settings call at a bar, by their order; asked for bar by bar, in their order. */
  readonly at: (bar: number) => Promise<readonly SweptCall[]>;
  readonly faults: () => { readonly n: number; readonly first: string | null };
}

/** The calls of many settings, some stretches ahead of whoever plays them: as many as there are threads. */
export function sweepCalls(
  { loaded }: Pick<BacktestStrategy, 'loaded'>,
  settings: readonly AskedStrategy[],
  closes: StrategyCloses,
  threads: number,
): SweptCalls {
  const ahead: { readonly from: number; readonly calls: Promise<readonly (readonly SweptCall[])[]> }[] = [];
  const free = Array.from({ length: threads }, (_, i) => Promise.resolve(i));
  const chunk = Math.min(MOST, Math.ceil(DECISIONS / settings.length));
  let [next, n] = [closes.first, 0];
  let first: string | null = null;

  const swept = async (
    from: number,
    to: number,
    memory: ReturnType<StrategyCloses['learnedBefore']>,
    thread: number,
  ) => {
    const found: SweptCall[][] = [];
    for (let at = from; at < to;) {
      const stretch = closes.stretch(at, to, memory);
      const came = await loaded.sweep(settings, stretch, `sweep ${thread}`);
      if ('fault' in came)
        throw new DataError(`the strategy ${loaded.name} was ended in its sweep: ${came.fault.message}`);
      for (let i = 0; i < came.closes; i++) {
        found.push([]);
        const bar = stretch.columns.time.length - stretch.closeTimes.length + i;
        learnBar(memory, stretch.columns.time[bar]!, stretch.columns.close[bar]!);
      }
      for (let c = 0; c < came.calls.length; c += CALL) {
        const [close, setting, side, tp, sl, horizonBars] = came.calls.subarray(c, c + CALL);
        found[at - from + close!]!.push({
          setting: setting!,
          side: side === 1 ? 1 : -1,
          tp: tp!,
          sl: sl!,
          horizonBars: horizonBars!,
        });
      }
      n += came.faults;
      first ??= came.firstFault;
      at += came.closes;
    }
    return found;
  };
  const begin = (): void => {
    while (ahead.length < 2 * threads && next < closes.bars) {
      const from = next;
      const to = Math.min(from + chunk, closes.bars);
      next = to;
      const memory = closes.learnedBefore(from);
      const thread = free.shift()!;
      const calls = thread.then((one) => swept(from, to, memory, one));
      // Who waits for it hears of its failure.
      calls.catch(() => {});
      free.push(
        calls.then(
          () => thread,
          () => thread,
        ),
      );
      ahead.push({ from, calls });
    }
  };
  return {
    async at(bar) {
      if (bar < closes.first) return [];
      begin();
      while (ahead[0]!.from + chunk <= bar) {
        ahead.shift();
        begin();
      }
      return (await ahead[0]!.calls)[bar - ahead[0]!.from]!;
    },
    faults: () => ({ n, first }),
  };
}
