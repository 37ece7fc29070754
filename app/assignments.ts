import { type Config, ConfigError, hasIngest } from '../config.ts';
import {
  type Assignment,
  type AssignmentEntry,
  DEFAULT_ASSIGNMENT,
  defaultEntries,
  isFor,
  type Mode,
  Mode as modes,
} from '../schema/assignment.ts';
import type { Strategies } from './strategies.ts';

/** Who decides on what. */
export interface Assignments {
  /** Live ones first, then those on paper, then shadows, each in the order of the file: so they decide on a close. */
  readonly all: readonly Assignment[];
  /** Those of a symbol, in that order. */
  readonly of: (symbol: string) => readonly Assignment[];
  /** Who answers where nobody is named, such as /analyze: the built-in rule, assigned or not. */
  readonly byDefault: Assignment;
  /** The mode of each, by id. */
  readonly modes: ReadonlyMap<string, Mode>;
}

/**
 * The assignments of the configuration, with their strategies and channels. Throws ConfigError that names each wrong one by its place in
 * the file: a strategy that is not there, a parameter that it does not take, a channel that is not configured.
 */
export function openAssignments(
  config: Pick<Config, 'assignments' | 'STRATEGIES_FILE' | 'ROLES'>,
  channels: readonly string[],
  strategies: Pick<Strategies, 'resolve'>,
): Assignments {
  const { assignments, STRATEGIES_FILE = '' } = config;
  const problems: string[] = [];
  const found = assignments.flatMap((entry, i): Assignment[] => {
    const place = `STRATEGIES_FILE: ${STRATEGIES_FILE}: assignments[${i}]`;
    for (const [n, name] of (entry.channels ?? []).entries()) {
      // Who posts nothing need not know where to.
      if (channels.includes(name) || !hasIngest(config)) continue;
      const known = channels.length === 0 ? 'none is' : `those are ${channels.join(', ')}`;
      problems.push(`${place}.channels[${n}]: "${name.slice(0, 40)}" is not configured; ${known}`);
    }
    const strategy = strategies.resolve(entry.strategy, entry.params);
    if (!('error' in strategy)) return [assignmentOf(entry, strategy, channels)];
    const at = strategy.at === undefined ? 'strategy' : ['params', strategy.at].filter(Boolean).join('.');
    problems.push(`${place}.${at}: ${strategy.error}`);
    return [];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  const own = strategies.resolve(DEFAULT_ASSIGNMENT, {});
  if ('error' in own) throw new Error(`the built-in rule cannot decide: ${own.error}`);
  const byMode = (mode: Mode) => found.filter((one) => one.mode === mode);
  const all = modes.options.toReversed().flatMap(byMode);
  return {
    all,
    of: (symbol) => all.filter((one) => isFor(one, symbol)),
    byDefault: assignmentOf(defaultEntries[0]!, own, channels),
    modes: new Map(all.map(({ id, mode }) => [id, mode])),
  };
}

const assignmentOf = (
  entry: AssignmentEntry,
  { version, params, needs }: Extract<ReturnType<Strategies['resolve']>, { version: string }>,
  configured: readonly string[],
): Assignment => ({
  id: entry.id,
  strategy: entry.strategy,
  version,
  mode: entry.mode,
  symbols: entry.symbols,
  timeframes: entry.timeframes,
  params,
  channels: entry.mode === 'live' ? (entry.channels ?? configured) : [],
  sharesChannels: entry.shares_channels,
  bars: needs.own,
});
