import {
  catchError,
  concat,
  defer,
  map,
  mergeMap,
  of,
  pipe,
  scan,
  Subject,
  throwError,
  timer,
  type Observable,
  VirtualTimeScheduler,
} from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { operatorContract } from '../operator-contract.ts';
import { perSymbol } from '../../streams/symbol/per-symbol.ts';
import { GaveUpError, supervise } from '../../streams/supervise.ts';

const scheduled = () => new TestScheduler((actual, expected) => expect(actual).toEqual(expected));

/** Fails again and again after one value; counts its subscriptions. */
function failing(lives: { count: number }): Observable<number> {
  return defer(() =>
    concat(
      of(++lives.count),
      throwError(() => new Error(`life ${lives.count}`)),
    ),
  );
}

// A failure is what it is for: past the limit it passes on as the cause.
operatorContract('supervise', {
  make: (clock) =>
    pipe(
      supervise<number>({ clock, maxRestarts: 0 }),
      catchError((error: unknown) => throwError(() => (error as GaveUpError).cause)),
    ),
  inputs: [1, 2, 3],
});
operatorContract('perSymbol', {
  make: () =>
    perSymbol<string, string>((inputs, symbol) => inputs.pipe(scan((all, one) => `${all}${one}`, symbol)), {
      symbolOf: (input) => input,
    }),
  inputs: ['a', 'b', 'a', 'c', 'b'],
});

describe('supervise', () => {
  it('waits twice as long with each restart in the window', () => {
    scheduled().run(({ cold, expectObservable }) => {
      const source = cold('a#');
      expectObservable(source.pipe(supervise({ delayMs: 2, maxRestarts: 9 })), '20ms !').toBe(
        'a--a----a--------a',
      );
    });
  });

  it('gives up past the limit, with the last failure as cause', () => {
    const lives = { count: 0 };
    const scheduler = scheduled();
    let failure: unknown;
    scheduler.run(({ flush }) => {
      failing(lives)
        .pipe(supervise({ maxRestarts: 3, delayMs: 1, clock: scheduler }))
        .subscribe({ error: (error: unknown) => (failure = error) });
      flush();
    });
    expect(lives.count).toBe(4);
    expect(failure).toBeInstanceOf(GaveUpError);
    expect((failure as GaveUpError).cause).toEqual(new Error('life 4'));
  });

  it('restarts for ever where failures are further apart than the window', () => {
    scheduled().run(({ cold, expectObservable }) => {
      const source = cold('a 9ms #');
      expectObservable(source.pipe(supervise({ delayMs: 1, maxRestarts: 1, withinMs: 10 })), '35ms !').toBe(
        'a 10ms a 10ms a 10ms a',
      );
    });
  });

  it('holds no resources of earlier subscriptions', () => {
    const clock = new VirtualTimeScheduler();
    const life = failsLater(clock)
      .pipe(supervise({ delayMs: 1, withinMs: 10, clock }))
      .subscribe();
    const held = () => (Reflect.get(life, '_finalizers') as unknown[]).length;
    clock.maxFrames = 1_000;
    clock.flush();
    const early = held();
    clock.maxFrames = 20_000;
    clock.flush();
    expect(held()).toBe(early);
    life.unsubscribe();
  });

  it('does not restart when it was unsubscribed during the delay', () => {
    const lives = { count: 0 };
    const clock = new VirtualTimeScheduler();
    failing(lives).pipe(supervise({ clock })).subscribe().unsubscribe();
    clock.flush();
    expect(lives.count).toBe(1);
  });
});

/** Fails 20 ms after each subscription. */
const failsLater = (clock: VirtualTimeScheduler) =>
  timer(20, clock).pipe(mergeMap(() => throwError(() => new Error('again'))));

interface Item {
  readonly symbol: string;
  readonly value: number;
}

describe('perSymbol', () => {
  const symbolOf = (item: Item) => item.symbol;

  it('restarts the symbol that fails and leaves the others alone', () => {
    scheduled().run(({ hot, expectObservable }) => {
      const values = { a: item('A', 1), b: item('B', 1), x: item('A', -1) };
      const source = hot('abxba---ab|', values);
      const sums = perSymbol<Item, string>(sumOf, { symbolOf, restart: { delayMs: 3 } });
      expectObservable(source.pipe(sums)).toBe('ab-c----ad|', { a: 'A1', b: 'B1', c: 'B2', d: 'B3' });
    });
  });

  it('stops a symbol that never recovers, reports it, and keeps the others', () => {
    const source = new Subject<Item>();
    const heard: string[] = [];
    const stopped: string[] = [];
    source
      .pipe(
        perSymbol<Item, string>(sumOf, {
          symbolOf,
          restart: { maxRestarts: 0 },
          onStop: (symbol, error) => stopped.push(`${symbol}: ${(error as Error).message}`),
        }),
      )
      .subscribe((value) => heard.push(value));
    source.next(item('A', -1));
    source.next(item('A', 1));
    source.next(item('B', 1));
    expect(heard).toEqual(['B1']);
    expect(stopped).toEqual(['A: failed again after 0 restarts within 60000 ms']);
  });

  it('treats a behavior that throws at once as one that fails', () => {
    const source = new Subject<Item>();
    const stopped: string[] = [];
    const behavior = (): Observable<string> => {
      throw new Error('no behavior');
    };
    source
      .pipe(
        perSymbol<Item, string>(behavior, {
          symbolOf,
          restart: { maxRestarts: 0 },
          onStop: (s) => stopped.push(s),
        }),
      )
      .subscribe();
    source.next(item('A', 1));
    expect(stopped).toEqual(['A']);
  });

  it('ends the actor of a released symbol, even one with input of its own, and starts a new one with the next value', () => {
    const source = new Subject<Item>();
    const released$ = new Subject<string>();
    const heard: string[] = [];
    const other = new Subject<never>();
    source
      .pipe(
        perSymbol<Item, string>((input, symbol) => concat(sumOf(input, symbol), other), {
          symbolOf,
          released$,
        }),
      )
      .subscribe((value) => heard.push(value));
    source.next(item('A', 1));
    source.next(item('A', 1));
    released$.next('A');
    expect(released$.observed).toBe(false);
    expect(other.observed).toBe(false);
    source.next(item('A', 1));
    expect(heard).toEqual(['A1', 'A2', 'A1']);
  });
});

function item(symbol: string, value: number): Item {
  return { symbol, value };
}

/** Sums a symbol's values; a negative one makes it fail. */
function sumOf(input: Observable<Item>, symbol: string): Observable<string> {
  return input.pipe(
    scan((sum, { value }) => {
      if (value < 0) throw new Error('negative');
      return sum + value;
    }, 0),
    map((sum) => `${symbol}${sum}`),
  );
}
