import type { Bar, Candle } from '../../../schema/candle.ts';
import type { CandleEvent } from '../../../schema/market-event.ts';
import type { Tick } from '../../../schema/tick.ts';
import { restCandle } from './minute-candle.ts';
import type { ClosedMinute, MinuteLedger } from './minute-ledger.ts';
import { isTimely } from '../is-timely.ts';
import { minuteMs } from '../../../schema/timeframe.ts';

/** Corrections of closed candles, each with a higher revision. Times Unix ms. */
export interface MinuteCorrections {
  /** Counts a tick that came after its minute was decided. True where the minute has to be asked of REST. */
  readonly late: (tick: Tick, openTime: number) => boolean;
  /** A minute may lack ticks after all: it is emitted again as incomplete. False where it was not emitted as whole. */
  readonly doubt: (openTime: number) => boolean;
  /** Emits the candles that have had late ticks since they were last emitted. */
  readonly emitLate: () => void;
  /** REST's bars of `[from, to)` replace ours; a minute without one, from `oldest` on, had no trade. */
  readonly replace: (bars: readonly Bar[], from: number, to: number, oldest: number) => void;
}

export function minuteCorrections(
  symbol: string,
  ledger: MinuteLedger,
  now: () => number,
  emit: (event: CandleEvent) => void,
): MinuteCorrections {
  function revise(closed: ClosedMinute, complete: boolean) {
    closed.candle = {
      ...closed.candle,
      complete,
      lateTicks: closed.candle.lateTicks + closed.late,
      revision: closed.candle.revision + 1,
    };
    closed.late = 0;
    const { candle, firstTick, lastTick } = closed;
    ledger.set(candle.openTime, ledger.stateOf(candle.openTime), candle.revision);
    emit({ kind: 'candle', candle, timely: false, edges: { firstTick, lastTick } });
  }

  function take(bar: Bar) {
    const state = ledger.stateOf(bar.openTime);
    const closed = ledger.recent(bar.openTime);
    if (closed?.candle.complete === true && isSame(closed.candle, bar)) return;
    const revision = ledger.revisionOf(bar.openTime) + 1;
    const late = (closed?.candle.lateTicks ?? 0) + (closed?.late ?? 0);
    const candle = restCandle(symbol, bar, closed?.candle.ticks ?? 0, late, revision);
    // A bar of REST's knows no silence.
    const edges = { firstTick: candle.openTime, lastTick: candle.closeTime };
    ledger.set(bar.openTime, 'rest', revision);
    ledger.remember({ candle, ...edges, late: 0 });
    const isNews = state !== 'complete' && state !== 'rest';
    emit({ kind: 'candle', candle, timely: isNews && isTimely(candle, now()), edges });
  }

  return {
    late: (tick, openTime) => {
      const state = ledger.stateOf(openTime);
      const closed = ledger.recent(openTime);
      if (closed !== undefined) closed.late++;
      if (state === 'rest' || state === 'empty' || state === 'unknown') return false;
      return closed === undefined || wouldChange(closed, tick);
    },
    doubt: (openTime) => {
      const state = ledger.stateOf(openTime);
      const closed = ledger.recent(openTime);
      if (state === 'complete' && closed !== undefined) {
        revise(closed, false);
        ledger.set(openTime, 'incomplete');
      } else if (state === 'quiet') {
        ledger.set(openTime, 'gap');
        emit({ kind: 'quiet', from: openTime, to: openTime + minuteMs, heard: false });
      } else return false;
      return true;
    },
    emitLate: () => {
      for (const closed of ledger.withLate()) revise(closed, closed.candle.complete);
    },
    replace: (bars, from, to, oldest) => {
      const present = new Set<number>();
      for (const bar of bars) {
        if (bar.openTime < from || bar.openTime + minuteMs > to) continue;
        present.add(bar.openTime);
        take(bar);
      }
      const openTimes: number[] = [];
      for (
        let at = Math.max(Math.ceil(from / minuteMs) * minuteMs, oldest);
        at + minuteMs <= to;
        at += minuteMs
      ) {
        const state = ledger.stateOf(at);
        if (present.has(at) || (state !== 'quiet' && state !== 'gap' && state !== 'unknown')) continue;
        ledger.set(at, 'empty');
        openTimes.push(at);
      }
      if (openTimes.length > 0) emit({ kind: 'empty', timeframe: '1min', openTimes });
    },
  };
}

/** Would a late tick have made another open, high, low or close? */
function wouldChange({ candle, firstTick, lastTick }: ClosedMinute, { price, eventTime }: Tick): boolean {
  if (price > candle.high || price < candle.low) return true;
  return (
    (eventTime < firstTick && price !== candle.open) || (eventTime >= lastTick && price !== candle.close)
  );
}

function isSame(candle: Candle, bar: Bar): boolean {
  return (
    candle.open === bar.open &&
    candle.high === bar.high &&
    candle.low === bar.low &&
    candle.close === bar.close
  );
}
