/** The place of a value within others, as `candles[17].close`; empty for the whole. Names are written as they are. */
export const fieldPath = (steps: readonly PropertyKey[]): string =>
  steps
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
