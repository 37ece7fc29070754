import type { HttpDeps } from '../../http/http-deps.ts';
import { type Assignment, EVERY, ownerOf } from '../../schema/strategies/assignment.ts';
import type { ListedAssignment } from '../../schema/strategies/listed-strategies.ts';
import type { Config } from '../../config.ts';
import type { Store } from '../../store/open-store.ts';
import type { Assignments } from '../strategies/assignments.ts';
import type { AssignmentStates } from '../ingest/assignment-states.ts';
import type { Strategies } from '../strategies/strategies.ts';

export interface ListOptions {
  readonly config: Pick<Config, 'SYMBOLS' | 'TIMEFRAMES'>;
  readonly store: Pick<Store, 'signals'>;
  readonly strategies: Pick<Strategies, 'list'>;
  readonly assignments: Pick<Assignments, 'all'>;
  /** How each assignment fares, where that is known here. */
  readonly states?: Pick<AssignmentStates, 'failureOf' | 'stoppedFor'>;
  /** Why nobody decides now. @default somebody does */
  readonly away?: string;
}

/** The strategies of the server and who decides on what, each with its last decision and how it fares. */
export async function listStrategies({
  config,
  store,
  strategies,
  assignments,
  states,
  away,
}: ListOptions): ReturnType<HttpDeps['strategies']> {
  const [decisions, open, known] = await Promise.all([
    store.signals.lastDecisions(),
    store.signals.open(),
    strategies.list(),
  ]);
  const errorOf = (strategy: string) => known.find(({ name }) => name === strategy)?.error ?? undefined;
  const listed = (assignment: Assignment): ListedAssignment => {
    const { id, strategy, version, mode, symbols, timeframes, params, channels } = assignment;
    const isOwn = (one: Parameters<typeof ownerOf>[0]) => ownerOf(one).assignment === id;
    const last = decisions.filter(isOwn).sort((a, b) => b.close_time - a.close_time)[0];
    const failure = states?.failureOf(id) ?? (version === '' ? errorOf(strategy) : undefined);
    const waitsFor = away ?? (last === undefined ? whyNot(assignment, config) : undefined);
    return {
      id,
      strategy,
      version,
      mode,
      symbols: [...symbols],
      timeframes: [...timeframes],
      params,
      channels: [...channels],
      ...stateOf(failure, waitsFor),
      last_decision: last ?? null,
      open: open.filter(isOwn).length,
    };
  };
  // Who was asked may be another process, which says it with its answer.
  const stopped = new Map(
    assignments.all.flatMap(({ id, strategy }): [string, string][] => {
      const why = states?.stoppedFor(id);
      return why === undefined ? [] : [[strategy, `${strategy}: ${why}`]];
    }),
  );
  return {
    strategies: known.map((one) =>
      Object.assign({}, one, { error: one.error ?? stopped.get(one.name) ?? null }),
    ),
    assignments: assignments.all.map(listed),
  };
}

function stateOf(
  failure: string | undefined,
  waitsFor: string | undefined,
): Pick<ListedAssignment, 'state' | 'reason'> {
  if (failure !== undefined) return { state: 'failed', reason: failure };
  return waitsFor === undefined ? { state: 'running' } : { state: 'waiting', reason: waitsFor };
}

/** What an assignment that has decided on nothing waits for. */
function whyNot(
  { symbols, timeframes }: Pick<Assignment, 'symbols' | 'timeframes'>,
  { SYMBOLS, TIMEFRAMES }: ListOptions['config'],
): string {
  const has = (wanted: readonly string[], kept: readonly string[]) =>
    wanted.some((one) => one === EVERY || kept.includes(one));
  if (!has(symbols, SYMBOLS))
    return `none of ${symbols.join(', ')} is among SYMBOLS: candles that are posted are decided on alone`;
  if (!has(timeframes, TIMEFRAMES))
    return `none of ${timeframes.join(', ')} is among TIMEFRAMES: candles that are posted are decided on alone`;
  return 'no candle has closed yet that it could decide on';
}
