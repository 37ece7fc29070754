import { describe, expect, it } from 'vitest';
import { createStore } from '../../web/src/state/create-store.ts';
import { filterSignals } from '../../web/src/state/filter-signals.ts';
import { keepStore } from '../../web/src/state/keep-store.ts';
import { mergeQuotes } from '../../web/src/state/quotes.ts';
import { parsePanels, panels, resize } from '../../web/src/state/panels.ts';
import { parseSettings } from '../../web/src/state/settings.ts';
import { withFrame, withOutcome, withSignals, type Signals } from '../../web/src/state/signals.ts';
import { feedWord, freshnessOf } from '../../web/src/state/staleness.ts';
import { fixtureDecision, fixtureSignal } from '../e2e/fixture.ts';

const nothing: Signals = { state: 'ready', byId: new Map(), last: new Map(), next: null };

describe('createStore', () => {
  it('notifies of a change once, and not when the value stays', () => {
    const store = createStore(1);
    let told = 0;
    const stop = store.subscribe(() => (told += 1));
    store.set(2);
    store.set(2);
    stop();
    store.set(3);
    expect(told).toBe(1);
  });
});

describe('keepStore', () => {
  const parse = (text: string | null) => Number(text ?? 7);
  const storageOf = (kept: Map<string, string>) =>
    ({
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
    }) as Storage;

  it('fills the store with what was kept, and keeps each change', () => {
    const kept = new Map([['anso-vision.n', '3']]);
    const store = createStore(0);
    keepStore(storageOf(kept), 'n', store, parse);
    expect(store.get()).toBe(3);
    store.set(4);
    expect(kept.get('anso-vision.n')).toBe('4');
  });

  it('does without storage, and with one that is full', () => {
    const full = storageOf(new Map());
    full.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    for (const storage of [null, full]) {
      const store = createStore(0);
      keepStore(storage, 'n', store, parse);
      expect(store.get()).toBe(7);
      store.set(8);
      expect(store.get()).toBe(8);
    }
  });
});

describe('mergeQuotes', () => {
  const frame = (price: number, timestamp: number) => ({ symbol: 'BTCUSD', price, timestamp });
  it('knows the way of the last move and leaves older prices out', () => {
    const first = mergeQuotes(new Map(), [frame(10, 1)]);
    const second = mergeQuotes(first, [frame(9, 2)]);
    expect(second.get('BTCUSD')).toEqual({ price: 9, direction: 'down', eventTime: 2 });
    expect(mergeQuotes(second, [frame(50, 1)]).get('BTCUSD')?.price).toBe(9);
    expect(mergeQuotes(second, [frame(9, 3)]).get('BTCUSD')?.direction).toBe('down');
  });
});

describe('signals', () => {
  const buy = fixtureSignal('a', 'BTCUSD', '1h', 3_600_000, 'BUY', 100);
  const place = { epoch: 'e', offset: 1, timestamp: 1, signal_changed: true, type: 'signal_update' } as const;
  it('are kept newest first, each once', () => {
    const later = fixtureSignal('b', 'BTCUSD', '1h', 7_200_000, 'SELL', 100);
    expect([...withSignals(withSignals(nothing, [buy, later]), [buy]).byId.keys()]).toEqual(['b', 'a']);
  });
  it('keep their outcome', () => {
    const outcome = fixtureSignal('a', 'BTCUSD', '1h', 1, 'BUY', 100, 'tp').outcome!;
    const known = withOutcome(withSignals(nothing, [buy]), 'a', outcome);
    expect(known.byId.get('a')).toMatchObject({ status: 'tp', outcome });
    expect(withOutcome(nothing, 'a', outcome)).toBe(nothing);
  });
  it('do not let an older state replace the latest', () => {
    const wait = fixtureDecision('BTCUSD', '1h', 7_200_000);
    const after = withFrame(nothing, { ...place, symbol: 'BTCUSD', timeframe: '1h', signal: wait });
    expect(withFrame(after, { ...place, symbol: 'BTCUSD', timeframe: '1h', signal: buy })).toBe(after);
  });
  it('are filtered by all words together, and hidden symbols do not show', () => {
    const all = [buy, fixtureSignal('c', 'EURUSD', '1h', 1, 'BUY', 1, 'sl')];
    const none = { symbol: '', timeframe: '', side: '', status: '' } as const;
    expect(filterSignals(all, none, ['EURUSD'])).toEqual([buy]);
    expect(filterSignals(all, { ...none, side: 'BUY', status: 'sl' }, [])).toEqual([all[1]]);
  });
});

describe('parseSettings', () => {
  it('takes what it knows and defaults the rest', () => {
    const text = JSON.stringify({ theme: 'light', timeZone: 'Mars/Olympus', hidden: ['A', 3], sound: false });
    expect(parseSettings(text)).toMatchObject({
      theme: 'light',
      timeZone: 'local',
      hidden: ['A'],
      sound: false,
    });
  });
  it.each([null, '', 'null', '[]', '{"hidden":7}', 'not json'])('survives %s', (text) => {
    expect(parseSettings(text)).toMatchObject({ theme: 'system', hidden: [], muted: [] });
  });
});

describe('staleness', () => {
  const feed = { link: 'open', linkSince: 1, state: 'live', since: 2 } as const;
  it('is bad where the server or its provider is away, whichever is worse', () => {
    expect(feedWord(feed).tone).toBe('good');
    expect(feedWord({ ...feed, link: 'lost' })).toMatchObject({ tone: 'bad', since: 1 });
    expect(feedWord({ ...feed, state: 'disconnected', reason: 'reset' }).sentence).toContain(
      'Reason: reset.',
    );
  });
  it('does not call a price of a closed market stale', () => {
    expect(freshnessOf(3_600_000, true)).toBe('closed');
    expect(freshnessOf(60_000, false)).toBe('stale');
    expect(freshnessOf(15_000, false)).toBe('ageing');
  });
});

describe('panels', () => {
  it('keep what was chosen, within its bounds, and nothing else', () => {
    const untouched = { size: null, isFolded: false };
    const nobody = { market: untouched, signals: untouched, results: untouched };
    expect(
      parsePanels('{"market":{"size":300,"isFolded":true},"signals":{"size":9},"results":7,"x":1}'),
    ).toEqual({
      ...nobody,
      market: { size: 300, isFolded: true },
    });
    for (const text of [null, '', '[', '3', 'null']) expect(parsePanels(text)).toEqual(nobody);
    resize('results', -5);
    expect(panels.get().results).toEqual({ size: 120, isFolded: false });
    resize('results', 1e9);
    expect(panels.get().results.size).toBe(900);
  });
});
