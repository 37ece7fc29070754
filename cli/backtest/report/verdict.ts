import type { Summary } from './summarise.ts';

/** Signals below which a 95 % interval by the normal distribution is a rough one. */
const FEW = 30;

/** What the signals came to after cost, in one sentence: the R of the line `signals`, and the 95 % interval that it stands for. */
export function verdict({ n, expectancyR, expectancyError }: Summary): string {
  if (n === 0) return 'No verdict: no signal was issued whose horizon lies in the data.';
  if (n === 1) return `No verdict: ${r(expectancyR)} R after cost of a single signal (N = 1).`;
  const [low, high] = [expectancyR - expectancyError, expectancyR + expectancyError];
  const [name, place] =
    low > 0
      ? ['An edge in this file', 'lies above 0']
      : high < 0
        ? ['A loss in this file', 'lies below 0']
        : ['No edge', 'holds 0'];
  const few = n < FEW ? ' So few signals prove little.' : '';
  return `${name}: ${r(expectancyR)} R a signal after cost, 95 % interval ${r(low)} to ${r(high)} ${place} (N = ${n}).${few}`;
}

const r = (value: number): string => (value >= 0 ? '+' : '') + value.toFixed(3);
