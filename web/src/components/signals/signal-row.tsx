import type { Signal } from '../../../../schema/signal.ts';
import { oddsWords } from '../../format/odds-words.ts';
import { formatPrice } from '../../format/price.ts';
import { isSimulatedHistory } from '../../format/simulated-history.ts';
import { formatTime } from '../../format/time.ts';
import { isApart } from '../../format/whose.ts';
import { outcomeWords, toneOf } from '../../format/words.ts';
import { showSignal } from '../../live/show-signal.ts';
import { OwnerMark } from './owner-mark.tsx';
import { SideBadge } from '../side-badge.tsx';

/** One signal in the feed. */
export function SignalRow({ signal }: { readonly signal: Signal }) {
  const { symbol } = signal;
  return (
    <li
      class={`signal-row outcome-${toneOf(signal)} ${isApart(signal) ? 'is-apart' : ''}`}
      data-id={signal.id}
    >
      <button type="button" class="signal-open" onClick={() => showSignal(signal.id)}>
        <span class="signal-line">
          <SideBadge side={signal.signal_type} />
          <strong class="signal-symbol">{symbol}</strong>
          <span class="signal-timeframe">{signal.timeframe}</span>
          <OwnerMark signal={signal} />
          {isSimulatedHistory(signal) && (
            <span class="history-mark" title="Simulated history, from before the demo’s first start">
              history
            </span>
          )}
          <time class="signal-time">{formatTime(signal.created_at, 'full')}</time>
        </span>
        <span class="signal-line signal-levels">
          <span>{formatPrice(symbol, signal.entry)}</span>
          {signal.tp !== null && <span class="level-tp">TP {formatPrice(symbol, signal.tp)}</span>}
          {signal.sl !== null && <span class="level-sl">SL {formatPrice(symbol, signal.sl)}</span>}
        </span>
        <span class="signal-line">
          <span class={`outcome tone-${toneOf(signal)}`}>{outcomeWords(signal)}</span>
          <span class="signal-odds">{oddsWords(signal)}</span>
        </span>
      </button>
    </li>
  );
}
