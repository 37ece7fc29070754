import type { MessageField } from '../../schema/message-template.ts';
import type { Signal } from '../../schema/signal.ts';

/** A signal as a message: the template with its names in braces replaced, `\n` as a new line, cut to `maxLength`. */
export function messageText(template: string, signal: Signal, maxLength: number): string {
  const values: Record<MessageField, string> = {
    id: signal.id,
    symbol: signal.symbol,
    timeframe: signal.timeframe,
    action: signal.signal_type,
    entry: readable(signal.entry),
    tp: readable(signal.tp),
    sl: readable(signal.sl),
    confidence: `${Math.round(signal.confidence * 100)} %`,
    risk_reward: signal.risk_metrics.risk_reward_ratio?.toFixed(2) ?? '',
    reasoning: signal.reasoning,
    expires_at: new Date(signal.expires_at).toISOString(),
  };
  const text = template
    .replaceAll('\\n', '\n')
    .replaceAll(/\{([a-z_]+)\}/g, (whole, name: string) => values[name as MessageField] ?? whole);
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
}

const sevenDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 7, useGrouping: false });

/** A price for people: seven digits tell more than any quote has, and computed levels have seventeen. */
const readable = (price: number | null) => (price === null ? '' : sevenDigits.format(price));
