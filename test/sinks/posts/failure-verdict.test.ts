import { UnrecoverableError } from 'bullmq';
import { describe, expect, it } from 'vitest';
import { enqueueTracker } from '../../../sinks/posts/enqueue-tracker.ts';
import { failureVerdict } from '../../../sinks/posts/failure-verdict.ts';
import type { Log } from '../../../store/log.ts';
import type { Store } from '../../../store/open-store.ts';

const coded = (code: string) => Object.assign(new Error(code), { code });

function run(giveUp: () => Promise<void> = async () => {}) {
  const ended: unknown[] = [];
  const logged: string[] = [];
  const log = {
    warn: (_what: object, words: string) => logged.push(`warn ${words}`),
    error: (_what: object, words: string) => logged.push(`error ${words}`),
  } as unknown as Log;
  const outbox = {
    giveUp: (...given: unknown[]) => {
      ended.push(given);
      return giveUp();
    },
  };
  const verdict = failureVerdict({
    store: { outbox } as unknown as Pick<Store, 'outbox'>,
    channel: { name: 'community' },
    log,
    timeOfDay: () => 77,
  });
  /** How each of several failures of a post is judged: is it tried again? */
  const tried = async (times: number, error: unknown = new Error('odd'), id = 'p1') => {
    const found: boolean[] = [];
    for (let i = 0; i < times; i++)
      found.push(!((await verdict.of(id, error)) instanceof UnrecoverableError));
    return found;
  };
  return { verdict, ended, logged, tried };
}

describe('failureVerdict', () => {
  it('tries a post three times, then ends it with the reason', async () => {
    const { verdict, ended, tried, logged } = run();
    const error = new Error('a "bad" {row}\n');
    for (let i = 0; i < 2; i++) {
      const again = await verdict.of('p1', error);
      expect([again instanceof UnrecoverableError, again.message]).toEqual([false, 'a bad row']);
    }
    expect(ended).toEqual([]);
    const last = await verdict.of('p1', error);
    expect(last).toBeInstanceOf(UnrecoverableError);
    expect(last.message).toBe('could not be processed: a bad row');
    expect(ended).toEqual([['p1', 'community', 'could not be processed: a bad row', 77]]);
    expect(logged).toEqual([
      ...Array<string>(3).fill('warn a post could not be processed'),
      'error a post was ended that could not be processed',
    ]);
    // It counts from the beginning, should the post come again.
    expect(await tried(3)).toEqual([true, true, false]);
  });

  it('counts each post by itself, and forgets the failures of one that was processed', async () => {
    const { verdict, tried } = run();
    expect(await tried(2, new Error('odd'), 'p1')).toEqual([true, true]);
    expect(await tried(2, new Error('odd'), 'p2')).toEqual([true, true]);
    verdict.well('p1');
    expect(await tried(2, new Error('odd'), 'p1')).toEqual([true, true]);
    expect(await tried(1, new Error('odd'), 'p2')).toEqual([false]);
  });

  it.each(['ECONNREFUSED', '57P01', '40001', '55P03'])(
    'waits for a database that answers %s',
    async (code) => {
      const { tried, ended, logged } = run();
      expect(await tried(9, coded(code))).toEqual(Array(9).fill(true));
      expect([ended, logged]).toEqual([[], []]);
    },
  );

  it('makes an error of whatever was thrown, and keeps 200 characters of it', async () => {
    const { verdict, ended, tried } = run();
    expect((await verdict.of('p1', 'text')).message).toBe('text');
    await tried(2, 'x'.repeat(500) + '\ud800');
    expect((ended[0] as string[])[2]).toHaveLength('could not be processed: '.length + 200);
  });

  it('tries again where the database is away when it would be ended, and leaves the rest to the sweep', async () => {
    const away = run(() => Promise.reject(coded('57P01')));
    expect(await away.tried(4)).toEqual([true, true, true, true]);
    const refused = run(() => Promise.reject(new Error('a constraint')));
    expect(await refused.tried(4)).toEqual([true, true, false, false]);
    expect(refused.logged.at(-1)).toBe('error a post that cannot be processed cannot be ended either');
  });
});

describe('enqueueTracker', () => {
  const track = () => {
    const warned: string[] = [];
    let added = 0;
    const log = { warn: (_what: object, words: string) => warned.push(words) } as unknown as Log;
    const tracker = enqueueTracker(
      log,
      () => added++,
      (text) => text.replaceAll('secret', '***'),
    );
    return { tracker, warned, added: () => added };
  };

  it('knows nothing at first, and how long ago a post was added', () => {
    const { tracker, added } = track();
    expect([tracker.state(), tracker.lastError()]).toEqual([{ ageMs: undefined, failure: undefined }, null]);
    tracker.succeeded();
    const { ageMs } = tracker.state();
    expect(ageMs).toBeGreaterThanOrEqual(0);
    expect(ageMs).toBeLessThan(60_000);
    expect(added()).toBe(1);
  });

  it('says why posts cannot be added, without secrets, once for each reason, until it works again', () => {
    const { tracker, warned } = track();
    tracker.failed(new Error('no secret'), 'first');
    tracker.failed(new Error('no secret'), 'again');
    expect(warned).toEqual(['first']);
    expect([tracker.state().failure, tracker.lastError()]).toEqual(['no ***', 'no ***']);
    tracker.failed(new Error('other'), 'second');
    expect(warned).toEqual(['first', 'second']);
    tracker.recovered();
    expect([tracker.state().failure, tracker.lastError()]).toEqual([undefined, null]);
    tracker.failed(new Error('other'), 'third');
    expect(warned).toEqual(['first', 'second', 'third']);
  });

  it('remembers an error that keeps no post from being added', () => {
    const { tracker, warned } = track();
    tracker.noteError(new Error('a secret lost'));
    expect([tracker.lastError(), tracker.state().failure, warned]).toEqual(['a *** lost', undefined, []]);
  });
});
