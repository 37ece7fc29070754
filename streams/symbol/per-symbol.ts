import { defer, NEVER, Observable, type OperatorFunction, Subscription } from 'rxjs';
import { DirectSubscriber } from '../../operators/rx/direct-subscriber.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';
import { supervise, type SuperviseOptions } from '../supervise.ts';

/** Turns one symbol's input into its output. A restart calls it again: state comes from the store, not from the failed run. */
export type Behavior<In, Out> = (input: Observable<In>, symbol: string) => Observable<Out>;

export interface PerSymbolOptions<In> {
  readonly symbolOf: (input: In) => string;
  /** A symbol emitted here ends its actor and frees its state; stop its input first, or the next value starts a new one. */
  readonly released$?: Observable<string>;
  readonly restart?: SuperviseOptions;
  readonly onRestart?: (symbol: string, error: unknown, waitMs: number) => void;
  /** An actor failed more often than allowed. Its input is dropped until it is released. */
  readonly onStop?: (symbol: string, error: unknown) => void;
}

/** The mailbox is the group's input, the subscription its lifetime. */
interface Actor<In> {
  readonly mailbox: Mailbox<In>;
  readonly life: Subscription;
}

/**
 * One actor a symbol: a failure restarts that symbol alone.
 *
 *     in   -a1-b1-a2-b2-|
 *     out  -A1-B1-A2-B2-|
 *
 * Written by hand, although `groupBy`, `mergeMap` and two `takeUntil` could express it: every tick and every candle passes here,
 * and each operator costs further calls a value and further subscriptions a symbol (`npm run bench:ticks`).
 */
export function perSymbol<In, Out>(
  behavior: Behavior<In, Out>,
  options: PerSymbolOptions<In>,
): OperatorFunction<In, Out> {
  const { symbolOf, released$ = NEVER, restart, onRestart, onStop } = options;
  const supervised = (symbol: string, input: Observable<In>): Observable<Out> =>
    defer(() => behavior(input, symbol)).pipe(
      supervise({
        ...restart,
        onRestart: (error, waitMs) => {
          restart?.onRestart?.(error, waitMs);
          onRestart?.(symbol, error, waitMs);
        },
      }),
    );

  return (source) =>
    new Observable<Out>((subscriber) => {
      const actors = new Map<string, Actor<In>>();
      let living = 0;
      let isEnded = false;
      let releases: Subscription | undefined;

      const begin = (symbol: string): Actor<In> => {
        const actor = { mailbox: createMailbox<In>(), life: new Subscription() };
        const { mailbox, life } = actor;
        actors.set(symbol, actor);
        releases ??= released$.subscribe({
          next: release,
          error: (error: unknown) => subscriber.error(error),
        });
        living++;
        life.add(() => {
          living--;
          if (isEnded && living === 0) subscriber.complete();
        });
        subscriber.add(life);
        const output = new DirectSubscriber<Out, Out>(subscriber, (value) => subscriber.next(value), {
          atEnd: () => life.unsubscribe(),
          atError: (error) => {
            onStop?.(symbol, error);
            life.unsubscribe();
          },
        });
        life.add(output);
        supervised(symbol, mailbox.input).subscribe(output);
        return actor;
      };
      const release = (symbol: string) => {
        const actor = actors.get(symbol);
        if (actor === undefined) return;
        actors.delete(symbol);
        actor.life.unsubscribe();
        if (actors.size > 0) return;
        releases?.unsubscribe();
        releases = undefined;
      };

      subscriber.add(() => releases?.unsubscribe());
      source.subscribe(
        new DirectSubscriber<In, Out>(
          subscriber,
          (input) => {
            const symbol = symbolOf(input);
            (actors.get(symbol) ?? begin(symbol)).mailbox.post(input);
          },
          {
            atEnd: () => {
              isEnded = true;
              for (const { mailbox } of actors.values()) mailbox.end();
              if (living === 0) subscriber.complete();
            },
          },
        ),
      );
    });
}
