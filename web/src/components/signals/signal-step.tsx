import type { Outcome, Signal } from '../../../../schema/signal.ts';
import type { StoryStep } from '../../format/story.ts';
import { formatPrice, formatR } from '../../format/price.ts';
import { isSimulatedHistory } from '../../format/simulated-history.ts';
import { formatTime } from '../../format/time.ts';
import { outcomeWords, statusWords, toneOf } from '../../format/words.ts';
import { Word } from '../terms/word.tsx';
import { DeliveryList } from './delivery-list.tsx';
import type { StepWords } from './step-words.ts';

const tones = { open: 'open', won: 'up', lost: 'down', even: 'flat' } as const;

/** The steps of a decision that was issued: signal, posts, market, end. */
export function signalStep(name: StoryStep['name'], signal: Signal): StepWords {
  const { symbol, outcome, levels_outcome: levels } = signal;
  if (name === 'issue')
    return {
      title: 'Signal issued',
      body: (
        <p>
          {signal.signal_type} from {formatPrice(symbol, signal.entry)}
          {signal.tp !== null && `, TP ${formatPrice(symbol, signal.tp)}`}
          {signal.sl !== null && `, SL ${formatPrice(symbol, signal.sl)}`}
        </p>
      ),
      tone: signal.signal_type === 'BUY' ? 'up' : 'down',
    };
  if (name === 'posts')
    return {
      title: <Word>Posts</Word>,
      body: (
        <DeliveryList
          deliveries={signal.deliveries}
          since={signal.created_at}
          isHistory={isSimulatedHistory(signal)}
        />
      ),
    };
  if (name === 'end-posts')
    return {
      title: 'Messages of its end',
      body: (
        <DeliveryList
          deliveries={signal.end_deliveries ?? []}
          since={outcome?.resolved_at ?? signal.created_at}
        />
      ),
    };
  if (name === 'end' && outcome !== null)
    return {
      title: outcomeWords(signal),
      body: <End symbol={symbol} outcome={outcome} />,
      tone: tones[toneOf(signal)],
    };
  if (name === 'levels' && levels !== undefined)
    return {
      title: 'Its levels, followed on',
      body: (
        <p>
          {statusWords[levels.status]} would have come at {formatPrice(symbol, levels.exit_price)}: this
          judges its chances
        </p>
      ),
    };
  return {
    title: 'In the market',
    body: (
      <p>
        Each price is compared with its levels, until {formatTime(signal.expires_at, 'full')} at the latest
      </p>
    ),
    tone: 'open',
  };
}

function End({ symbol, outcome }: { readonly symbol: string; readonly outcome: Outcome }) {
  return (
    <p>
      at {formatPrice(symbol, outcome.exit_price)}; <Word>best</Word> {formatR(outcome.mfe)},{' '}
      <Word>worst</Word> {formatR(-Math.abs(outcome.mae))}
      {outcome.ambiguous_bar && '; one bar held both levels: counted as stop'}
      {outcome.reason !== undefined && `; ${outcome.reason}`}
    </p>
  );
}
