import { experienceOf } from '../../operators/analysis/lineage-experience.ts';
import type { KeptExperience } from '../../schema/strategies/experience.ts';
import type { SignalEvent, Withheld } from '../../schema/signal-event.ts';
import type { Candle } from '../../schema/candle.ts';
import type { Decision, Outcome, Signal } from '../../schema/signal.ts';
import { type Timeframe, timeframeMs } from '../../schema/timeframe.ts';
import type { RestoredSymbol } from '../../streams/symbol/symbol-actor.ts';

/** A signal of a walk, as a store would have it. */
interface WalkedSignal {
  readonly signal: Signal;
  /** What its levels came to, unless it is still open; of a reversed one as they were followed on. */
  readonly levels: Outcome | null;
}

/** What a walk remembers of one symbol in place of a store. */
export interface WalkMemory {
  readonly candle: (candle: Candle) => void;
  readonly empty: (timeframe: Timeframe, openTimes: readonly number[]) => void;
  readonly event: (event: SignalEvent) => void;
  /** Oldest first. */
  readonly candles: (timeframe: Timeframe) => readonly Candle[];
  readonly signals: () => readonly WalkedSignal[];
  /** What its decisions rested on of earlier candidates, and those that are followed, as the store would give them. */
  readonly experience: () => readonly KeptExperience[];
  /** Closes that were decided. */
  readonly decided: (timeframe: Timeframe) => number;
  /** What an actor begins with at `now`, as the store would give it. */
  readonly restored: (options: {
    readonly now: number;
    readonly timeframes: readonly Timeframe[];
    readonly historySize: number;
    /** Open of the forming window of the longest timeframe, Unix ms. */
    readonly formingFrom: number;
  }) => RestoredSymbol;
}

interface WalkedExperience extends Pick<KeptExperience, 'experience' | 'following'> {
  /** By their close, those that are over too. */
  readonly candidates: Map<number, string>;
}

const day = 86_400_000;

export function createWalkMemory(): WalkMemory {
  const candles = new Map<Timeframe, Map<number, Candle>>();
  const empty = new Map<Timeframe, Set<number>>();
  const signals = new Map<string, { signal: Signal; levels: Outcome | null }>();
  const ghosts = new Set<string>();
  const decisions = new Map<Timeframe, Decision>();
  const withheld = new Map<string, Withheld>();
  const decided = new Map<Timeframe, number>();
  const experiences = new Map<Timeframe, WalkedExperience>();

  const inOrder = (timeframe: Timeframe): Candle[] =>
    [...(candles.get(timeframe)?.values() ?? [])].sort((a, b) => a.openTime - b.openTime);

  return {
    candle: (candle) => {
      const series = candles.get(candle.timeframe) ?? new Map<number, Candle>();
      candles.set(candle.timeframe, series.set(candle.openTime, candle));
    },
    empty: (timeframe, openTimes) => {
      const known = empty.get(timeframe) ?? new Set<number>();
      for (const openTime of openTimes) known.add(openTime);
      empty.set(timeframe, known);
    },
    event: (event) => {
      if (event.kind === 'opened') signals.set(event.signal.id, { signal: event.signal, levels: null });
      else if (event.kind === 'resolved') {
        const entry = signals.get(event.id);
        if (entry === undefined) return;
        const { outcome } = event;
        entry.signal = { ...entry.signal, status: outcome.status, outcome };
        if (outcome.status === 'reversed') ghosts.add(event.id);
        else entry.levels = outcome;
      } else if (event.kind === 'levels_resolved') {
        ghosts.delete(event.forecast.id);
        const entry = signals.get(event.forecast.id);
        if (entry !== undefined) entry.levels = event.outcome;
      } else if (event.kind === 'decided') {
        const { decision, followed } = event;
        const { timeframe } = decision;
        decisions.set(timeframe, decision);
        const before = experiences.get(timeframe) ?? { candidates: new Map<number, string>() };
        for (const { from, text } of followed?.changed ?? []) before.candidates.set(from, text);
        experiences.set(timeframe, {
          experience: experienceOf(decision) ?? before.experience,
          following: followed?.following ?? before.following,
          candidates: before.candidates,
        });
        if (!event.changed) decided.set(timeframe, (decided.get(timeframe) ?? 0) + 1);
      } else if (event.kind === 'withheld') withheld.set(event.withheld.id, event.withheld);
      else if (event.kind === 'withheld_resolved') withheld.delete(event.id);
    },
    candles: inOrder,
    decided: (timeframe) => decided.get(timeframe) ?? 0,
    experience: () =>
      [...experiences].map(([timeframe, { experience, following, candidates }]) => ({
        timeframe,
        experience,
        following,
        candidates: Buffer.concat(
          candidates
            .values()
            .map((text) => Buffer.from(text, 'base64'))
            .toArray(),
        ).toString('base64'),
      })),
    signals: () => [...signals.values()],
    restored: ({ now, timeframes, historySize, formingFrom }) => {
      const longest = Math.max(day, ...timeframes.map((timeframe) => 12 * timeframeMs[timeframe]));
      const all = [...signals.values()].map(({ signal }) => signal);
      const followed = [...ghosts].map((id) => signals.get(id)!.signal);
      const from = Math.min(
        now,
        ...all.filter(({ status }) => status === 'open').map((one) => one.close_time),
        ...[...withheld.values()].map((one) => one.close_time),
        ...followed.map((one) => one.close_time),
      );
      const minutes = inOrder('1min');
      return {
        candles: new Map(timeframes.map((timeframe) => [timeframe, inOrder(timeframe).slice(-historySize)])),
        empty,
        minutes: minutes.filter(({ openTime }) => openTime >= formingFrom),
        signals: {
          signals: all.filter(({ status, created_at }) => status === 'open' || created_at > now - longest),
          ghosts: followed,
          decisions: [...decisions.values()],
          withheld: [...withheld.values()],
          minutes: minutes.filter(({ openTime }) => openTime >= from),
        },
      };
    },
  };
}
