import { useEffect, useRef } from 'preact/hooks';
import type { Signal } from '../../../../schema/signal.ts';
import { formatTime } from '../../format/time.ts';
import { outcomeWords, toneOf } from '../../format/words.ts';
import { isSimulatedHistory } from '../../format/simulated-history.ts';
import { select } from '../../state/selection.ts';
import { Icon } from '../icon.tsx';
import { LevelLadder } from './level-ladder.tsx';
import { ModelNumbers } from './model-numbers.tsx';
import { OddsBar } from './odds-bar.tsx';
import { Reasoning } from './reasoning.tsx';
import { SignalStory } from './signal-story.tsx';
import { Word } from '../terms/word.tsx';
import { PositionCalculator } from '../sizing/position-calculator.tsx';
import { leavesByEscape } from '../leaves-by-escape.ts';
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
    <div class="details" onKeyDown={(event) => leavesByEscape(event) && close()}>
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
          Candle closed {formatTime(signal.close_time, 'full')}, <Word>good until</Word>{' '}
          {formatTime(signal.expires_at, 'full')} ({signal.horizon_bars} bars)
          {isSimulatedHistory(signal) && <span class="history-mark"> simulated history</span>}
        </p>
        <p class={`details-outcome outcome tone-${toneOf(signal)}`}>
          <strong>{outcomeWords(signal)}</strong>
        </p>
        <LevelLadder signal={signal} />
        <section aria-labelledby="story-title">
          <h3 id="story-title">Story</h3>
          <SignalStory decision={signal} />
        </section>
        <PositionCalculator key={signal.id} signal={signal} />
        <section aria-labelledby="odds-title">
          <h3 id="odds-title">Odds</h3>
          <OddsBar signal={signal} />
        </section>
        <section aria-labelledby="why-title">
          <h3 id="why-title">Reasoning</h3>
          <Reasoning text={signal.reasoning} />
        </section>
        <ModelNumbers decision={signal} />
      </div>
    </div>
  );
}
