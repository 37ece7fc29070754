import type { Decision } from '../../../schema/signal.ts';
import { gateWords } from './words.ts';

/** Share of the way to a call from which a side is named as near. */
const near = 0.8;
const leaning = 0.5;

export interface WaitWords {
  /** What the answer is, for somebody who trades: `Almost a buy`. */
  readonly lead: string;
  /** Why, in a few words. */
  readonly because: string;
}

/**
 * Why there is no signal, in words instead of scores. The score and its threshold come from the decision's lineage; a rule that has none
 * is told in its own reasoning.
 */
export function waitWords({ gates, lineage, reasoning }: Decision): WaitWords {
  const { score, threshold } = lineage;
  const refusal = gates.find((gate) => !gate.passed);
  const side = typeof score !== 'number' || score === 0 ? null : score > 0 ? 'buy' : 'sell';
  if (refusal !== undefined) {
    const withheld = /^(BUY|SELL) withheld/.exec(reasoning)?.[1]?.toLowerCase();
    const gate = gateWords[refusal.gate] ?? refusal.gate;
    return {
      lead: withheld === undefined ? 'Not judged' : `A ${withheld}, withheld`,
      because: `${gate}: ${refusal.reason ?? 'refused'}.`,
    };
  }
  if (side === null || typeof threshold !== 'number' || threshold <= 0)
    return { lead: 'No signal', because: reasoning };
  const way = Math.abs(score as number) / threshold;
  // The first sentence is the refusal, in words of its own where the score was enough.
  if (way >= 1) return { lead: `Not quite a ${side}`, because: firstSentence(reasoning) };
  const percent = Math.floor(100 * way);
  if (way >= near) return { lead: `Almost a ${side}`, because: `${percent} % of the way to a call.` };
  if (way >= leaning) return { lead: `Leaning to a ${side}`, because: `${percent} % of the way to a call.` };
  return {
    lead: 'No side',
    because: `The market leans to neither enough: ${percent} % of the way to a ${side}.`,
  };
}

const firstSentence = (text: string): string => /^.*?[^\d\s]\.(?=\s|$)/s.exec(text)?.[0] ?? text;
