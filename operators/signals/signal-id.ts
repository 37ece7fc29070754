import { hash } from 'node:crypto';
import { DEFAULT_ASSIGNMENT } from '../../schema/strategies/assignment.ts';

/**
 * The id of the signal of a close: the same whoever computes it, so one close is issued and posted once for ever by each assignment. The
 * default one's is that of before there were assignments.
 * `s` and 31 hex digits of a SHA-256: never all digits and without a colon, as BullMQ asks of a job id.
 */
export function signalId(
  symbol: string,
  timeframe: string,
  closeTime: number,
  assignment: string = DEFAULT_ASSIGNMENT,
): string {
  const of = assignment === DEFAULT_ASSIGNMENT ? '' : `|${assignment}`;
  return `s${hash('sha256', `${symbol}|${timeframe}|${closeTime}${of}`).slice(0, 31)}`;
}
