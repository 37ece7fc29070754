import { Observable, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type DirectEnds, DirectSubscriber } from '../../../operators/rx/direct-subscriber.ts';

function start(ends?: DirectEnds) {
  const source = new Subject<number>();
  const seen: unknown[] = [];
  let direct: DirectSubscriber<number, number> | undefined;
  new Observable<number>((subscriber) => {
    const work = (value: number) => {
      if (value === 0) throw new RangeError('zero');
      subscriber.next(1 / value);
    };
    direct = new DirectSubscriber(subscriber, work, ends);
    source.subscribe(direct);
  }).subscribe({
    next: (value) => seen.push(value),
    error: (error: Error) => seen.push(error.message),
    complete: () => seen.push('complete'),
  });
  return { source, seen, isOver: () => direct!.closed && !source.observed };
}

describe('DirectSubscriber', () => {
  it('does its work with each value, and hands the end on', () => {
    const { source, seen, isOver } = start();
    source.next(2);
    source.next(4);
    expect(isOver()).toBe(false);
    source.complete();
    expect([seen, isOver()]).toEqual([[0.5, 0.25, 'complete'], true]);
  });

  it('hands on an error, and what its work throws, and does nothing after', () => {
    const failed = start();
    failed.source.error(new Error('broken'));
    expect([failed.seen, failed.isOver()]).toEqual([['broken'], true]);
    const thrown = start();
    thrown.source.next(0);
    thrown.source.next(2);
    expect([thrown.seen, thrown.isOver()]).toEqual([['zero'], true]);
  });

  it.each(['atEnd', 'atError'] as const)('gives %s in place of it, and lets go of its source', (which) => {
    const said: unknown[] = [];
    const { source, seen, isOver } = start({ [which]: (error?: Error) => said.push(error?.message) });
    const error = new Error('broken');
    if (which === 'atEnd') source.complete();
    else source.error(error);
    expect([said, seen, isOver()]).toEqual([[which === 'atEnd' ? undefined : 'broken'], [], true]);
  });

  it('hands on what that throws', () => {
    const fail = () => {
      throw new Error('at last');
    };
    const { source, seen, isOver } = start({ atEnd: fail });
    source.complete();
    expect([seen, isOver()]).toEqual([['at last'], true]);
  });
});
