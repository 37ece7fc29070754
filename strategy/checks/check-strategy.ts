import type { StrategyFault } from '../../models/decision/analysis.ts';
import type { CheckReport, Finding, Tried } from './check-report.ts';
import type { CloseTask, CloseTasks } from './close-tasks.ts';
import { costFinding, levelsFinding } from './decision-findings.ts';
import { otherFuture } from './other-future.ts';

interface CheckOptions {
  /** Which market it is, as it stands behind "on". */
  readonly on: string;
  /** The strategy's closes; all the checks need is in them. */
  readonly tasks: CloseTasks;
  /** The same closes of a market that goes on otherwise after a bar. */
  readonly tasksOf: (candles: CloseTasks['candles']) => CloseTasks;
  /** Decides one close in the strategy's own thread, or in one beside it that begins with its first question. */
  readonly ask: (task: CloseTask, thread: 'own' | 'beside') => Promise<Tried>;
  /** Closes decided in order; a twentieth of them, and at least six, is decided again. */
  readonly decisions: number;
  /** Closes that are decided with another future. @default 3 */
  readonly futures?: number;
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
  const { on, tasks, decisions } = options;
  const from = Math.max(tasks.first, tasks.bars - decisions);
  const bars = Array.from({ length: Math.max(0, tasks.bars - from) }, (_, i) => from + i);
  if (bars.length === 0)
    return report(
      on,
      [],
      [{ check: 'runs', result: 'failed', message: 'the candles are too few for one decision' }],
    );
  const again = sampleOf(bars);
  const first = new Map<number, Tried>();
  let failed: Finding | undefined;
  // The thread beside needs no answer of the first: both are asked at once.
  const beside = askBeside(again, options, () => failed === undefined);
  for (const bar of bars) {
    const tried = await options.ask(tasks.at(bar), 'own');
    first.set(bar, tried);
    const fault = 'fault' in tried ? tried.fault : tried.analysis.strategy?.fault;
    if (!fault) continue;
    // One that gives no answer costs its limit each time, and is found out.
    failed = runsFinding(bar, fault);
    break;
  }
  const seen = await beside;
  const tried = [...first.values()];
  if (failed !== undefined) return report(on, tried, [failed]);
  const findings: Finding[] = [
    { check: 'runs', result: 'passed', message: `${bars.length} decisions on ${on}, an answer each` },
    purity(seen.again, first),
    lookAhead(seen.futures, first),
    ...warmUp(seen.warmUps, first),
    levelsFinding(tried, tasks.costBps),
    costFinding(tried, options.limitMs),
  ];
  return report(on, tried, findings);
}

/** What the thread beside answered, by bar. */
interface SeenBeside {
  readonly again: ReadonlyMap<number, Tried>;
  readonly futures: ReadonlyMap<number, Tried>;
  readonly warmUps: ReadonlyMap<number, ReadonlyMap<number, Tried>>;
}

/** Asks the thread beside all it is asked, one after the other, for as long as it is of use. */
async function askBeside(
  bars: readonly number[],
  { tasks, tasksOf, ask, futures = 3, warmUps = [] }: CheckOptions,
  isOfUse: () => boolean,
): Promise<SeenBeside> {
  const seen = {
    again: new Map<number, Tried>(),
    futures: new Map<number, Tried>(),
    warmUps: new Map<number, Map<number, Tried>>(),
  };
  const asked = async (task: CloseTask, into?: Map<number, Tried>, bar = 0): Promise<void> => {
    if (!isOfUse()) return;
    const tried = await ask(task, 'beside');
    into?.set(bar, tried);
  };
  // In reverse, each after those that follow it.
  for (const bar of bars.toReversed()) await asked(tasks.at(bar), seen.again, bar);
  // Each in a thread that has just seen closes after it, as they would have been in another future.
  for (const bar of [bars[0]!, bars[bars.length >> 1]!, bars.at(-1)!].slice(0, futures)) {
    const scrambled = tasksOf(otherFuture(tasks.candles, tasks.closeOf(bar)));
    const end = Math.min(scrambled.bars, bar + 1 + ahead);
    for (let later = bar + 1; later < end; later++) await asked(scrambled.at(later));
    await asked(scrambled.at(bar), seen.futures, bar);
  }
  for (const length of warmUps) {
    const answers = new Map<number, Tried>();
    for (const bar of bars.filter((one) => one + 1 >= length))
      await asked(tasks.at(bar, length), answers, bar);
    seen.warmUps.set(length, answers);
  }
  return seen;
}

const differingOf = (others: ReadonlyMap<number, Tried>, first: ReadonlyMap<number, Tried>): number =>
  [...others].filter(([bar, other]) => !same(first.get(bar), other)).length;

function purity(again: ReadonlyMap<number, Tried>, first: ReadonlyMap<number, Tried>): Finding {
  const differing = differingOf(again, first);
  if (differing === 0)
    return { check: 'purity', result: 'passed', message: `${again.size} decisions made again, equal bits` };
  return {
    check: 'purity',
    result: 'failed',
    message: `${differing} of ${again.size} decisions differ when they are made again in reverse order: something is kept from close to close`,
  };
}

function lookAhead(futures: ReadonlyMap<number, Tried>, first: ReadonlyMap<number, Tried>): Finding {
  const differing = differingOf(futures, first);
  if (differing === 0)
    return {
      check: 'look-ahead',
      result: 'passed',
      message: `${futures.size} decision${futures.size === 1 ? '' : 's'} with another future, equal bits`,
    };
  return {
    check: 'look-ahead',
    result: 'failed',
    message: `${differing} of ${futures.size} decisions depend on what came after their close`,
  };
}

/** How many decisions another length of the window changes: what an average that never forgets still carries of its beginning. */
function warmUp(
  seen: ReadonlyMap<number, ReadonlyMap<number, Tried>>,
  first: ReadonlyMap<number, Tried>,
): readonly Finding[] {
  const shares: string[] = [];
  let largest = 0;
  for (const [length, answers] of seen) {
    if (answers.size === 0) continue;
    const changed = [...answers].filter(([bar, other]) => callOf(first.get(bar)) !== callOf(other)).length;
    largest = Math.max(largest, changed / answers.size);
    shares.push(`${Math.round((100 * changed) / answers.size)} % with ${length} candles`);
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

function report(on: string, tried: readonly Tried[], findings: readonly Finding[]): CheckReport {
  return {
    passed: findings.every(({ result }) => result !== 'failed'),
    on,
    decisions: tried.length,
    calls: tried.filter((one) => !['none', 'WAIT'].includes(callOf(one))).length,
    findings,
  };
}
