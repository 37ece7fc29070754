import { z } from 'zod';
import { SymbolName } from '../symbol/symbol.ts';
import { Timeframe, timeframes } from '../timeframe.ts';

/**
 * What becomes of the signals of an assignment. `shadow`: followed and judged, never broadcast nor posted; `paper`: broadcast to whoever
 * names the assignment, not posted; `live`: broadcast to all, and posted to its channels.
 */
export const Mode = z.enum(['shadow', 'paper', 'live']);
export type Mode = z.infer<typeof Mode>;

/** Stands for every symbol, or every timeframe. */
export const EVERY = '*';

/** Its fields say whose decision something is. Rows of before assignments have none of them: see `ownerOf`. */
export const Owner = z.object({
  strategy: z.string(),
  assignment: z.string(),
  mode: Mode,
  /** SHA-256 over the strategy's files and its parameters, hex; of the built-in rule, over its version and them. */
  version: z.string(),
});
export type Owner = z.infer<typeof Owner>;

/** The assignment of a server without any: the built-in rule on everything, live. Its signals' ids are those of before assignments. */
export const DEFAULT_ASSIGNMENT = 'regime';

/** What carries those fields, or carried them not yet. */
export type Owned = { readonly [K in keyof Owner]?: Owner[K] | undefined };

/** Whose decision this is. What was decided before there were assignments is the default one's. */
export function ownerOf(decided: Owned): Pick<Owner, 'strategy' | 'assignment' | 'mode'> {
  const { strategy = DEFAULT_ASSIGNMENT, assignment = DEFAULT_ASSIGNMENT, mode = 'live' } = decided;
  return { strategy, assignment, mode };
}

/** Names a state machine of a symbol: that of one timeframe and assignment. The default one's is named as before there were assignments. */
export function placeOf({ timeframe, ...decided }: Owned & { readonly timeframe: Timeframe }): string {
  const { assignment } = ownerOf(decided);
  return assignment === DEFAULT_ASSIGNMENT ? timeframe : `${timeframe} ${assignment}`;
}

/** A strategy with its parameters on symbols and timeframes, ready to decide. */
export interface Assignment {
  readonly id: string;
  readonly strategy: string;
  readonly version: string;
  readonly mode: Mode;
  /** Public names, or `*`. */
  readonly symbols: readonly string[];
  readonly timeframes: readonly (Timeframe | typeof EVERY)[];
  /** As the strategy's schema has parsed them, every default given. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Where its signals are posted, all of them configured; none unless it is live. */
  readonly channels: readonly string[];
  /** May it open an idea on a channel where another assignment has one open in the same symbol and timeframe? */
  readonly sharesChannels: boolean;
  /** Closed candles that it decides on. */
  readonly bars: number;
  /** Closed candles of other timeframes that it is given beside them. */
  readonly frames: { readonly [T in Timeframe]?: number };
}

/** Is it to decide on this symbol, and where one is given, on this timeframe? */
export const isFor = (
  { symbols, timeframes }: Pick<Assignment, 'symbols' | 'timeframes'>,
  symbol: string,
  timeframe?: Timeframe,
): boolean =>
  (symbols.includes(EVERY) || symbols.includes(symbol)) &&
  (timeframe === undefined || timeframes.includes(EVERY) || timeframes.includes(timeframe));

const listed = <T>(what: string, parse: (text: string) => T | undefined) =>
  z
    .array(
      z.string().transform((text, context): T | typeof EVERY => {
        if (text === EVERY) return EVERY;
        const parsed = parse(text);
        if (parsed !== undefined) return parsed;
        context.addIssue({ code: 'custom', message: `"${text.slice(0, 40)}" is no ${what}` });
        return z.NEVER;
      }),
    )
    .min(1, `at least one ${what} is needed, or "*"`)
    .max(1000)
    .transform((all) => [...new Set(all)]);

/** An entry of the file as the operator writes it. */
export const AssignmentEntry = z.strictObject({
  id: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9_-]{0,39}$/,
      'an id has 1 to 40 lower-case letters, digits, - and _, and begins with none of the last two',
    ),
  strategy: z.string().regex(/^[A-Za-z0-9][\w.:-]{0,63}$/, 'the name of a strategy is needed'),
  symbols: listed('symbol', (text) => SymbolName.safeParse(text).data),
  timeframes: listed(
    `timeframe (${timeframes.join(', ')})`,
    (text): Timeframe | undefined => Timeframe.safeParse(text).data,
  ),
  mode: z.enum(Mode.options, { error: `must be one of ${Mode.options.join(', ')}` }),
  params: z.record(z.string(), z.unknown()).default({}),
  /** @default all that are configured */
  channels: z.array(z.string()).max(20).optional(),
  shares_channels: z.boolean().default(false),
});
export type AssignmentEntry = z.infer<typeof AssignmentEntry>;

/** Assignments that one server takes: each analyses every close that it is for. */
const mostAssignments = 100;

/** The file that STRATEGIES_FILE names. */
export const AssignmentsFile = z
  .strictObject({
    assignments: z
      .array(AssignmentEntry)
      .min(1, 'at least one assignment is needed')
      .max(mostAssignments, `at most ${mostAssignments} assignments`),
  })
  .superRefine(({ assignments }, context) => {
    const first = new Map<string, number>();
    for (const [i, { id, strategy }] of assignments.entries()) {
      const path = ['assignments', i, 'id'];
      const before = first.get(id);
      if (before !== undefined)
        context.addIssue({ code: 'custom', path, message: `"${id}" is that of assignments[${before}] too` });
      first.set(id, before ?? i);
      if (id === DEFAULT_ASSIGNMENT && strategy !== DEFAULT_ASSIGNMENT)
        context.addIssue({
          code: 'custom',
          path,
          message: `"${id}" belongs to the strategy of that name, whose past results it would mix with those of ${strategy}`,
        });
    }
  });

/** What a server without a file runs. */
export const defaultEntries: readonly AssignmentEntry[] = [
  {
    id: DEFAULT_ASSIGNMENT,
    strategy: DEFAULT_ASSIGNMENT,
    symbols: [EVERY],
    timeframes: [EVERY],
    mode: 'live',
    params: {},
    shares_channels: false,
  },
];
