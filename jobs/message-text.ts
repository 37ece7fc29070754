import type { MessageField } from '../schema/message-template.ts';
import type { Signal } from '../schema/signal.ts';

/** A signal as a message: the template with its names in braces replaced, `\n` as a new line, cut to `maxLength`. */
export function messageText(template: string, signal: Signal, maxLength: number): string {
  const values: Record<MessageField, string> = {
    id: signal.id,
    symbol: signal.symbol,
    timeframe: signal.timeframe,
    action: signal.signal_type,
    entry: String(signal.entry),
    tp: String(signal.tp ?? ''),
    sl: String(signal.sl ?? ''),
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
