import { z } from 'zod';
import { Timeframe } from '../schema/timeframe.ts';
import type { DecideInput, Needs, StrategyDecision, StrategyDefinition } from './contract.ts';

/** A strategy whose definition was found to be one. */
export interface Strategy {
  readonly about: string;
  readonly needs: Needs;
  readonly params: z.ZodObject;
  readonly search: Readonly<Record<string, readonly unknown[]>>;
  readonly decide: (input: DecideInput) => StrategyDecision;
}

/** Combinations that a search may try. */
const MOST_TRIALS = 10_000;
/** Candles of another timeframe that may be asked for. */
const MOST_BARS = 5000;

const bars = z.int().min(1).max(MOST_BARS);
const Definition = z.strictObject({
  about: z.string().trim().min(1).max(500),
  needs: z.strictObject({
    own: bars.min(30),
    ...Object.fromEntries(Timeframe.options.map((timeframe) => [timeframe, bars.optional()])),
  }),
  params: z.instanceof(z.ZodObject, { error: 'must be a z.strictObject of parameters' }).optional(),
  search: z.record(z.string(), z.array(z.unknown()).min(1)).optional(),
  decide: z.custom<Strategy['decide']>((value) => typeof value === 'function', {
    error: 'must be a function',
  }),
});

const defined = new WeakSet<object>();

/** Whether a value was made by `strategy()`. */
export const isStrategy = (value: unknown): value is Strategy =>
  typeof value === 'object' && value !== null && defined.has(value);

/**
 * Defines a strategy: the default export of its file. Throws a TypeError that names what is wrong: a parameter without a default, a value of
 * `search` that its parameter does not take, a `needs` out of bounds.
 */
export function strategy<P extends z.ZodObject = z.ZodObject, const N extends Needs = Needs>(
  definition: StrategyDefinition<P, N>,
): Strategy {
  const parsed = Definition.safeParse(definition);
  if (!parsed.success) throw new TypeError(`the strategy is not one: ${z.prettifyError(parsed.error)}`);
  const { about, needs, params = z.strictObject({}), search = {}, decide } = parsed.data;
  const defaults = params.safeParse({});
  if (!defaults.success)
    throw new TypeError(`every parameter needs a default: ${z.prettifyError(defaults.error)}`);
  checkSearch(params, search);
  const made: Strategy = Object.freeze({
    about,
    needs: Object.freeze(needs as Needs),
    params: params,
    search: Object.freeze(search),
    decide,
  });
  defined.add(made);
  return made;
}

function checkSearch(params: z.ZodObject, search: Strategy['search']): void {
  let trials = 1;
  for (const [name, values] of Object.entries(search)) {
    if (!Object.hasOwn(params.shape, name)) throw new TypeError(`search.${name}: there is no such parameter`);
    for (const value of values) {
      const tried = params.safeParse({ [name]: value });
      if (!tried.success) throw new TypeError(`search.${name}: ${z.prettifyError(tried.error)}`);
    }
    trials *= values.length;
  }
  if (trials > MOST_TRIALS)
    throw new TypeError(`search has ${trials} combinations, at most ${MOST_TRIALS} are tried`);
}
