import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type Store } from '../../store/open-store.ts';
import { type HeldTerm, holdTerm, type HoldTermOptions } from '../../store/term/hold-term.ts';
import { quiet, temporaryFolder } from '../support/services/database.ts';
import { type FaultProxy, startFaultProxy } from '../support/services/fault-proxy.ts';
import { type PostgresProcess, postgresProcess } from '../support/services/postgres.ts';
import { patience } from '../support/patience.ts';
import { until } from '../support/until.ts';

const silentMs = 900;
// Far enough apart that a busy machine keeps their order.
const idleMs = 3000;

describe('holdTerm', () => {
  let database: PostgresProcess;
  let proxy: FaultProxy;
  let store: Store;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let through: string;
  let count = 0;
  const places: HeldTerm[] = [];
  const candidate = (over: Partial<HoldTermOptions> = {}) => {
    const events: string[] = [];
    const holder = `process ${++count}`;
    const place = holdTerm({
      connection: { connectionString: database.url },
      holder,
      log: quiet,
      beatEveryMs: 100,
      askEveryMs: 30,
      silentMs,
      idleMs,
      onHeld: () => events.push('held'),
      onLost: (why) => events.push(`lost: ${why}`),
      ...over,
    });
    places.push(place);
    return { place, holder, events, holds: () => until(() => place.term()) };
  };
  const run = async (text: string) => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      return (await client.query(text)).rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  };
  /** A transaction of a former holder, which keeps the next from raising the term. */
  const longWrite = async () => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query('begin; select from ingest_term for share');
    return { end: () => client.end() };
  };
  const raiseWaits = () =>
    until(async () => {
      const waiting = await run(
        `select from pg_stat_activity where wait_event_type = 'Lock' and query like 'update ingest_term%'`,
      );
      return waiting.length > 0;
    });
  const sessions = () =>
    run(
      `select pid from pg_stat_activity where application_name = 'anso-vision ingest' and pid <> pg_backend_pid()`,
    );

  beforeAll(async () => {
    database = await postgresProcess('secret');
    await database.start();
    folder = await temporaryFolder();
    store = await openStore({ dataDir: folder.path, databaseUrl: database.url, log: quiet, now: Date.now });
    proxy = await startFaultProxy({ target: Number(new URL(database.url).port) });
    const url = new URL(database.url);
    url.port = String(proxy.port);
    through = url.href;
  });
  afterEach(async () => {
    proxy.faults.blackhole = false;
    proxy.faults.refuse = false;
    for (const place of places.splice(0)) await place.close();
    await until(async () => (await sessions()).length === 0);
  });
  afterAll(async () => {
    await proxy.close();
    await store.close();
    await database.dispose();
    await folder.remove();
  });

  it('has one holder at a time, known to the others', async () => {
    const all = [candidate(), candidate(), candidate()];
    const held = await until(() => all.find(({ place }) => place.term() !== undefined));
    const others = all.filter((one) => one !== held);
    await until(() => others.every(({ place }) => place.holder() === held.holder));
    expect(all.map(({ events }) => events.length).toSorted((a, b) => a - b)).toEqual([0, 0, 1]);
  });

  it('is given back at once by a planned stop, while its process lives, and the next term is higher', async () => {
    const first = candidate();
    const term = await first.holds();
    const second = candidate();
    await until(() => second.place.holder() === first.holder);
    const stopped = performance.now();
    await first.place.close();
    expect(await second.holds()).toBeGreaterThan(term);
    // Far sooner than the database gives up a silent session.
    expect(performance.now() - stopped).toBeLessThan((idleMs / 2) * patience());
    expect(first.events).toEqual(['held']);
  });

  it('outlives its session, and the database, as long as nobody has taken over', async () => {
    const first = candidate();
    const term = await first.holds();
    const [{ pid }] = (await sessions()) as [{ pid: number }];
    await run(`select pg_terminate_backend(${pid})`);
    await until(async () => {
      const found = await sessions();
      return found.length === 1 && found[0]!['pid'] !== pid;
    });
    await database.kill('SIGKILL');
    await new Promise((done) => setTimeout(done, 2 * idleMs));
    await database.start();
    await until(async () => (await sessions()).length === 1);
    const second = candidate();
    await until(() => second.place.holder() === first.holder);
    expect([first.place.term(), first.events]).toEqual([term, ['held']]);
  });

  it('goes over from one that is cut off without a word, which has stopped before', async () => {
    const order: string[] = [];
    const first = candidate({
      connection: { connectionString: through },
      mayGoOn: () => false,
      onLost: (why) => order.push(why),
    });
    await first.holds();
    const second = candidate({ onHeld: () => order.push('next') });
    await until(() => second.place.holder() === first.holder);
    const cut = performance.now();
    proxy.faults.blackhole = true;
    await until(() => order.length === 2);
    expect(order).toEqual([expect.stringMatching(/^nobody has confirmed for/), 'next']);
    expect(performance.now() - cut).toBeLessThan(3 * idleMs * patience());
    expect(first.place.term()).toBeUndefined();
  });

  it('asks again and again for other word while it is cut off, and is told by the database when it is back', async () => {
    let asked = 0;
    const first = candidate({
      connection: { connectionString: through },
      mayGoOn: () => (asked += 1) > 0,
    });
    const term = await first.holds();
    proxy.faults.blackhole = true;
    await until(() => asked > 3);
    expect(first.place.term()).toBe(term);
    const second = candidate();
    expect(await second.holds()).toBeGreaterThan(term);
    expect(first.events).toEqual(['held']);
    proxy.faults.blackhole = false;
    proxy.cut();
    await until(() => first.events.length > 1);
    expect(first.events).toEqual(['held', `lost: ${second.holder} has taken over`]);
  });

  it('is held by one whose term was long in coming, which has no other word yet', async () => {
    const write = await longWrite();
    const first = candidate({ mayGoOn: () => false });
    await raiseWaits();
    await new Promise((done) => setTimeout(done, 1.5 * silentMs));
    await write.end();
    await first.holds();
    const second = candidate();
    await until(() => second.place.holder() === first.holder);
    expect(first.events).toEqual(['held']);
  });

  it('is not taken by one that is stopped while its term is coming', async () => {
    const write = await longWrite();
    const first = candidate();
    await raiseWaits();
    await first.place.close();
    await write.end();
    await until(async () => (await sessions()).length === 0);
    expect([first.place.term(), first.events]).toEqual([undefined, []]);
  });

  it('is handed over by one that has lost its other ways to one that has them, and kept where nobody has', async () => {
    const unableAfterMs = 2000;
    let isAble = true;
    let asked = performance.now();
    const useless: string[] = [];
    const first = candidate({
      unableAfterMs,
      isAble: () => {
        asked = performance.now();
        return isAble;
      },
      onUseless: () => useless.push('first'),
    });
    const hasBeaten = (afterMs: number) => {
      const from = performance.now();
      return until(() => asked > from + afterMs, 30_000);
    };
    await first.holds();
    const cut = candidate({ unableAfterMs, isAble: () => false, onUseless: () => useless.push('cut') });
    await until(() => cut.place.holder() === first.holder);
    isAble = false;
    await hasBeaten(1.5 * unableAfterMs);
    expect([useless, cut.place.term()]).toEqual([[], undefined]);
    // One that is back first after an outage for all takes nothing from the one that works.
    const second = candidate({ unableAfterMs });
    await until(() => second.place.holder() === first.holder);
    isAble = true;
    await hasBeaten(unableAfterMs);
    expect(useless).toEqual([]);
    isAble = false;
    await until(() => useless.length > 0);
    expect(useless[0]).toBe('first');
    await first.place.close();
    await second.holds();
    expect(cut.place.term()).toBeUndefined();
  });

  it('goes to one that is not able where there is no other', async () => {
    const only = candidate({ isAble: () => false, unableAfterMs: 300 });
    await only.holds();
    expect(only.events).toEqual(['held']);
  });

  it('is lost where another has raised the term without asking for the lock', async () => {
    const first = candidate();
    await first.holds();
    await store.term.take('a server behind a pooler');
    await until(() => first.events.length > 1);
    expect(first.events).toEqual(['held', 'lost: a server behind a pooler has taken over']);
  });
});
