import { Subject, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  createWatchList,
  type LostSymbol,
  type SymbolVerdict,
} from '../../../streams/provider/watch-list.ts';

function setup(max = 3, isNeeded = (_symbol: string) => false) {
  const clock = new VirtualTimeScheduler();
  const verdicts$ = new Subject<SymbolVerdict>();
  const list = createWatchList({ clock, always: ['BTCUSD'], max, verdicts$, isNeeded });
  const pass = (ms: number) => {
    clock.maxFrames = clock.frame + ms;
    clock.schedule(() => {}, ms);
    clock.flush();
  };
  const names = () => [...list.current()];
  const watched = async (symbol: string, accepted: boolean) => {
    const answer = list.watch(symbol);
    verdicts$.next({ symbol, word: accepted ? 'accepted' : 'refused' });
    return answer;
  };
  const lost: LostSymbol[] = [];
  list.lost$.subscribe((one) => lost.push(one));
  /** Requested without an answer: admitted provisionally. */
  const trusted = async (symbol: string) => {
    const answer = list.watch(symbol);
    pass(5_000);
    return answer;
  };
  return { list, pass, names, watched, trusted, lost, verdicts$ };
}

describe('createWatchList', () => {
  it('always watches the configured symbols', async () => {
    const { list, names, pass } = setup();
    expect(await list.watch('BTCUSD')).toBe('ok');
    list.release('BTCUSD');
    pass(700_000);
    expect(names()).toEqual(['BTCUSD']);
  });

  it('adds a symbol the provider accepts and drops it ten minutes after its last reference', async () => {
    const { list, names, pass, watched } = setup();
    expect(await watched('AAPL', true)).toBe('ok');
    expect(await list.watch('AAPL')).toBe('ok');
    list.release('AAPL');
    pass(700_000);
    expect(names()).toEqual(['BTCUSD', 'AAPL']);
    list.release('AAPL');
    pass(599_000);
    expect(names()).toEqual(['BTCUSD', 'AAPL']);
    pass(1_000);
    expect(names()).toEqual(['BTCUSD']);
  });

  it('keeps a symbol while it is needed', async () => {
    let isNeeded = true;
    const { list, names, pass, watched } = setup(3, () => isNeeded);
    await watched('AAPL', true);
    list.release('AAPL');
    pass(700_000);
    expect(names()).toEqual(['BTCUSD', 'AAPL']);
    isNeeded = false;
    pass(600_000);
    expect(names()).toEqual(['BTCUSD']);
  });

  it('keeps a symbol that is wanted again in time', async () => {
    const { list, names, pass, watched } = setup();
    await watched('AAPL', true);
    list.release('AAPL');
    pass(300_000);
    expect(await list.watch('AAPL')).toBe('ok');
    pass(700_000);
    expect(names()).toEqual(['BTCUSD', 'AAPL']);
  });

  it("answers all who asked with the provider's refusal, and drops the symbol", async () => {
    const { list, names, verdicts$ } = setup();
    const first = list.watch('NOPE');
    const second = list.watch('NOPE');
    verdicts$.next({ symbol: 'NOPE', word: 'refused' });
    expect(await Promise.all([first, second])).toEqual(['symbol_unknown', 'symbol_unknown']);
    expect(names()).toEqual(['BTCUSD']);
  });

  it('requests a refused symbol again only after a while', async () => {
    const { list, watched, pass } = setup();
    await watched('NOPE', false);
    expect(await list.watch('NOPE')).toBe('symbol_unknown');
    pass(600_000);
    expect(await watched('NOPE', true)).toBe('ok');
  });

  it('limits the number of new symbols requested in a minute', async () => {
    const { watched, names } = setup();
    const answers = [];
    for (let i = 0; i < 100; i++) answers.push(await watched(`S${i}`, false));
    expect(answers.filter((answer) => answer === 'symbol_unknown')).toHaveLength(30);
    expect(names()).toEqual(['BTCUSD']);
  });

  it('admits a symbol without an answer', async () => {
    const { list, names, pass } = setup();
    const answer = list.watch('AAPL');
    pass(5_000);
    expect(await answer).toBe('ok');
    expect(names()).toEqual(['BTCUSD', 'AAPL']);
  });

  it('follows a symbol from the provider’s answer on, or at once where it is needed', async () => {
    const { list, trusted, verdicts$ } = setup(5, (symbol) => symbol === 'OPEN');
    const followed = () => [...list.followed()];
    for (const symbol of ['AAPL', 'OPEN', 'MUTE', 'NOPE']) expect(await trusted(symbol)).toBe('ok');
    expect(followed()).toEqual(['BTCUSD', 'OPEN']);
    verdicts$.next({ symbol: 'AAPL', word: 'accepted' });
    verdicts$.next({ symbol: 'MUTE', word: 'unanswered' });
    verdicts$.next({ symbol: 'NOPE', word: 'refused' });
    expect(followed()).toEqual(['BTCUSD', 'OPEN', 'AAPL', 'MUTE']);
  });

  it('drops a provisional symbol that the provider refuses after its outage', async () => {
    const { list, names, trusted, lost, verdicts$ } = setup();
    await trusted('NOPE');
    expect([names(), lost]).toEqual([['BTCUSD', 'NOPE'], []]);
    verdicts$.next({ symbol: 'NOPE', word: 'refused' });
    expect(names()).toEqual(['BTCUSD']);
    expect(lost).toEqual([{ symbol: 'NOPE', why: 'symbol_unknown' }]);
    // A late release of its client changes nothing.
    list.release('NOPE');
    expect(await list.watch('NOPE')).toBe('symbol_unknown');
  });

  it('keeps an accepted symbol, whatever the provider answers later', async () => {
    const { names, watched, lost, verdicts$ } = setup();
    await watched('AAPL', true);
    verdicts$.next({ symbol: 'AAPL', word: 'refused' });
    expect([names(), lost]).toEqual([['BTCUSD', 'AAPL'], []]);
  });

  it('displaces the oldest provisional symbol after a minute, never an accepted one', async () => {
    const { list, names, watched, trusted, lost, pass } = setup(4);
    await watched('AAPL', true);
    await trusted('FIRST');
    await trusted('SECOND');
    expect(await list.watch('MSFT')).toBe('symbol_limit');
    pass(60_000);
    expect(await trusted('MSFT')).toBe('ok');
    expect(names()).toEqual(['BTCUSD', 'AAPL', 'SECOND', 'MSFT']);
    expect(lost).toEqual([{ symbol: 'FIRST', why: 'symbol_limit' }]);
    expect(await watched('SECOND', true)).toBe('ok');
    expect(await watched('MSFT', true)).toBe('ok');
    pass(120_000);
    expect(await list.watch('TSLA')).toBe('symbol_limit');
  });

  it('refuses a symbol that the plan has no room for', async () => {
    const { list, watched } = setup(2);
    await watched('AAPL', true);
    expect(await list.watch('MSFT')).toBe('symbol_limit');
    expect(await list.watch('AAPL')).toBe('ok');
  });
});
