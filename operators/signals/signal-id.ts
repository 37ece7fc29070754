import { createHash } from 'node:crypto';

/**
 * The id of the signal of a close: the same whoever computes it, so one close is issued and posted once for ever.
 * `s` and 31 hex digits of a SHA-256: never all digits and without a colon, as BullMQ asks of a job id.
 */
export function signalId(symbol: string, timeframe: string, closeTime: number): string {
  const hash = createHash('sha256').update(`${symbol}|${timeframe}|${closeTime}`).digest('hex');
  return `s${hash.slice(0, 31)}`;
}
