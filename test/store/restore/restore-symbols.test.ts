import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Candle, CandleSource, VolumeKind } from '../../../schema/candle.ts';
import type { SignalEvent, Withheld } from '../../../schema/signal-event.ts';
import type { Decision } from '../../../schema/signal.ts';
import type { FollowedChange } from '../../../schema/strategies/experience.ts';
import type { Store } from '../../../store/open-store.ts';
import { candleAt, decisionOf, minute } from '../../operators/signals/signal-samples.ts';
import { temporaryStore } from '../../support/services/database.ts';
import { aSignal, opened } from '../../support/signals.ts';

const hour = 60 * minute;
const day = 24 * hour;
const now = Math.floor(Date.now() / day) * day + 12 * hour + 10 * minute;

const ended = (id: string) =>
  ({
    kind: 'resolved',
    id,
    symbol: 'BTCUSD',
    timeframe: '1h',
    outcome: {
      status: 'tp',
      price: 110,
      resolved_at: now,
      mfe: 1,
      mae: 0,
      mfe_r: 1,
      mae_r: 0,
      r: 1,
      ambiguous: false,
    },
  }) as never;

describe('restoreSymbols', () => {
  let store: Store;
  let dispose: () => Promise<void>;
  const query = {
    symbol: 'BTCUSD',
    timeframes: ['1min', '1h'] as const,
    historySize: 3,
    formingFrom: now - 10 * minute,
    now,
  };
  beforeAll(async () => {
    ({ store, dispose } = await temporaryStore());
    const candles = Array.from({ length: 400 }, (_, i) => candleAt(now - (i + 1) * minute, 100));
    const hours = Array.from({ length: 5 }, (_, i) =>
      candleAt(now - 10 * minute - (i + 1) * hour, 100, { timeframe: '1h' }),
    );
    await store.candles.save([...candles, ...hours, { ...candles[0]!, symbol: 'ETHUSD' }]);
  });
  afterAll(() => dispose());
  const restore = async ({
    symbol,
    formingFrom,
    ...options
  }: Omit<typeof query, 'symbol'> & { symbol: string }) =>
    (await store.restore([{ symbol, formingFrom }], options))[0]!();

  it('gives of many symbols at once what it gives of each alone, in their order', async () => {
    const symbols = ['ETHUSD', 'NEW', 'BTCUSD'];
    const { formingFrom, ...options } = query;
    const unpacked = await store.restore(
      symbols.map((symbol) => ({ symbol, formingFrom })),
      options,
    );
    const all = unpacked.map((unpack) => unpack());
    expect(all).toEqual(await Promise.all(symbols.map((symbol) => restore({ ...query, symbol }))));
    expect(all.map(({ minutes }) => minutes.length)).toEqual([1, 0, 10]);
  });

  it('gives every field of a candle as it was stored', async () => {
    const odd: Candle[] = VolumeKind.options.flatMap((volumeKind, i) =>
      CandleSource.options.map((source, j) =>
        candleAt(now - (4 * i + j + 1) * hour, 0.1 + 0.2, {
          timeframe: '4h',
          symbol: 'ODD',
          volumeKind,
          source,
          complete: j % 2 === 0,
          high: 1e-300,
          low: -1 / 3,
          volume: 2 ** 60,
          longestSilenceMs: 0.125 * i,
          ticks: 2 ** 31 - 1,
          lateTicks: j,
          revision: i,
        }),
      ),
    );
    await store.candles.save(odd);
    const { candles } = await restore({
      ...query,
      symbol: 'ODD',
      timeframes: ['4h'] as never,
      historySize: 99,
    });
    expect(candles.get('4h')).toEqual(odd.toReversed());
    expect(candles.get('4h')).toEqual(await store.candles.latest('ODD', '4h', 99));
  });

  it('gives what the candidates of each assignment have taught, as its last live decision had it', async () => {
    const experience = {
      version: 1,
      direction: 0.1,
      neither: -1 / 3,
      directionWeight: 13,
      neitherWeight: 14,
      n: 2.5,
    };
    const decided = (
      at: number,
      over: Partial<Decision>,
      options: object = {},
      followed?: FollowedChange,
    ): SignalEvent => ({
      kind: 'decided',
      followed,
      decision: { ...decisionOf('WAIT', at, { symbol: 'LEARNT' }), lineage: { options }, ...over },
      changed: false,
      timely: true,
    });
    const mine = { assignment: 'mine', strategy: 'regime', mode: 'paper', version: '1' } as const;
    const young = { ...mine, assignment: 'young' };
    const longText = Buffer.alloc(3_000, 7).toString('base64');
    /** Candidates by their name, in its order. */
    const followedTo = (until: number, texts: Record<string, string>): FollowedChange => ({
      following: { version: 1, until, since: null, taken: [[1, 0]] },
      isSwept: false,
      changed: Object.entries(texts).map(([name, text]) => ({
        from: until - (name === 'early' ? 1 : 0),
        expiresAt: now + minute,
        text,
      })),
    });
    await store.record(
      [
        decided(
          now - 3 * minute,
          {},
          { experience: { ...experience, n: 1 } },
          followedTo(now - 3 * minute, { early: 'AAAA' }),
        ),
        decided(now - 3 * minute, mine, { experience: { ...experience, n: 7 } }),
        decided(now - 2 * minute, {}, { experience }, followedTo(now - 2 * minute, { late: 'BBBB' })),
        decided(now - 2 * minute, young, {}, followedTo(now - 2 * minute, { one: longText })),
      ],
      [],
      [],
    );
    // A posted close knows of none, and takes none away.
    await store.record([decided(now - minute, {}, { costBps: 2 })], [], []);
    const broken = { assignment: 'broken', strategy: 'regime', mode: 'paper', version: '1' } as const;
    await store.record([decided(now - minute, broken, { experience: { n: 1 } })], [], []);
    const { experience: kept, signals } = await restore({ ...query, symbol: 'LEARNT' });
    expect(kept).toMatchObject([
      { timeframe: '1min', assignment: 'broken', experience: undefined, following: undefined },
      { timeframe: '1min', assignment: 'mine', experience: { ...experience, n: 7 }, candidates: undefined },
      { timeframe: '1min', assignment: 'regime', experience, candidates: 'AAAABBBB' },
      { timeframe: '1min', assignment: 'young', experience: undefined },
    ]);
    expect(kept.map(({ following }) => following?.until)).toEqual([
      undefined,
      undefined,
      now - 2 * minute,
      now - 2 * minute,
    ]);
    // PostgreSQL breaks the lines of a long text.
    expect(Buffer.from(kept[3]!.candidates!, 'base64').toString('base64')).toBe(longText);
    expect(signals.decisions.map(({ close_time }) => close_time)).toEqual([
      now - minute,
      now - 3 * minute,
      now - minute,
      now - 2 * minute,
    ]);
  });

  it('gives the candidates whose horizon is not over, as they are now known, and sweeps the others of their place', async () => {
    const at = (
      close: number,
      symbol: string,
      changed: FollowedChange['changed'],
      over: Partial<FollowedChange> = {},
    ): SignalEvent => ({
      kind: 'decided',
      decision: decisionOf('WAIT', close, { symbol }),
      changed: false,
      timely: true,
      followed: {
        following: { version: 1, until: close, since: null, taken: [] },
        changed,
        isSwept: false,
        ...over,
      },
    });
    const one = { from: now - minute, expiresAt: now, text: 'AAAA' };
    const two = { from: now - minute + 1, expiresAt: now + minute, text: 'BBBB' };
    const ahead = { from: now + 5 * minute, expiresAt: now + 9 * minute, text: 'EEEE' };
    const candidatesOf = async (symbol: string) =>
      (await restore({ ...query, symbol })).experience.map(({ candidates }) => candidates);
    for (const symbol of ['SWEPT', 'OTHER'])
      await store.record([at(now - minute + 1, symbol, [one, two, ahead])], [], []);
    expect(await candidatesOf('SWEPT')).toEqual(['AAAABBBB']);
    await store.record([at(now, 'SWEPT', [{ ...two, text: 'CCCC' }], { isSwept: true })], [], []);
    expect(await candidatesOf('SWEPT')).toEqual(['CCCC']);
    expect(await candidatesOf('OTHER')).toEqual(['AAAABBBB']);
    // Nothing of before is left of the place.
    await store.record([at(now + 8 * minute, 'SWEPT', []), at(now + 8 * minute, 'OTHER', [])], [], []);
    expect(await candidatesOf('SWEPT')).toEqual([undefined]);
    expect(await candidatesOf('OTHER')).toEqual(['EEEE']);
    // What bytes of another version mean nobody knows any more.
    const newer = { following: { version: 2, until: now + 8 * minute, since: null, taken: [] } };
    await store.record([at(now + 8 * minute, 'OTHER', [], newer)], [], []);
    expect(await candidatesOf('OTHER')).toEqual([undefined]);
  });

  it('of a symbol that nobody knows gives nothing', async () => {
    const restored = await restore({ ...query, symbol: 'NEW' });
    expect(restored).toEqual({
      candles: new Map([
        ['1min', []],
        ['1h', []],
      ]),
      empty: new Map([
        ['1min', new Set()],
        ['1h', new Set()],
      ]),
      minutes: [],
      experience: [],
      signals: { signals: [], ghosts: [], decisions: [], withheld: [], minutes: [] },
    });
  });

  it('gives the newest candles of each timeframe, and the minutes of the forming window, oldest first', async () => {
    const { candles, minutes, signals } = await restore(query);
    const opens = (timeframe: '1min' | '1h') =>
      candles.get(timeframe)!.map((candle) => (now - candle.openTime) / minute);
    expect(opens('1min')).toEqual([3, 2, 1]);
    expect(opens('1h')).toEqual([190, 130, 70]);
    expect(minutes.map(({ openTime }) => (now - openTime) / minute)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(minutes.map(({ symbol }) => symbol)).not.toContain('ETHUSD');
    // Nothing is followed: no minute is needed to judge it.
    expect(signals.minutes).toEqual([]);
  });

  it('knows the windows that REST confirmed empty, as far back as a history can reach', async () => {
    await store.candles.saveEmpty('BTCUSD', '1min', [now - 3 * hour, now - 700 * day]);
    const { empty } = await restore(query);
    expect(empty.get('1min')).toEqual(new Set([now - 3 * hour]));
    expect(empty.get('1h')).toEqual(new Set());
  });

  it('gives what was issued within a day, and every open signal however old, of this symbol alone', async () => {
    const issue = (createdAt: number, over = {}) =>
      aSignal({
        symbol: 'BTCUSD',
        created_at: createdAt,
        close_time: createdAt,
        expires_at: now + day,
        ...over,
      });
    const oldOpen = issue(now - 9 * day, { timeframe: '4h' });
    const oldEnded = issue(now - 8 * day);
    const recentEnded = issue(now - 2 * hour);
    const foreign = issue(now - hour, { symbol: 'ETHUSD' });
    await store.record([opened(oldOpen), opened(oldEnded), ended(oldEnded.id)], []);
    await store.record([opened(recentEnded), ended(recentEnded.id), opened(foreign)], []);
    const { signals } = await restore(query);
    expect(new Map(signals.signals.map(({ id, status }) => [id, status]))).toEqual(
      new Map([
        [oldOpen.id, 'open'],
        [recentEnded.id, 'tp'],
      ]),
    );
    // From the oldest open one on, as far as there are any.
    expect(signals.minutes).toHaveLength(400);
  });

  it('gives the last decisions and what gates withheld, of this symbol alone', async () => {
    const withheld: Withheld = {
      id: 'w1',
      symbol: 'BTCUSD',
      timeframe: '1h',
      gate: 'news',
      reason: 'a report',
      signal_type: 'BUY',
      entry: 100,
      tp: 110,
      sl: 95,
      confidence: 0.5,
      close_time: now - hour,
      created_at: now - hour,
      expires_at: now + day,
      horizon_bars: 24,
    };
    const decisions = [
      decisionOf('WAIT', now - hour),
      decisionOf('WAIT', now - minute),
      decisionOf('WAIT', now, { symbol: 'ETHUSD' }),
    ];
    await store.record(
      [
        ...decisions.map(
          (decision) => ({ kind: 'decided', decision, changed: false, timely: true }) as const,
        ),
        { kind: 'withheld', withheld },
        { kind: 'withheld', withheld: { ...withheld, id: 'w2', symbol: 'ETHUSD' } },
      ],
      [],
    );
    const { signals } = await restore(query);
    expect(signals.decisions.map(({ close_time }) => close_time)).toEqual([now - minute]);
    expect(signals.withheld).toEqual([withheld]);
  });
});
