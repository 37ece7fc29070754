import type { Analysis, StrategyFault } from '../../models/decision/analysis.ts';
import type { AnalyseOptions } from '../../models/decision/analyse.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import type { Needs } from '../../strategy/contract.ts';
import type { Closure } from '../../strategy/load/read-closure.ts';
import type { AskedStrategy, StrategyStretch } from '../../strategy/run/analyse-stretch.ts';
import type { StrategyClose } from '../../strategy/run/decide.ts';
import type { SweptStretch } from '../../strategy/run/sweep-stretch.ts';

/** What a strategy's file says of itself. */
export interface StrategyDescription {
  readonly about: string;
  readonly needs: Needs;
  /** JSON schema of its parameters, with their defaults. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly search: Readonly<Record<string, readonly unknown[]>>;
}

/** One close to be decided on: the columns of its own timeframe, and all else. */
export interface StrategyTask {
  readonly close: StrategyClose;
  readonly columns: CandleColumns;
  readonly options: AnalyseOptions;
}

/** What a thread is told first, once: what it runs. */
export interface ThreadOrder {
  readonly kind: 'run';
  readonly closure: Closure;
}

/** What a thread is asked. */
export type ThreadQuestion =
  | { readonly kind: 'describe' }
  | { readonly kind: 'parse'; readonly params: unknown }
  | { readonly kind: 'analyse'; readonly task: StrategyTask }
  | StretchQuestion
  | SweepQuestion;

/** A stretch of closes, until they have taken about `budgetMs` of processor time: one that never ends is found out by then. */
export interface StretchQuestion {
  readonly kind: 'stretch';
  readonly asked: AskedStrategy;
  readonly stretch: StrategyStretch;
  readonly budgetMs: number;
}

/** Its answer; a failure is of the question, not of the thread. */
export type ThreadAnswer =
  | { readonly kind: 'described'; readonly description: StrategyDescription }
  | { readonly kind: 'parsed'; readonly params: Readonly<Record<string, unknown>> }
  | { readonly kind: 'analysed'; readonly analysis: Analysis; /** Processor time. */ readonly ms: number }
  /** Of the first closes of a stretch, as far as it came. */
  | { readonly kind: 'stretched'; readonly analyses: readonly Analysis[] }
  | ({ readonly kind: 'swept' } & SweptStretch)
  | { readonly kind: 'refused'; readonly message: string };

/** The same for many settings at once. */
export interface SweepQuestion extends Omit<StretchQuestion, 'kind' | 'asked'> {
  readonly kind: 'sweep';
  readonly settings: readonly AskedStrategy[];
}

/** What a thread posts: its answers in the order of the questions, with the processor time that it has used since it began; null: it has warmed up. */
export interface ThreadReply {
  readonly answer: ThreadAnswer | null;
  readonly cpuMs: number;
}

/** The thread ended without an answer. */
export interface Ended {
  readonly kind: 'ended';
  readonly fault: StrategyFault;
}

export interface Limits {
  /** Processor time of one decision, ms. */
  readonly decisionMs: number;
  /** Processor time until the file is loaded, ms. */
  readonly loadMs: number;
  /** Memory of one thread's objects, MB. */
  readonly memoryMb: number;
}

/** To the process: first what it runs, then questions to its threads. One that waits for a file is told before to prepare. */
export type ProcessOrder =
  | { readonly kind: 'prepare'; readonly limits: Limits }
  | { readonly kind: 'read'; readonly file: string; readonly limits: Limits }
  | { readonly kind: 'run'; readonly closure: Closure; readonly limits: Limits }
  | {
      readonly kind: 'ask';
      readonly id: number;
      /** Each name is a thread of its own. */
      readonly thread: string;
      readonly question: ThreadQuestion;
    }
  | { readonly kind: 'end'; readonly thread: string };

export type ProcessReply =
  | { readonly kind: 'ready'; readonly closure: Closure }
  | { readonly kind: 'unreadable'; readonly message: string }
  | { readonly kind: 'answered'; readonly id: number; readonly answer: ThreadAnswer | Ended };
