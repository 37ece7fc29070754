import { describe, expect, it } from 'vitest';
import { createSignalDesk } from '../../../operators/signals/signal-desk.ts';
import { NOTHING_RESTORED, type RestoredSignals } from '../../../operators/signals/signal-input.ts';
import type { AnalysedClose } from '../../../operators/analysis/analysed-close.ts';
import type { SignalEvent } from '../../../schema/signal-event.ts';
import type { Signal } from '../../../schema/signal.ts';
import { candleAt, closeOf, deskOptions, minute, tickAt } from './signal-samples.ts';

function issue(close: AnalysedClose): Signal {
  const desk = createSignalDesk(deskOptions(() => close.closeTime));
  for (const step of desk.accept(close)) if (step.kind === 'standing') return step.standing.signal!;
  throw new Error('nothing was issued');
}
const deskAfter = (now: number, restored: Partial<RestoredSignals>, change = {}) =>
  createSignalDesk(deskOptions(() => now, { restored: { ...NOTHING_RESTORED, ...restored }, ...change }));
const kinds = (steps: readonly { kind: string }[]) => steps.map(({ kind }) => kind);
const outcomeOf = (steps: readonly unknown[]) =>
  (steps as SignalEvent[]).find((step) => step.kind === 'resolved')?.outcome;

describe('a restarted desk', () => {
  const signal = issue(closeOf('BUY', minute));

  it('knows its open signal and repeats no close', () => {
    const desk = deskAfter(3 * minute, { signals: [signal] });
    expect([...desk.openIds]).toEqual([['1min', signal.id]]);
    expect(kinds(desk.accept(closeOf('BUY', minute)))).toEqual(['repeated']);
    expect(kinds(desk.accept(closeOf('SELL', minute - 1)))).toEqual(['repeated']);
  });

  it('judges stored minutes at once and the rest when they come', () => {
    const minutes = [1, 2, 3].map((i) => candleAt(i * minute, 100));
    const fell = deskAfter(9 * minute, {
      signals: [signal],
      minutes: minutes.with(1, candleAt(2 * minute, 97)),
    });
    const rest = { kind: 'minutes', from: 4 * minute, to: 9 * minute, bars: [] } as const;
    expect(outcomeOf(fell.start())).toMatchObject({
      status: 'sl',
      resolved_at: 3 * minute,
      exit_price: 97,
    });

    const risen = deskAfter(9 * minute, { signals: [signal], minutes });
    risen.start();
    expect(risen.accept(tickAt(9 * minute, 104))).toEqual([]);
    expect(outcomeOf(risen.accept(rest))).toMatchObject({ status: 'tp', resolved_at: 9 * minute, mae: 0.5 });
  });

  it('misses no minutes of a posted signal: what was posted is all there is', () => {
    const posted = issue(closeOf('BUY', minute, { source: 'posted', quality: null }));
    const desk = deskAfter(9 * minute, { signals: [posted] });
    desk.start();
    // The first price tells that it is on this market, the next ends it at once.
    desk.accept(tickAt(9 * minute, 100));
    expect(outcomeOf(desk.accept(tickAt(9.5 * minute, 104)))).toMatchObject({ status: 'tp' });
  });

  it('waits for REST where a stored minute is incomplete', () => {
    const minutes = [1, 2, 3].map((i) => candleAt(i * minute, 100, { complete: i !== 2 }));
    const desk = deskAfter(4 * minute, { signals: [signal], minutes });
    desk.start();
    const bars = [{ openTime: 2 * minute, open: 100, high: 103, low: 100, close: 100 }];
    const steps = desk.accept({ kind: 'minutes', from: 2 * minute, to: 3 * minute, bars });
    expect(outcomeOf(steps)).toMatchObject({ status: 'tp', resolved_at: 3 * minute });
  });

  it('judges a long downtime on longer candles where its minutes never come', () => {
    const five = issue(closeOf('BUY', 5 * minute, { timeframe: '5min' }));
    const candles = [5, 10, 15].map((i) =>
      candleAt(i * minute, 100, { timeframe: '5min', low: i === 10 ? 97 : 99 }),
    );
    const desk = deskAfter(100 * minute, { signals: [five] }, { candlesOf: () => candles });
    expect(desk.accept(tickAt(100 * minute, 104))).toEqual([]);
    const steps = desk.accept(tickAt(110 * minute, 104));
    expect(outcomeOf(steps)).toMatchObject({ status: 'sl', resolved_at: 15 * minute, exit_price: 98 });
  });

  it('counts what was issued before the stop', () => {
    const risk = { maxPerDay: 0, maxPerHour: 1, minSpacingMs: 0, minReward: 0 };
    const ended: Signal = { ...signal, status: 'tp' };
    const steps = deskAfter(3 * minute, { signals: [ended] }, { risk }).accept(closeOf('BUY', 5 * minute));
    expect(kinds(steps)).toEqual(['standing', 'decided', 'withheld']);
  });
});

describe('a posted signal', () => {
  const posted = (closeTime: number, prices: readonly number[] = []) => {
    const close = closeOf('BUY', closeTime, { source: 'posted', quality: null });
    const length = close.columns.time.length;
    const time = close.columns.time.map((_, i) => closeTime - (length - i) * minute);
    const ofPrices = (column: Float64Array) =>
      column.map((value, i) => prices[i - (length - prices.length)] ?? value);
    const { high, low } = close.columns;
    return { ...close, columns: { ...close.columns, time, high: ofPrices(high), low: ofPrices(low) } };
  };
  const now = 1_000_000 * minute;
  const market = (price: number) => tickAt(now + minute, price);

  it('is judged by the posted bars that follow it', () => {
    const desk = createSignalDesk(deskOptions(() => now));
    desk.accept(posted(50 * minute));
    const steps = desk.accept(posted(52 * minute, [100, 97]));
    expect(outcomeOf(steps)).toMatchObject({ status: 'sl', resolved_at: 52 * minute });
    expect(kinds(steps)).toEqual(['resolved', 'standing', 'standing', 'decided']);
  });

  it('is followed on the feed only if it is of the same market', () => {
    const elsewhere = createSignalDesk(deskOptions(() => now));
    elsewhere.accept(posted(50 * minute));
    expect([market(50_000), market(90), market(104)].flatMap((tick) => elsewhere.accept(tick))).toEqual([]);
    elsewhere.accept({ kind: 'interruption', from: 40 * minute, to: now, reason: 'a test' });
    const bars = [{ openTime: 51 * minute, open: 1, high: 200, low: 1, close: 1 }];
    expect(elsewhere.accept({ kind: 'minutes', from: 0, to: now, bars })).toEqual([]);
    const here = createSignalDesk(deskOptions(() => now));
    here.accept(posted(50 * minute));
    expect(outcomeOf([market(101), market(103)].flatMap((tick) => here.accept(tick)))).toMatchObject({
      status: 'tp',
    });
  });

  it('is not followed on the feed that a visitor has asked for, nor after a restart', () => {
    const desk = createSignalDesk(deskOptions(() => now, { isConfigured: false }));
    const opened = desk
      .accept(posted(50 * minute))
      .find((step) => step.kind === 'opened' || step.kind === 'standing');
    expect([market(101), market(103)].flatMap((tick) => desk.accept(tick))).toEqual([]);
    const signal = opened?.kind === 'standing' ? opened.standing.signal! : undefined;
    const again = createSignalDesk(
      deskOptions(() => now, { isConfigured: false, restored: { ...NOTHING_RESTORED, signals: [signal!] } }),
    );
    expect([market(101), market(103)].flatMap((tick) => again.accept(tick))).toEqual([]);
    expect(outcomeOf(again.accept(posted(52 * minute, [100, 97])))).toMatchObject({ status: 'sl' });
  });

  it('is not reversed at a live price of another market, nor a live one at theirs', () => {
    const far = closeOf('SELL', now, { entry: 50_000, risk: 500 });
    const desk = createSignalDesk(deskOptions(() => now));
    desk.accept(posted(50 * minute));
    expect(outcomeOf(desk.accept(far))).toMatchObject({ status: 'reversed', exit_price: 100, mfe: 0 });

    const live = createSignalDesk(deskOptions(() => now));
    live.accept(far);
    live.accept(market(50_100));
    const over = outcomeOf(live.accept(posted(now + minute)));
    expect(over).toMatchObject({ status: 'reversed', exit_price: 50_100 });
    expect(over?.r).toBeCloseTo(-0.2, 1);
  });

  it('is reversed at a price between its levels, from whichever source', () => {
    const near = closeOf('SELL', now, { entry: 101 });
    const desk = createSignalDesk(deskOptions(() => now));
    desk.accept(posted(50 * minute));
    expect(outcomeOf(desk.accept(near))).toMatchObject({ status: 'reversed', exit_price: 101 });
  });
});
