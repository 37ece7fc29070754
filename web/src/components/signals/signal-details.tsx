import { useEffect, useRef } from 'preact/hooks';
import type { Signal } from '../../../../schema/signal.ts';
import { formatR } from '../../format/price.ts';
import { formatTime } from '../../format/time.ts';
import { outcomeWords, toneOf } from '../../format/words.ts';
import { isSimulatedHistory } from '../../format/simulated-history.ts';
import { select } from '../../state/selection.ts';
import { DeliveryList } from './delivery-list.tsx';
import { GateList } from './gate-list.tsx';
import { Icon } from '../icon.tsx';
import { LevelLadder } from './level-ladder.tsx';
import { Lineage } from './lineage.tsx';
import { OddsBar } from './odds-bar.tsx';
import { SideBadge } from '../side-badge.tsx';

/** Everything known of one signal: why it came, what was expected of it, who held it up, how it ended, who got it. */
export function SignalDetails({ signal }: { readonly signal: Signal }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const close = () => {
    select({ signalId: null });
    requestAnimationFrame(() => {
      const row = document.querySelector<HTMLElement>(`[data-id="${CSS.escape(signal.id)}"] button`);
      (row ?? document.querySelector<HTMLElement>('#signals'))?.focus();
    });
  };
  return (
    <div class="details" onKeyDown={(event) => event.key === 'Escape' && close()}>
      <div class="panel-head">
        <button type="button" class="icon-button" onClick={close}>
          <Icon name="back" />
          <span>All signals</span>
        </button>
      </div>
      <div class="details-body">
        <h2 id="signals-title" class="details-title" ref={heading} tabIndex={-1}>
          <SideBadge side={signal.signal_type} /> {signal.symbol}{' '}
          <span class="signal-timeframe">{signal.timeframe}</span>
        </h2>
        <p class="details-when">
          Candle closed {formatTime(signal.close_time, 'full')}, good until{' '}
          {formatTime(signal.expires_at, 'full')} ({signal.horizon_bars} bars)
          {isSimulatedHistory(signal) && <span class="history-mark"> simulated history</span>}
        </p>
        <p class={`details-outcome outcome tone-${toneOf(signal)}`}>
          <strong>{outcomeWords(signal)}</strong>
          {signal.outcome !== null && (
            <span class="details-excursion">
              at {formatTime(signal.outcome.resolved_at, 'full')}; best {formatR(signal.outcome.mfe)}, worst{' '}
              {formatR(-Math.abs(signal.outcome.mae))}
              {signal.outcome.ambiguous_bar && ' (one bar held both levels: counted as stop)'}
            </span>
          )}
        </p>
        <LevelLadder signal={signal} />
        <section aria-labelledby="odds-title">
          <h3 id="odds-title">Odds</h3>
          <OddsBar signal={signal} />
        </section>
        <section aria-labelledby="why-title">
          <h3 id="why-title">Reasoning</h3>
          <p class="reasoning">{signal.reasoning}</p>
        </section>
        <section aria-labelledby="gates-title">
          <h3 id="gates-title">Gates</h3>
          <GateList gates={signal.gates} />
        </section>
        <section aria-labelledby="delivery-title">
          <h3 id="delivery-title">Delivery</h3>
          <DeliveryList deliveries={signal.deliveries} isHistory={isSimulatedHistory(signal)} />
          {signal.end_deliveries !== undefined && (
            <>
              <h4>Messages of its end</h4>
              <DeliveryList deliveries={signal.end_deliveries} />
            </>
          )}
        </section>
        <section aria-labelledby="lineage-title">
          <h3 id="lineage-title">Lineage</h3>
          <Lineage signal={signal} />
        </section>
      </div>
    </div>
  );
}
