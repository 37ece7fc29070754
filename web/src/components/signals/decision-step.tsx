import type { Decision } from '../../../../schema/signal.ts';
import type { StoryStep } from '../../format/story.ts';
import { formatPrice, formatShare } from '../../format/price.ts';
import { waitWords } from '../../format/wait-words.ts';
import { Word } from '../terms/word.tsx';
import { GateList } from './gate-list.tsx';
import type { StepWords } from './step-words.ts';

/** The steps that every decision has, signal or not; null for the others. */
export function decisionStep(name: StoryStep['name'], decision: Decision): StepWords | null {
  const { symbol, timeframe, entry, signal_type, regime, gates } = decision;
  const refused = gates.some((gate) => !gate.passed);
  if (name === 'close')
    return {
      title: 'Candle closed',
      body: (
        <p>
          {symbol} {timeframe} at {formatPrice(symbol, entry)}
        </p>
      ),
    };
  if (name === 'analysis')
    return {
      title: 'Analysed',
      body: (
        <p>
          {signal_type === 'WAIT' ? `${waitWords(decision).lead}. ` : `A ${signal_type.toLowerCase()}. `}
          <Word>Regime</Word> {regime.state.replaceAll('_', ' ')}, likely by{' '}
          {formatShare(regime.probabilities[regime.state] ?? 0)}
        </p>
      ),
    };
  if (name === 'gates')
    return {
      title: <Word>Gates</Word>,
      body: <GateList gates={gates} />,
      tone: refused ? 'down' : undefined,
    };
  if (name !== 'none') return null;
  return refused
    ? {
        title: <Word>Withheld</Word>,
        body: (
          <p>
            Nobody was told and nothing was posted. A call is followed in silence, and counted under Gates.
          </p>
        ),
        tone: 'flat',
      }
    : {
        title: 'No signal',
        body: <p>{waitWords(decision).because} The next close is judged anew.</p>,
        tone: 'flat',
      };
}
