import { Subject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import type { SignalInput } from '../../../operators/signals/signal-input.ts';
import { signalId } from '../../../operators/signals/signal-id.ts';
import { signalLifecycle } from '../../../operators/signals/signal-lifecycle.ts';
import type { CalendarState } from '../../../schema/calendar.ts';
import type { SignalEvent } from '../../../schema/signal-event.ts';
import { anAssignment, ownerOfIt } from '../../support/assignments.ts';
import { closeOf, decisionOf, deskOptions, minute, tickAt } from './signal-samples.ts';

type Options = Partial<Parameters<typeof signalLifecycle>[0]>;

const blackout: CalendarState = {
  state: 'fresh',
  events: [{ title: 'CPI', country: 'USD', time: 10 * minute, impact: 'High' }],
};

const word = (event: SignalEvent): string => {
  if (event.kind === 'opened') return `opened ${event.signal.signal_type}`;
  if (event.kind === 'resolved') return `resolved ${event.outcome.status}`;
  if (event.kind === 'withheld') return `withheld ${event.withheld.gate}`;
  if (event.kind === 'withheld_resolved') return `withheld ${event.outcome.status}`;
  return event.kind === 'decided'
    ? `decided ${event.decision.signal_type}${event.changed ? '!' : ''}`
    : event.kind;
};

function run(inputs: readonly SignalInput[], change: Options = {}) {
  const clock = new TestScheduler(() => {});
  const { now: _, ...options } = deskOptions(() => clock.now(), change);
  const source = new Subject<SignalInput>();
  const events: SignalEvent[] = [];
  const subscription = source
    .pipe(signalLifecycle({ ...options, clock, ...change }))
    .subscribe((event) => events.push(event));
  for (const input of inputs) source.next(input);
  return { events, words: events.map(word), clock, source, subscription };
}

describe('signalLifecycle', () => {
  it('goes from WAIT to BUY to its TP and back to WAIT', () => {
    const { words, events } = run([
      closeOf('WAIT', minute),
      closeOf('BUY', 2 * minute),
      tickAt(2 * minute + 1000, 101),
      tickAt(2 * minute + 2000, 103.5),
    ]);
    expect(words).toEqual(['decided WAIT', 'opened BUY', 'decided BUY', 'resolved tp', 'decided WAIT!']);
    const opened = events.find((event) => event.kind === 'opened');
    expect(opened?.signal.id).toBe(signalId('BTCUSD', '1min', 2 * minute));
    expect(opened?.signal.expires_at).toBe(26 * minute);
    const resolved = events.find((event) => event.kind === 'resolved');
    expect(resolved?.outcome).toMatchObject({ exit_price: 103, mfe: 1.5, mae: 0, ambiguous_bar: false });
    expect(resolved?.outcome.r).toBeCloseTo(1.5 - 0.01);
  });

  it('looks at the clock only while something is followed', () => {
    expect(run([closeOf('WAIT', minute)]).clock.actions).toHaveLength(0);
    const { clock, source } = run([closeOf('BUY', minute), tickAt(minute + 1_000, 101)]);
    expect(clock.actions).toHaveLength(1);
    source.next(tickAt(minute + 2_000, 103.5));
    clock.maxFrames = Infinity;
    clock.flush();
    expect(clock.actions).toHaveLength(0);
  });

  it('says where an entry is posted: on the channels that nobody else has taken, or everywhere', () => {
    const assignments = [
      anAssignment('a', { channels: ['telegram'] }),
      anAssignment('b', { channels: ['telegram', 'discord'] }),
    ];
    const [first, second] = assignments.map((one) => {
      const close = closeOf('BUY', minute);
      return { ...close, decision: { ...close.decision, ...ownerOfIt(one) } };
    });
    const { events } = run([first!, second!], { assignments });
    const opened = events.filter((event) => event.kind === 'opened');
    expect(opened.map(({ signal, channels }) => [signal.assignment, channels])).toEqual([
      ['a', ['telegram']],
      ['b', ['discord']],
    ]);
    expect(run([closeOf('BUY', minute)]).events[0]).not.toHaveProperty('channels');
  });

  it.each<[string, readonly SignalInput[]]>([
    ['ticks', [tickAt(3 * minute, 15.8704), tickAt(3 * minute + 5_000, 15.88)]],
    ['a tick that nothing follows', [tickAt(3 * minute, 15.8704)]],
    [
      'the minutes of a gap',
      [
        { kind: 'interruption', from: 2 * minute, to: 4 * minute, reason: 'test' },
        {
          kind: 'minutes',
          from: 2 * minute,
          to: 4 * minute,
          bars: [{ openTime: 3 * minute, open: 15.87, high: 15.9, low: 15.8, close: 15.87 }],
        },
      ],
    ],
    ['a close of the opposite direction', [closeOf('SELL', 3 * minute, { entry: 15.87, risk: 0.4 })]],
  ])('ends a signal as void, without a result, where %s are a tenth of its price', (_, inputs) => {
    const { events, clock, source } = run([
      closeOf('BUY', 2 * minute, { entry: 158.704, risk: 0.41 }),
      tickAt(2 * minute + 1_000, 158.8),
    ]);
    for (const input of inputs) source.next(input);
    clock.maxFrames = 10 * minute;
    clock.flush();
    const words = events.map(word);
    expect(words).toContain('resolved void');
    const resolved = events.find((event) => event.kind === 'resolved');
    // A minute that an interruption touches counts by its bar: what was heard of it is no last price.
    const lastPrice = inputs[0]?.kind === 'interruption' ? 158.704 : 158.8;
    expect(resolved?.outcome).toMatchObject({ status: 'void', r: null, exit_price: lastPrice, mae: 0 });
    expect(resolved?.outcome.reason).toMatch(new RegExp(`^the price went from ${lastPrice} to 15.8`));
    const last = events.find((event) => event.kind === 'decided' && event.changed);
    if (!words.includes('opened SELL'))
      expect(last).toMatchObject({
        decision: {
          signal_type: 'WAIT',
          reasoning: expect.stringMatching(/has ended as void: the price went/),
        },
      });
  });

  it('lets a single wrong tick decide nothing, and a crash of a tenth all', () => {
    const opened = closeOf('BUY', 2 * minute, { entry: 158.704, risk: 0.41 });
    const wrong = run([
      opened,
      tickAt(2 * minute + 1_000, 1.58),
      tickAt(2 * minute + 4_000, 158.7),
      tickAt(2 * minute + 9_000, 159.4),
    ]);
    expect(wrong.words).toContain('resolved tp');
    const crash = run([opened, tickAt(2 * minute + 1_000, 142.8)]);
    const resolved = crash.events.find((event) => event.kind === 'resolved');
    expect(resolved?.outcome).toMatchObject({ status: 'sl', exit_price: 142.8 });
    expect(resolved?.outcome.r).toBeCloseTo(-38.8, 1);
  });

  it('lets an open signal stand through WAIT and its own direction', () => {
    const { words, events } = run([
      closeOf('SELL', minute),
      closeOf('WAIT', 2 * minute),
      closeOf('SELL', 3 * minute, { entry: 90 }),
      tickAt(4 * minute, 97),
    ]);
    expect(words).toEqual([
      'opened SELL',
      'decided SELL',
      'decided WAIT',
      'decided SELL',
      'resolved tp',
      'decided WAIT!',
    ]);
    expect(events.find((event) => event.kind === 'resolved')?.outcome.exit_price).toBe(97);
  });

  it('ends a signal as reversed at the price of the opposite one, which it opens', () => {
    const { words, events } = run([closeOf('BUY', minute), closeOf('SELL', 2 * minute, { entry: 101 })]);
    expect(words).toEqual(['opened BUY', 'decided BUY', 'resolved reversed', 'opened SELL', 'decided SELL']);
    const resolved = events.find((event) => event.kind === 'resolved');
    expect(resolved?.outcome).toMatchObject({ exit_price: 101, resolved_at: 2 * minute });
    expect(resolved?.outcome.r).toBeCloseTo(0.5 - 0.01);
  });

  it('changes nothing where the risk gate refuses the opposite entry', () => {
    const { words, events } = run(
      [closeOf('BUY', minute), closeOf('SELL', 2 * minute), tickAt(3 * minute, 97.5)],
      { risk: { maxPerDay: 0, maxPerHour: 0, minSpacingMs: 15 * minute, minReward: 0 } },
    );
    expect(words).toEqual([
      'opened BUY',
      'decided BUY',
      'decided WAIT',
      'withheld risk',
      'resolved sl',
      'decided WAIT!',
    ]);
    const refused = events[2];
    expect(refused?.kind === 'decided' && refused.decision).toMatchObject({
      signal: 'HOLD',
      tp: null,
      sl: null,
    });
    expect(refused?.kind === 'decided' && refused.decision.reasoning).toMatch(
      /^SELL withheld: the last signal/,
    );
  });

  it('shows what is not timely, and neither opens nor ends anything with it', () => {
    const { words } = run([
      closeOf('BUY', minute, { timely: false }),
      closeOf('BUY', 2 * minute),
      closeOf('SELL', 3 * minute, { timely: false }),
    ]);
    expect(words).toEqual(['decided BUY', 'opened BUY', 'decided BUY', 'decided SELL']);
  });

  it('decides a close once', () => {
    const { words } = run([closeOf('BUY', minute), closeOf('BUY', minute), closeOf('SELL', 30_000)]);
    expect(words).toEqual(['opened BUY', 'decided BUY', 'repeated', 'repeated']);
  });

  it('trusts a posted close, whatever its date, and takes the same one once', () => {
    const { words, events } = run([
      closeOf('WAIT', 100 * minute),
      closeOf('BUY', 10 * minute, { source: 'posted', quality: null }),
      closeOf('BUY', 10 * minute, { source: 'posted' }),
      tickAt(101 * minute, 50_000),
    ]);
    expect(words).toEqual(['decided WAIT', 'opened BUY', 'decided BUY', 'repeated']);
    expect(events[1]?.kind === 'opened' && events[1].signal.expires_at).toBe(24 * minute);
  });

  it('opens nothing whose level the price has passed since the close, unless the candles were posted', () => {
    const late = tickAt(2 * minute + 500, 97);
    const refused = ['decided WAIT', 'withheld risk', 'withheld sl'];
    expect(run([late, closeOf('BUY', 2 * minute)]).words).toEqual(refused);
    // Nor where it has come back since.
    expect(run([late, tickAt(2 * minute + 600, 100), closeOf('BUY', 2 * minute)]).words).toEqual(refused);
    expect(run([tickAt(minute, 97), closeOf('BUY', 2 * minute)]).words[0]).toBe('opened BUY');
    const posted = closeOf('BUY', 2 * minute, { source: 'posted', quality: null });
    expect(run([late, posted]).words[0]).toBe('opened BUY');
  });

  it('is not misled by one wrong price between a close and its entry', () => {
    const wrong = (price: number) => [
      tickAt(2 * minute + 1_000, 100),
      tickAt(2 * minute + 1_100, price),
      tickAt(2 * minute + 1_200, 100),
    ];
    expect(run([...wrong(0.01), closeOf('BUY', 2 * minute)]).words).toEqual(['opened BUY', 'decided BUY']);
    const decision = { ...decisionOf('BUY', 2 * minute), tp: 400, sl: 10 };
    const words = ['opened BUY', 'decided BUY'];
    expect(run([...wrong(305), closeOf('BUY', 2 * minute, { decision })]).words).toEqual(words);
  });

  it('falls back to WAIT where an entry was over before it was issued', () => {
    const { words } = run([
      tickAt(2 * minute + 1_000, 100),
      tickAt(3 * minute, 100),
      closeOf('BUY', 2 * minute, { horizonBars: 1 }),
      tickAt(4 * minute - 1, 100),
      closeOf('BUY', 4 * minute),
    ]);
    expect(words).toEqual([
      'opened BUY',
      'decided BUY',
      'resolved expired',
      'decided WAIT!',
      'opened BUY',
      'decided BUY',
    ]);
  });

  it('does not hold live closes back for a later posted one', () => {
    const posted = closeOf('WAIT', 90 * minute, { source: 'posted', quality: null });
    expect(run([posted, closeOf('BUY', 2 * minute)]).words).toEqual([
      'decided WAIT',
      'opened BUY',
      'decided BUY',
    ]);
  });

  it('expires a signal at the last price before its end', () => {
    const { words, events } = run([
      closeOf('BUY', minute),
      tickAt(20 * minute, 101),
      tickAt(25 * minute, 102.9),
    ]);
    expect(words.at(-2)).toBe('resolved expired');
    expect(events.find((event) => event.kind === 'resolved')?.outcome).toMatchObject({
      exit_price: 101,
      resolved_at: 25 * minute,
    });
  });

  it('fails where deciding does, and does not go on as if nothing had been', () => {
    const broken = new Error('no hours are known');
    const source = new Subject<SignalInput>();
    const { now: _, ...options } = deskOptions(() => 0, {
      expiresAt: () => {
        throw broken;
      },
    });
    const heard: unknown[] = [];
    source
      .pipe(signalLifecycle({ ...options, clock: new TestScheduler(() => {}) }))
      .subscribe({ error: (error: unknown) => heard.push(error) });
    source.next(closeOf('WAIT', minute));
    expect(heard).toEqual([]);
    source.next(closeOf('BUY', 2 * minute));
    expect(heard).toEqual([broken]);
    expect(source.observed).toBe(false);
  });

  it('ends by the clock a signal that no price arrives for', () => {
    const { words, clock, events } = run([closeOf('BUY', minute)]);
    clock.maxFrames = 25 * minute + 600_000 + minute;
    clock.flush();
    expect(words).toEqual(['opened BUY', 'decided BUY']);
    expect(events.map(word).slice(2)).toEqual(['resolved expired', 'decided WAIT!']);
  });

  it('ends it as soon where a withheld signal is followed beside it', () => {
    let calendar: CalendarState = { state: 'fresh', events: [] };
    const { clock, source, events } = run([closeOf('BUY', minute)], { calendar: () => calendar });
    calendar = blackout;
    source.next(closeOf('SELL', 2 * minute));
    expect(events.map(word).at(-1)).toBe('withheld news');
    const before = events.length;
    clock.maxFrames = 35 * minute;
    clock.flush();
    expect(events.slice(before).map(word)).toEqual(['resolved expired', 'decided WAIT!']);
    clock.maxFrames = 36 * minute;
    clock.flush();
    expect(events.slice(before + 2).map(word)).toEqual(['withheld expired']);
  });

  it('keeps timeframes apart', () => {
    const { words } = run([closeOf('BUY', 60 * minute, { timeframe: '1h' }), closeOf('SELL', 60 * minute)]);
    expect(words).toEqual(['opened BUY', 'decided BUY', 'opened SELL', 'decided SELL']);
  });
});
