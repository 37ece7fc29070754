/** What a message's template may name in braces. Prices with seven digits, confidence in percent. */
export const messageFields = [
  'id',
  'symbol',
  'timeframe',
  'action',
  'entry',
  'tp',
  'sl',
  'confidence',
  'risk_reward',
  'reasoning',
  'expires_at',
] as const;
export type MessageField = (typeof messageFields)[number];

/** Names in braces that a template uses and nobody knows. */
export function unknownFields(template: string): string[] {
  return [...template.matchAll(/\{([^{}]*)\}/g)]
    .map((match) => match[1]!)
    .filter((name) => !messageFields.includes(name as MessageField));
}
