import type { ComponentChildren } from 'preact';
import type { Signal } from '../../../../schema/signal.ts';
import { worthWords } from '../../format/odds-words.ts';
import { formatShare } from '../../format/price.ts';
import { InR } from '../terms/in-r.tsx';
import { Word } from '../terms/word.tsx';

/** The three ends a signal can come to, as shares of one bar, with the chance it needs to break even marked on it. */
export function OddsBar({ signal }: { readonly signal: Signal }) {
  const odds = signal.risk_metrics;
  const { prob_tp_hit: tp, prob_neither: neither, prob_sl_hit: sl, breakeven_probability: even } = odds;
  if (tp === null || neither === null || sl === null) return <p class="empty">No levels, no odds.</p>;
  const worth = worthWords(signal);
  return (
    <div class="odds">
      <svg class="odds-scale" viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">
        <rect class="odds-tp" x="0" y="3" width={tp * 100} height="8" />
        <rect class="odds-neither" x={tp * 100} y="3" width={neither * 100} height="8" />
        <rect class="odds-sl" x={(tp + neither) * 100} y="3" width={sl * 100} height="8" />
        {even !== null && (
          <rect class="odds-even" x={Math.min(99.4, even * 100) - 0.3} y="0" width="0.6" height="14" />
        )}
      </svg>
      <dl class="pairs">
        <Pair name="Chance of target first" value={formatShare(tp, 1)} tone="up" />
        <Pair name="Neither in time" value={formatShare(neither, 1)} />
        <Pair name="Chance of stop first" value={formatShare(sl, 1)} tone="down" />
        {even !== null && <Pair name="Needed to break even" value={formatShare(even, 1)} />}
        {odds.risk_reward_ratio !== null && (
          <Pair name="Reward for risk" value={`${odds.risk_reward_ratio.toFixed(2)} : 1`} />
        )}
        {odds.expected_r !== null && <Pair name="Expected, after cost" value={<InR r={odds.expected_r} />} />}
      </dl>
      {worth !== null && <p class="odds-worth">{worth}</p>}
    </div>
  );
}

function Pair({
  name,
  value,
  tone,
}: {
  readonly name: string;
  readonly value: ComponentChildren;
  readonly tone?: string;
}) {
  return (
    <div>
      <dt>
        <Word>{name}</Word>
      </dt>
      <dd class={tone === undefined ? '' : `tone-${tone}`}>{value}</dd>
    </div>
  );
}
