import { z } from 'zod';
import type { StrategyDecision } from '../contract.ts';

/** Characters of one text that people read. */
const MOST_TEXT = 500;
const text = z.string().trim().min(1).max(MOST_TEXT);
const price = z.number().positive().optional();
const fields = {
  reason: text,
  remarks: z.array(text).max(10).optional(),
  score: z.number().optional(),
  threshold: z.number().optional(),
  agreement: z.number().min(0).max(1).nullable().optional(),
  tags: z.array(z.string().min(1).max(50)).max(10).optional(),
  stop: price,
  target: price,
  stopMultiple: z.number().min(0.01).max(100).optional(),
  rewardMultiple: z.number().min(0.01).max(100).optional(),
  horizonBars: z.int().min(1).max(1000).optional(),
};
const side = z.enum(['BUY', 'SELL']);
const Answer = z.discriminatedUnion('action', [
  z.strictObject({ action: side, ...fields }),
  z.strictObject({ action: z.literal('WAIT'), leaning: side.optional(), ...fields }),
]);

/** An answer that a strategy may not give; the message says what of it is wrong, and names the bound. */
export class WrongDecision extends Error {
  override readonly name = 'WrongDecision';
}

/** A strategy's answer, as a copy of its own. Throws WrongDecision. entry: the last close. */
export function readDecision(answer: unknown, entry: number): StrategyDecision {
  if (isThenable(answer))
    throw new WrongDecision('decide returned a promise: it must answer at once, without async or await');
  const plain = plainWait(answer);
  if (plain !== undefined) return plain;
  const parsed = Answer.safeParse(answer);
  if (!parsed.success) throw new WrongDecision(sentence(z.prettifyError(parsed.error)));
  const decision = parsed.data;
  const to = decision.action === 'WAIT' ? decision.leaning : decision.action;
  const { stop, target } = decision;
  if (to === undefined) return decision;
  const sign = to === 'BUY' ? 1 : -1;
  if (stop !== undefined && !(sign * (entry - stop) > 0))
    throw new WrongDecision(`the stop of ${stop} is on the wrong side of a ${to} from ${entry}`);
  if (target !== undefined && !(sign * (target - entry) > 0))
    throw new WrongDecision(`the target of ${target} is on the wrong side of a ${to} from ${entry}`);
  return decision;
}

/** The commonest answer, read without the schema, which takes ten times as long; undefined: another one, or a wrong one. */
function plainWait(answer: unknown): StrategyDecision | undefined {
  if (typeof answer !== 'object' || answer === null || Object.getPrototypeOf(answer) !== Object.prototype)
    return undefined;
  const { action, reason, ...others } = answer as Record<string, unknown>;
  if (action !== 'WAIT' || typeof reason !== 'string') return undefined;
  for (const _ in others) return undefined;
  const trimmed = reason.trim();
  return trimmed.length >= 1 && trimmed.length <= MOST_TEXT ? { action, reason: trimmed } : undefined;
}

function isThenable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('then' in value)) return false;
  // Its end is nobody's: not even its failure may be heard of.
  if (value instanceof Promise) value.catch(() => {});
  return true;
}

const sentence = (text: string): string =>
  `the answer is not one: ${text.replaceAll(/\s+/g, ' ').slice(0, 300)}`;
