/** What a message's template may name in braces. Prices in the instrument's decimals, probabilities in percent. */
export const messageFields = [
  'id',
  'symbol',
  'timeframe',
  'action',
  'entry',
  'tp',
  'sl',
  'confidence',
  'breakeven',
  'expected_r',
  'risk_reward',
  'reasoning',
  'expires_at',
] as const;

/** What the template of an end may name besides: how and when it ended, at which price, with which result. */
export const endFields = [...messageFields, 'ending', 'exit', 'r', 'ended_at'] as const;
export type EndField = (typeof endFields)[number];

/** Names in braces that a template uses and that are not among the known ones. */
export function unknownFields(template: string, known: readonly string[] = messageFields): string[] {
  return [...template.matchAll(/\{([^{}]*)\}/g)]
    .map((match) => match[1]!)
    .filter((name) => !known.includes(name));
}
