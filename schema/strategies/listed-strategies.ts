import { z } from 'zod';
import { Mode } from './assignment.ts';
import { Decision } from '../signal.ts';

/** A strategy that the server knows, or would but for `error`. */
export const ListedStrategy = z.object({
  name: z.string(),
  about: z.string(),
  /** With its default parameters; null where it could not be loaded. */
  version: z.string().nullable(),
  /** Null: built in. */
  file: z.string().nullable(),
  /** JSON Schema of its parameters. */
  params: z.record(z.string(), z.unknown()),
  /** Why it cannot decide, as a sentence. */
  error: z.string().nullable(),
  checks: z.array(z.object({ name: z.string(), passed: z.boolean(), says: z.string() })),
});
export type ListedStrategy = z.infer<typeof ListedStrategy>;

/** A strategy with its parameters on symbols and timeframes. `*`: on all of them. */
export const ListedAssignment = z.object({
  id: z.string(),
  strategy: z.string(),
  version: z.string(),
  mode: Mode,
  symbols: z.array(z.string()),
  timeframes: z.array(z.string()),
  params: z.record(z.string(), z.unknown()),
  /** Where its signals are posted; none unless it is live. */
  channels: z.array(z.string()),
  /** `waiting`: it has decided on nothing yet. */
  state: z.enum(['running', 'failed', 'waiting']),
  /** Why it failed, or what it waits for, as a sentence. */
  reason: z.string().optional(),
  last_decision: Decision.nullable(),
  /** Signals open now. */
  open: z.number().int(),
});
export type ListedAssignment = z.infer<typeof ListedAssignment>;

export const StrategiesAnswer = z.object({
  success: z.literal(true),
  strategies: z.array(ListedStrategy),
  assignments: z.array(ListedAssignment),
});
export type StrategiesAnswer = z.infer<typeof StrategiesAnswer>;
