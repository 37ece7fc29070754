import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { bursts } from '../../../operators/rx/bursts.ts';

function setup() {
  const source = new Subject<number>();
  const seen: unknown[] = [];
  const subscription = source.pipe(bursts()).subscribe({
    next: (burst) => seen.push(burst),
    error: (error: unknown) => seen.push(error),
    complete: () => seen.push('complete'),
  });
  return { source, seen, subscription };
}

describe('bursts', () => {
  it('gathers what comes in one turn', async () => {
    const { source, seen } = setup();
    source.next(1);
    source.next(2);
    await Promise.resolve();
    source.next(3);
    await Promise.resolve();
    expect(seen).toEqual([[1, 2], [3]]);
  });

  it('keeps what was gathered before it completes or fails', () => {
    const completed = setup();
    completed.source.next(1);
    completed.source.complete();
    expect(completed.seen).toEqual([[1], 'complete']);
    const failed = setup();
    failed.source.next(1);
    failed.source.error('broken');
    expect(failed.seen).toEqual([[1], 'broken']);
  });

  it('lets go of its source', async () => {
    const { source, seen, subscription } = setup();
    source.next(1);
    subscription.unsubscribe();
    await Promise.resolve();
    expect(source.observed).toBe(false);
    expect(seen).toEqual([]);
  });
});
