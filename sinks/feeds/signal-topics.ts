import { type Mode, type Owned, ownerOf } from '../../schema/strategies/assignment.ts';
import { type Timeframe, timeframes } from '../../schema/timeframe.ts';
import { FrameError } from './parse-frame.ts';

/** What a client asks of a symbol's signals. */
interface Asked {
  readonly timeframe?: Timeframe | undefined;
  readonly assignment?: string | undefined;
}

/** Assignments that clients may name, with their modes. */
export type Offered = ReadonlyMap<string, Mode>;

const live = 'live';
const topicOf = (timeframe: Timeframe, of: string) => `${timeframe} ${of}`;

/**
 * A topic is a timeframe of the live assignments together, or of one that is named. Whoever names none hears the live ones alone: nobody
 * takes a trade on paper for one to follow.
 */
export function wantedTopics({ timeframe, assignment }: Asked, offered: Offered): ReadonlySet<string> {
  if (assignment !== undefined) {
    const mode = offered.get(assignment);
    if (mode === undefined)
      throw new FrameError('assignment_unknown', `this server has no assignment "${assignment}"`);
    if (mode === 'shadow')
      throw new FrameError(
        'assignment_shadow',
        `the assignment "${assignment}" is a shadow, whose signals are not broadcast: ask /signals?assignment=${assignment}`,
      );
  }
  const of = assignment === undefined ? live : nameOf(assignment);
  return new Set((timeframe === undefined ? timeframes : [timeframe]).map((one) => topicOf(one, of)));
}

/** Without the timeframe or the assignment that is named; with neither of them nothing is left. */
export function topicsLeft(
  { timeframe, assignment }: Asked,
  present: ReadonlySet<string>,
): ReadonlySet<string> {
  const isLeft = (topic: string) =>
    (timeframe !== undefined && !topic.startsWith(`${timeframe} `)) ||
    (assignment !== undefined && !topic.endsWith(` ${nameOf(assignment)}`));
  return new Set([...present].filter(isLeft));
}

/** The topics that a signal, a decision or an end belongs to: none where it is a shadow's. */
export function topicsOf(frame: Owned & { readonly timeframe: Timeframe }): readonly string[] {
  const { assignment, mode } = ownerOf(frame);
  const named = topicOf(frame.timeframe, nameOf(assignment));
  if (mode === 'shadow') return [];
  return mode === 'live' ? [topicOf(frame.timeframe, live), named] : [named];
}

/** Of an assignment: none is called as the live ones together are. */
const nameOf = (assignment: string): string => `=${assignment}`;
