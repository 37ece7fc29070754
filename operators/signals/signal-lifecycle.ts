import { connect, filter, map, merge, Observable, type OperatorFunction, type SchedulerLike } from 'rxjs';
import type { SignalEvent } from '../../schema/signal-event.ts';
import { type Standing, signalChanges } from './signal-changes.ts';
import { type AssignedDesksOptions, createAssignedDesks } from './assigned-desks.ts';
import type { DeskStep } from './signal-desk.ts';
import type { SignalInput } from './signal-input.ts';
import { analysedWindow } from '../analysis/window-bytes.ts';

const checkEveryMs = 60_000;

/**
 * From a symbol's market and analysed closes to its signals: gates, the state machine of each timeframe and assignment, and the fate of what
 * was issued or withheld.
 *
 *     inputs  t--B--t--t--B--t(tp)--W--S--|
 *     events  ---Od-------d--Rd-----d--Od-|    O opened, d decided, R resolved
 *
 * An opening passes `signalChanges` before it becomes an event, so a signal that stands is never opened again. State is
 * per subscription, from `restored`. Causal; errors and completion pass.
 */
export function signalLifecycle({
  clock,
  ...options
}: Omit<AssignedDesksOptions, 'now'> & { readonly clock: SchedulerLike }): OperatorFunction<
  SignalInput,
  SignalEvent
> {
  return (source) =>
    new Observable<SignalEvent>((subscriber) => {
      const desk = createAssignedDesks({ ...options, now: () => clock.now() });
      const steps = new Observable<DeskStep>((out) => {
        let timer: ReturnType<SchedulerLike['schedule']> | null = null;
        const send = (steps: readonly DeskStep[]): void => {
          for (const step of steps) out.next(step);
          if (timer === null && desk.following > 0) timer = clock.schedule(check, checkEveryMs);
        };
        const check = (): void => {
          timer?.unsubscribe();
          timer = null;
          send(desk.expire());
        };
        out.add(() => timer?.unsubscribe());
        send(desk.start());
        out.add(
          source.subscribe({
            next: (input) => {
              try {
                send(desk.accept(input));
              } catch (error) {
                out.error(error);
              }
            },
            error: (error: unknown) => out.error(error),
            complete: () => out.complete(),
          }),
        );
      });
      return steps
        .pipe(
          connect((shared) =>
            merge(
              shared.pipe(filter(isEvent)),
              shared.pipe(
                filter(isStanding),
                map(({ standing }) => standing),
                signalChanges(desk.openIds),
                map(toEvent),
              ),
            ),
          ),
        )
        .subscribe(subscriber);
    });
}

const isStanding = (step: DeskStep): step is Extract<DeskStep, { kind: 'standing' }> =>
  step.kind === 'standing';
const isEvent = (step: DeskStep): step is SignalEvent => step.kind !== 'standing';

/** A walk through the past asks for no window: nothing is copied out of what has it. */
const toEvent = ({ signal, decision, columns, frames, channels }: Standing): SignalEvent =>
  signal === null || columns === null
    ? { kind: 'decided', decision, changed: true, timely: true }
    : Object.assign(analysedWindow(columns, frames), {
        kind: 'opened' as const,
        signal,
        ...(channels !== undefined && { channels }),
      });
