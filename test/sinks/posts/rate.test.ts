import { afterEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../models/random.ts';
import { sendWindow } from '../../../sinks/posts/channels/send-window.ts';
import { openStore } from '../../../store/open-store.ts';
import { child } from '../../support/child.ts';
import { quiet } from '../../support/services/database.ts';
import { platform, store as takes } from '../../support/services/platform.ts';
import { postgresProcess } from '../../support/services/postgres.ts';
import { aSignal, opened } from '../../support/signals.ts';
import { until } from '../../support/until.ts';

const minute = 60_000;

/** The most arrivals in any window of a minute. Times ms, in order. */
function mostInAMinute(times: readonly number[]): number {
  let most = 0;
  for (let first = 0, last = 0; last < times.length; last++) {
    while (times[last]! - times[first]! >= minute) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

describe('sendWindow', () => {
  it('never admits more than its rate in a minute, and nearly all of it, whenever it is asked', () => {
    for (const perMinute of [1, 7, 60, 240]) {
      let now = 0;
      const random = seededRandom(perMinute);
      const { admit } = sendWindow(perMinute, () => now);
      const sent: number[] = [];
      while (now < 10 * minute) {
        const waitMs = admit();
        if (waitMs === 0) sent.push(now);
        else expect(waitMs).toBeGreaterThan(0);
        now += waitMs > 0 && random() < 0.5 ? waitMs : random() * 3_000 * (1 / perMinute) + 1;
      }
      expect(mostInAMinute(sent)).toBe(perMinute);
      expect(sent.length).toBeGreaterThan(perMinute * 9);
    }
  });
});

describe('the rate of posts at the receiver', () => {
  const cleanUp: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  });

  it('is never above the set one, with two processes that are killed and started again', async () => {
    const perMinute = 240;
    const database = await postgresProcess('a-pass-word');
    cleanUp.push(() => database.dispose());
    await database.start();
    const store = await openStore({
      dataDir: '/nowhere',
      databaseUrl: database.url,
      log: quiet,
      now: Date.now,
    });
    cleanUp.push(() => store.close());
    await store.term.take('a test');
    const target = await platform();
    cleanUp.push(() => target.close());
    const arrivals: number[] = [];
    // As uneven as a network: some answers, and with them their connections, take a while.
    target.answer = (response, received, socket) => {
      arrivals.push(performance.now());
      if (arrivals.length % 5 === 0) setTimeout(() => takes(response, received, socket), 300);
      else takes(response, received, socket);
    };
    for (let i = 0; i < 400; i++)
      await store.record([opened(aSignal({ symbol: `RATE${i}` }))], ['community']);
    const run = () => {
      const settings = { databaseUrl: database.url, url: target.url, perMinute };
      const made = child('post-at-rate.ts', [JSON.stringify(settings)]);
      cleanUp.push(async () => void made.process.kill('SIGKILL'));
      return made;
    };
    const random = seededRandom(240);
    const workers = [run(), run()];
    for (const worker of workers) await worker.line();
    await until(() => arrivals.length > 0);
    let kills = 0;
    const begun = performance.now();
    while (performance.now() - begun < 90_000 && arrivals.length < 395) {
      await new Promise((done) => setTimeout(done, 2_000 + random() * 6_000));
      const which = kills % 2;
      workers[which]!.process.kill('SIGKILL');
      await workers[which]!.ended;
      const next = run();
      workers[which] = next;
      await next.line();
      kills += 1;
    }
    const most = mostInAMinute(arrivals);
    console.log(`${arrivals.length} posts, ${kills} kills, at most ${most} in a minute of ${perMinute}`);
    expect(kills).toBeGreaterThan(3);
    expect(arrivals.length).toBeGreaterThan(perMinute / 2);
    expect(most).toBeLessThanOrEqual(perMinute);
  });
});
