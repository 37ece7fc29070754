import type { StrategyFault } from '../../models/decision/analysis.ts';
import type { CheckReport, Finding, Tried } from './check-report.ts';
import type { CloseTask, CloseTasks } from './close-tasks.ts';
import { costFinding, levelsFinding } from './decision-findings.ts';
import { otherFuture } from './other-future.ts';

interface CheckOptions {
  /** The strategy's closes; all the checks need is in them. */
  readonly tasks: CloseTasks;
  /** The same closes of a market that goes on otherwise after a bar. */
  readonly tasksOf: (candles: CloseTasks['candles']) => CloseTasks;
  /** Decides one close in the strategy's own thread, or in one beside it that begins with its first question. */
  readonly ask: (task: CloseTask, thread: 'own' | 'beside') => Promise<Tried>;
  /** Closes decided in order; a twentieth of them, and at least six, is decided again. */
  readonly decisions: number;
  /** Lengths of its own window to compare, candles. @default none */
  readonly warmUps?: readonly number[];
  readonly limitMs: number;
}

/** Closes of another future that a thread sees before it is asked about the past. */
const ahead = 8;

/**
 * Checks a strategy over a stretch of candles: that it answers; that it answers the same again, in reverse order in a fresh thread (so that nothing
 * is kept from close to close); that it answers the same where another future has been seen; how much it hangs on the length of its window; what
 * its levels are worth after cost; what a decision costs.
 */
export async function checkStrategy(options: CheckOptions): Promise<CheckReport> {
  const { tasks, decisions } = options;
  const from = Math.max(tasks.first, tasks.bars - decisions);
  const bars = Array.from({ length: Math.max(0, tasks.bars - from) }, (_, i) => from + i);
  if (bars.length === 0)
    return report(
      [],
      [{ check: 'runs', result: 'failed', message: 'the candles are too few for one decision' }],
    );
  const first = new Map<number, Tried>();
  for (const bar of bars) {
    const tried = await options.ask(tasks.at(bar), 'own');
    first.set(bar, tried);
    // One that gives no answer costs its limit each time, and is found out.
    if ('fault' in tried) return report([...first.values()], [runsFinding(bar, tried.fault)]);
    const { fault } = tried.analysis.strategy ?? {};
    if (fault) return report([...first.values()], [runsFinding(bar, fault)]);
  }
  const tried = [...first.values()];
  const again = sampleOf(bars);
  const findings: Finding[] = [
    { check: 'runs', result: 'passed', message: `${bars.length} decisions, an answer each` },
    await purity(again, first, options),
    await lookAhead(again, first, options),
    ...(await warmUp(again, first, options)),
    levelsFinding(tried, tasks.costBps),
    costFinding(tried, options.limitMs),
  ];
  return report(tried, findings);
}

/** Bars in reverse, each after those that follow it. */
async function purity(
  again: readonly number[],
  first: ReadonlyMap<number, Tried>,
  { tasks, ask }: CheckOptions,
): Promise<Finding> {
  let differing = 0;
  for (const bar of again.toReversed())
    if (!same(first.get(bar), await ask(tasks.at(bar), 'beside'))) differing++;
  if (differing === 0)
    return { check: 'purity', result: 'passed', message: `${again.length} decisions made again, equal bits` };
  return {
    check: 'purity',
    result: 'failed',
    message: `${differing} of ${again.length} decisions differ when they are made again in reverse order: something is kept from close to close`,
  };
}

/** Each bar in a thread that has just seen closes after it, as they would have been in another future. */
async function lookAhead(
  again: readonly number[],
  first: ReadonlyMap<number, Tried>,
  { tasks, tasksOf, ask }: CheckOptions,
): Promise<Finding> {
  let differing = 0;
  let compared = 0;
  for (const bar of [again.at(-1)!, again[again.length >> 1]!, again[0]!]) {
    const scrambled = tasksOf(otherFuture(tasks.candles, tasks.closeOf(bar)));
    const end = Math.min(scrambled.bars, bar + 1 + ahead);
    for (let later = bar + 1; later < end; later++) await ask(scrambled.at(later), 'beside');
    compared++;
    if (!same(first.get(bar), await ask(scrambled.at(bar), 'beside'))) differing++;
  }
  if (differing === 0)
    return {
      check: 'look-ahead',
      result: 'passed',
      message: `${compared} decisions with another future, equal bits`,
    };
  return {
    check: 'look-ahead',
    result: 'failed',
    message: `${differing} of ${compared} decisions depend on what came after their close`,
  };
}

/** How many decisions another length of the window changes: what an average that never forgets still carries of its beginning. */
async function warmUp(
  again: readonly number[],
  first: ReadonlyMap<number, Tried>,
  { tasks, ask, warmUps = [] }: CheckOptions,
): Promise<readonly Finding[]> {
  const shares: string[] = [];
  let largest = 0;
  for (const length of warmUps) {
    const possible = again.filter((bar) => bar + 1 >= length);
    if (possible.length === 0) continue;
    let changed = 0;
    for (const bar of possible)
      if (callOf(first.get(bar)) !== callOf(await ask(tasks.at(bar, length), 'beside'))) changed++;
    largest = Math.max(largest, changed / possible.length);
    shares.push(`${Math.round((100 * changed) / possible.length)} % with ${length} candles`);
  }
  if (shares.length === 0) return [];
  const result = largest > 0.02 ? 'warning' : 'passed';
  return [{ check: 'warm-up', result, message: `decisions that change: ${shares.join(', ')}` }];
}

/** A twentieth of the bars, at least six, spread over all, calls as well as waits. */
function sampleOf(bars: readonly number[]): number[] {
  const wanted = Math.min(bars.length, Math.max(6, Math.ceil(bars.length / 20)));
  const picked = Array.from(
    { length: wanted },
    (_, i) => bars[Math.floor(((i + 0.5) * bars.length) / wanted)]!,
  );
  return [...new Set(picked)];
}

const same = (one: Tried | undefined, other: Tried): boolean =>
  one !== undefined &&
  !('fault' in one) &&
  !('fault' in other) &&
  JSON.stringify(one.analysis) === JSON.stringify(other.analysis);

const callOf = (tried: Tried | undefined): string =>
  tried === undefined || 'fault' in tried ? 'none' : tried.analysis.direction;

const runsFinding = (bar: number, { kind, message }: StrategyFault): Finding => ({
  check: 'runs',
  result: 'failed',
  message: `the decision on candle ${bar} failed (${kind}): ${message}`,
});

function report(tried: readonly Tried[], findings: readonly Finding[]): CheckReport {
  return {
    passed: findings.every(({ result }) => result !== 'failed'),
    decisions: tried.length,
    calls: tried.filter((one) => !['none', 'WAIT'].includes(callOf(one))).length,
    findings,
  };
}
