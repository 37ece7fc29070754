import type { Decision, Signal } from '../../../schema/signal.ts';
import { isIssued } from '../state/signals.ts';

/** A step of a signal's life. Times Unix ms; null where the step has no time of its own. */
export interface StoryStep {
  readonly name:
    | 'close'
    | 'analysis'
    | 'gates'
    | 'issue'
    | 'posts'
    | 'market'
    | 'end'
    | 'end-posts'
    | 'levels'
    | 'none';
  readonly at: number | null;
  /** Since the last step before it that has a time; null for the first, and where clocks disagree. */
  readonly after: number | null;
}

/**
 * The steps of a signal from its candle's close to its end, in the order of their causes; of a decision that became no signal those up to
 * where it stopped.
 */
export function storyOf(decision: Signal | Decision): readonly StoryStep[] {
  const steps: TimedStep[] = [
    ['close', decision.close_time],
    ['analysis', null],
  ];
  if (decision.gates.length > 0) steps.push(['gates', null]);
  steps.push(...(isIssued(decision) ? afterIssue(decision) : [['none', null] as const]));
  let before: number | null = null;
  return steps.map(([name, at]) => {
    const after = at === null || before === null || at < before ? null : at - before;
    before = at ?? before;
    return { name, at, after };
  });
}

type TimedStep = readonly [StoryStep['name'], number | null];

/** Posts have times of their own: they take seconds, or wait for hours, beside the market. */
function afterIssue({ created_at, outcome, end_deliveries, levels_outcome }: Signal): TimedStep[] {
  return [
    ['issue', created_at],
    ['posts', null],
    outcome === null ? ['market', null] : ['end', outcome.resolved_at],
    ...(end_deliveries === undefined ? [] : [['end-posts', null] as const]),
    ...(levels_outcome === undefined ? [] : [['levels', levels_outcome.resolved_at] as const]),
  ];
}
