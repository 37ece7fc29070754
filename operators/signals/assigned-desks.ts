import { type Assignment, ownerOf, type Owned } from '../../schema/strategies/assignment.ts';
import type { Signal } from '../../schema/signal.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { createConfiguredDesk } from './configured-desk.ts';
import type { DeskAssignment, DeskStep, SignalDesk, SignalDeskOptions } from './signal-desk.ts';
import { NOTHING_RESTORED, type RestoredSignals } from './signal-input.ts';
import { createVisitorDesk } from './visitor-desk.ts';

export interface AssignedDesksOptions extends Omit<SignalDeskOptions, 'assignment' | 'takenBy'> {
  /** Those that decide on the symbol. @default the default one alone, posted everywhere */
  readonly assignments?: readonly Pick<Assignment, 'id' | 'channels' | 'sharesChannels'>[];
}

/**
 * The signals of one symbol: a state machine for each assignment, with entries, limits and open signals of its own. They share the market,
 * and the channels: what another has open there keeps an entry from its followers. One that is assigned no more is followed to its end.
 */
export function createAssignedDesks(options: AssignedDesksOptions): SignalDesk {
  const { isConfigured = true, restored = NOTHING_RESTORED, assignments, ...rest } = options;
  const create = isConfigured ? createConfiguredDesk : createVisitorDesk;
  if (assignments === undefined) return create(options);
  const desks = new Map<string, SignalDesk>();
  const takenBy =
    (besides: string) =>
    (channel: string, timeframe: Timeframe): Signal | undefined => {
      for (const [id, desk] of desks) {
        if (id === besides) continue;
        const idea = desk.ideas.find(
          ({ signal, channels }) => signal.timeframe === timeframe && channels.includes(channel),
        );
        if (idea !== undefined) return idea.signal;
      }
      return undefined;
    };
  const assigned = new Map<string, DeskAssignment>(assignments.map((one) => [one.id, one]));
  for (const id of new Set([...assigned.keys(), ...followed(restored)])) {
    const assignment = assigned.get(id) ?? { id, channels: [], sharesChannels: false };
    const part = partOf(restored, id);
    desks.set(id, create({ ...rest, isConfigured, restored: part, assignment, takenBy: takenBy(id) }));
  }
  const all = [...desks.values()];
  if (all.length === 1) return all[0]!;
  const each = (steps: (desk: SignalDesk) => readonly DeskStep[]): readonly DeskStep[] => all.flatMap(steps);
  return {
    get openIds() {
      return new Map(all.flatMap(({ openIds }) => [...openIds]));
    },
    get ideas() {
      return all.flatMap(({ ideas }) => ideas);
    },
    start: () => each((desk) => desk.start()),
    accept: (input) =>
      input.kind === 'analysed'
        ? (desks.get(ownerOf(input.decision).assignment)?.accept(input) ?? [])
        : each((desk) => desk.accept(input)),
    expire: () => each((desk) => desk.expire()),
    endAll: () => each((desk) => desk.endAll()),
    get following() {
      return all.reduce((sum, { following }) => sum + following, 0);
    },
  };
}

const idOf = (one: Owned): string => ownerOf(one).assignment;

/** Whose trades are followed still. */
const followed = ({ signals, ghosts, withheld }: RestoredSignals): string[] =>
  [...signals.filter(({ status }) => status === 'open'), ...ghosts, ...withheld].map(idOf);

function partOf(restored: RestoredSignals, id: string): RestoredSignals {
  const isOf = (one: Owned) => idOf(one) === id;
  return {
    signals: restored.signals.filter(isOf),
    ghosts: restored.ghosts.filter(isOf),
    decisions: restored.decisions.filter(isOf),
    withheld: restored.withheld.filter(isOf),
    minutes: restored.minutes,
  };
}
