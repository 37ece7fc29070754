import type { SignalStatus, SignalType } from '../../../schema/signal.ts';
import type { Timeframe } from '../../../schema/timeframe.ts';
import { createStore } from './create-store.ts';

/** Which part of the page a phone shows; wider windows show all of them. */
export type View = 'market' | 'chart' | 'signals' | 'results';

export interface Filters {
  readonly symbol: string;
  readonly timeframe: Timeframe | '';
  readonly side: Exclude<SignalType, 'WAIT'> | '';
  readonly status: SignalStatus | '';
  /** Of this assignment alone. @default all */
  readonly assignment?: string;
}

/** What the user looks at. */
export interface Selection {
  readonly symbol: string | null;
  readonly timeframe: Timeframe | null;
  readonly signalId: string | null;
  readonly view: View;
  readonly filters: Filters;
  readonly settingsOpen: boolean;
  /** The chart as a table of numbers, for those who do not see it. */
  readonly asTable: boolean;
}

export const selection = createStore<Selection>({
  symbol: null,
  timeframe: null,
  signalId: null,
  view: 'chart',
  filters: { symbol: '', timeframe: '', side: '', status: '' },
  settingsOpen: false,
  asTable: false,
});

export const select = (change: Partial<Selection>): void =>
  selection.update((current) => ({ ...current, ...change }));
