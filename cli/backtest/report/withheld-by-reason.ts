import { mean } from '../../../models/statistics.ts';
import type { WithheldSignal } from '../played-signals.ts';

/** Entries withheld for one kind of reason: the reason as a sentence, the observed share of TP, and the mean R after cost. */
export interface WithheldGroup {
  reason: string;
  n: number;
  tp: number;
  expectancyR: number;
}

const NUMBER = /-?\d+(?:\.\d+)?/g;

/** Groups by reason with its numbers left out, which is the key; the group's reason has them, as a range where they differ. */
export function withheldByReason(withheld: readonly WithheldSignal[]): Record<string, WithheldGroup> {
  const groups = Object.groupBy(withheld, ({ reason }) => reason.replaceAll(NUMBER, '#'));
  return Object.fromEntries(
    Object.entries(groups).map(([kind, group = []]) => [
      kind,
      {
        reason: withRanges(group.map(({ reason }) => reason)),
        n: group.length,
        tp: group.filter(({ levels }) => levels.end === 'tp').length / group.length,
        expectancyR: mean(group.map(({ r }) => r)),
      },
    ]),
  );
}

/** Reasons that differ in their numbers alone, as one: `cost is 0.26 to 0.41 of the distance to SL`. */
function withRanges(reasons: readonly string[]): string {
  const numbers = reasons.map((reason) => reason.match(NUMBER) ?? []);
  let at = 0;
  return reasons[0]!.replaceAll(NUMBER, () => {
    const texts = numbers.map((found) => found[at]!).toSorted((a, b) => Number(a) - Number(b));
    at++;
    const [least, most] = [texts[0]!, texts.at(-1)!];
    return least === most ? least : `${least} to ${most}`;
  });
}
