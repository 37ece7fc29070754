import { type Config, ConfigError, hasIngest } from '../../config.ts';
import {
  type Assignment,
  type AssignmentEntry,
  DEFAULT_ASSIGNMENT,
  defaultEntries,
  isFor,
  type Mode,
  Mode as modes,
} from '../../schema/strategies/assignment.ts';
import { WINDOW } from '../../models/decision/analyse.ts';
import type { Needs } from '../../strategy/contract.ts';
import type { ResolvedStrategy, Strategies } from './strategies.ts';

/** Who decides on what. */
export interface Assignments {
  /** Resolves the assignments of a strategy anew, whose file or code has changed. Answers what is wrong; they stay as they were then. */
  readonly renew: (strategy: string) => Promise<readonly string[]>;
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
 * The assignments of the configuration, with their strategies and channels. Rejects with ConfigError that names each wrong one by its place in
 * the file: a strategy that is not there, a parameter that it does not take, a channel that is not configured.
 */
export async function openAssignments(
  config: Pick<Config, 'assignments' | 'STRATEGIES_FILE' | 'ROLES'>,
  channels: readonly string[],
  strategies: Pick<Strategies, 'resolve'>,
): Promise<Assignments> {
  const { assignments: entries, STRATEGIES_FILE = '' } = config;
  const resolve = async (wanted: (entry: AssignmentEntry) => boolean) => {
    const problems: string[] = [];
    const found = new Map<string, Assignment>();
    // Each file starts a process: side by side.
    const resolved = await Promise.all(
      entries.map(async (entry) =>
        wanted(entry) ? strategies.resolve(entry.strategy, entry.params) : undefined,
      ),
    );
    for (const [i, entry] of entries.entries()) {
      const strategy = resolved[i];
      if (strategy === undefined) continue;
      const place = `STRATEGIES_FILE: ${STRATEGIES_FILE}: assignments[${i}]`;
      // Who posts nothing need not know where to.
      if (hasIngest(config)) problems.push(...unknownChannels(entry, channels, place));
      if ('error' in strategy && strategy.isBroken === true) {
        found.set(entry.id, assignmentOf(entry, unloaded(entry), channels));
      } else if ('error' in strategy) {
        const at = strategy.at === undefined ? 'strategy' : ['params', strategy.at].filter(Boolean).join('.');
        problems.push(`${place}.${at}: ${strategy.error}`);
      } else found.set(entry.id, assignmentOf(entry, strategy, channels));
    }
    return { problems, found };
  };
  const { problems, found } = await resolve(() => true);
  if (problems.length > 0) throw new ConfigError(problems);
  const own = await strategies.resolve(DEFAULT_ASSIGNMENT, {});
  if ('error' in own) throw new Error(`the built-in rule cannot decide: ${own.error}`);
  const inOrder = () =>
    modes.options.toReversed().flatMap((mode) => [...found.values()].filter((one) => one.mode === mode));
  let all = inOrder();
  return {
    get all() {
      return all;
    },
    of: (symbol) => all.filter((one) => isFor(one, symbol)),
    byDefault: assignmentOf(defaultEntries[0]!, own, channels),
    modes: new Map(all.map(({ id, mode }) => [id, mode])),
    renew: async (strategy) => {
      const renewed = await resolve((entry) => entry.strategy === strategy);
      if (renewed.problems.length > 0) return renewed.problems;
      for (const [id, one] of renewed.found) found.set(id, one);
      all = inOrder();
      return [];
    },
  };
}

function unknownChannels(entry: AssignmentEntry, configured: readonly string[], place: string): string[] {
  const known = configured.length === 0 ? 'none is' : `those are ${configured.join(', ')}`;
  return (entry.channels ?? []).flatMap((name, n) =>
    configured.includes(name)
      ? []
      : `${place}.channels[${n}]: "${name.slice(0, 40)}" is not configured; ${known}`,
  );
}

/** What stands in until a strategy's file can be loaded: each close fails by name meanwhile. */
const unloaded = ({ params }: AssignmentEntry) => ({ version: '', params, needs: { own: WINDOW } });

const assignmentOf = (
  entry: AssignmentEntry,
  { version, params, needs }: Pick<ResolvedStrategy, 'version' | 'params' | 'needs'>,
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
  bars: Math.max(WINDOW, needs.own),
  frames: framesOf(needs),
});

function framesOf({ own: _own, ...others }: Needs): Assignment['frames'] {
  return others;
}
