import type { EndField } from '../../../schema/message-template.ts';
import { decimalsOfLevels } from '../../../schema/symbol/price-decimals.ts';
import type { Signal } from '../../../schema/signal.ts';
import { cutText } from './cut-text.ts';

/** A signal, or its end, as a message: the template with the names in braces replaced, `\n` as a new line, cut to `maxLength` UTF-16 units. */
export function messageText(template: string, signal: Signal, maxLength: number): string {
  const { entry, tp, sl, outcome, risk_metrics: odds } = signal;
  const decimals = decimalsOfLevels(signal.symbol, { entry, tp: tp ?? entry, sl: sl ?? entry });
  const price = (value: number | null | undefined) => value?.toFixed(decimals) ?? '';
  const values: Record<EndField, string> = {
    id: signal.id,
    symbol: signal.symbol,
    timeframe: signal.timeframe,
    action: signal.signal_type,
    entry: price(entry),
    tp: price(tp),
    sl: price(sl),
    confidence: percent(signal.confidence),
    breakeven: percent(odds.breakeven_probability),
    expected_r: odds.expected_r === null ? unknown : inR(odds.expected_r),
    risk_reward: odds.risk_reward_ratio?.toFixed(2) ?? '',
    reasoning: signal.reasoning,
    expires_at: new Date(signal.expires_at).toISOString(),
    ending: endings[signal.status] ?? signal.status,
    exit: price(outcome?.exit_price),
    r: outcome?.r == null ? 'no result' : inR(outcome.r),
    ended_at: outcome === null ? '' : new Date(outcome.resolved_at).toISOString(),
  };
  const text = template
    .replaceAll('\\n', '\n')
    .replaceAll(/\{([a-z_]+)\}/g, (whole, name: string) => values[name as EndField] ?? whole);
  return cutText(text, maxLength);
}

/** How a signal ended, after "ended". */
const endings: Readonly<Record<string, string>> = {
  tp: 'at take-profit',
  sl: 'at stop-loss',
  reversed: 'by a signal the other way',
  expired: 'at its time limit',
  void: 'as void: its prices count no more',
};

const unknown = 'unknown';
const percent = (share: number | null) => (share === null ? unknown : `${Math.round(share * 100)} %`);

/** A result or an expectation in R, the distance from entry to SL, with its sign. */
function inR(r: number): string {
  const text = r.toFixed(2);
  if (Number(text) === 0) return '0.00 R';
  return `${r > 0 ? '+' : ''}${text} R`;
}
