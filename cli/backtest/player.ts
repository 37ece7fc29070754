import { Subject } from 'rxjs';
import type { Pending } from '../../app/walk/pending.ts';
import { teachOutcomes } from '../../app/teach-outcomes.ts';
import { walkSignals, type WalkSignalsOptions } from '../../app/walk/walk-signals.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import type { AnalysedClose } from '../../operators/analysis/analysed-close.ts';
import type { CloseVerdict } from '../../operators/analysis/analyse-closes.ts';
import { createLearningBook, type TaughtClose } from '../../operators/signals/outcomes/learning-book.ts';
import type { SignalInput } from '../../operators/signals/signal-input.ts';
import type { MarketInput } from '../../schema/market-event.ts';
import type { Decision } from '../../schema/signal.ts';
import { createPlayedSignals, type Played } from './played-signals.ts';
import type { PreparedAnalyses } from './prepared-analyses.ts';
import { deskOf, type Reading } from './reading.ts';

export interface PlayerOptions extends Omit<WalkSignalsOptions, 'desk'> {
  readonly symbol: string;
  readonly prepared: PreparedAnalyses;
  readonly pending: Pending;
  /** Every decision after its gates. */
  readonly onDecision: (decision: Decision) => void;
  readonly onFailure: (error: unknown) => void;
}

/** Gates, signals, outcomes and learning of one reading. */
export interface Player {
  readonly reading: Reading;
  readonly analyse: (columns: CandleColumns, close: TaughtClose) => Promise<CloseVerdict>;
  readonly decide: (close: AnalysedClose) => void;
  /** Does it follow a trade, so that it asks for prices? */
  readonly isFollowing: boolean;
  readonly market: (inputs: readonly MarketInput[]) => void;
  readonly played: (dataEnd: number) => Played;
  readonly end: () => void;
}

export function createPlayer(reading: Reading, options: PlayerOptions): Player {
  const { symbol, prepared, pending, onDecision, onFailure } = options;
  const learning = createLearningBook();
  const analyse = prepared.by(learning);
  const outcomes = teachOutcomes(learning);
  const kept = createPlayedSignals();
  const input$ = new Subject<SignalInput>();
  const running = input$.pipe(walkSignals(symbol, { ...options, desk: deskOf(reading) })).subscribe({
    next: (event) => {
      outcomes.hear(event);
      kept.take(event);
      if (event.kind === 'decided' && !event.changed) onDecision(event.decision);
    },
    error: onFailure,
  });
  return {
    reading,
    analyse: (columns, close) => pending.add(analyse(columns, close)),
    // Without gates nobody judges the window either.
    decide: (close) => input$.next(reading.gates === null ? { ...close, quality: null } : close),
    get isFollowing() {
      return kept.isFollowing;
    },
    market: (inputs) => {
      for (const input of inputs) input$.next(input);
    },
    played: (dataEnd) => kept.played(dataEnd),
    end: () => running.unsubscribe(),
  };
}
