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
  /** Asked for while nobody answers: let in on trust. */
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

  it('keeps a symbol somebody came back for', async () => {
    const { list, names, pass, watched } = setup();
    await watched('AAPL', true);
    list.release('AAPL');
    pass(300_000);
    expect(await list.watch('AAPL')).toBe('ok');
    pass(700_000);
    expect(names()).toEqual(['BTCUSD', 'AAPL']);
  });

  it('tells everybody who asked that the provider refused, and forgets the symbol', async () => {
    const { list, names, verdicts$ } = setup();
    const first = list.watch('NOPE');
    const second = list.watch('NOPE');
    verdicts$.next({ symbol: 'NOPE', word: 'refused' });
    expect(await Promise.all([first, second])).toEqual(['symbol_unknown', 'symbol_unknown']);
    expect(names()).toEqual(['BTCUSD']);
  });

  it('asks the provider again about a refused symbol only after a while', async () => {
    const { list, watched, pass } = setup();
    await watched('NOPE', false);
    expect(await list.watch('NOPE')).toBe('symbol_unknown');
    pass(600_000);
    expect(await watched('NOPE', true)).toBe('ok');
  });

  it('does not pass a flood of names on to the provider', async () => {
    const { watched, names } = setup();
    const answers = [];
    for (let i = 0; i < 100; i++) answers.push(await watched(`S${i}`, false));
    expect(answers.filter((answer) => answer === 'symbol_unknown')).toHaveLength(30);
    expect(names()).toEqual(['BTCUSD']);
  });

  it('takes a symbol without a verdict as known', async () => {
    const { list, names, pass } = setup();
    const answer = list.watch('AAPL');
    pass(5_000);
    expect(await answer).toBe('ok');
    expect(names()).toEqual(['BTCUSD', 'AAPL']);
  });

  it('follows a symbol from the provider’s word on, or at once where it is needed', async () => {
    const { list, trusted, verdicts$ } = setup(5, (symbol) => symbol === 'OPEN');
    const followed = () => [...list.followed()];
    for (const symbol of ['AAPL', 'OPEN', 'MUTE', 'NOPE']) expect(await trusted(symbol)).toBe('ok');
    expect(followed()).toEqual(['BTCUSD', 'OPEN']);
    verdicts$.next({ symbol: 'AAPL', word: 'accepted' });
    verdicts$.next({ symbol: 'MUTE', word: 'unanswered' });
    verdicts$.next({ symbol: 'NOPE', word: 'refused' });
    expect(followed()).toEqual(['BTCUSD', 'OPEN', 'AAPL', 'MUTE']);
  });

  it('takes a symbol back that the provider, when it is there again, refuses', async () => {
    const { list, names, trusted, lost, verdicts$ } = setup();
    await trusted('NOPE');
    expect([names(), lost]).toEqual([['BTCUSD', 'NOPE'], []]);
    verdicts$.next({ symbol: 'NOPE', word: 'refused' });
    expect(names()).toEqual(['BTCUSD']);
    expect(lost).toEqual([{ symbol: 'NOPE', why: 'symbol_unknown' }]);
    // What its client still releases is owed to nobody.
    list.release('NOPE');
    expect(await list.watch('NOPE')).toBe('symbol_unknown');
  });

  it('keeps one that the provider knew, whatever it says of it later', async () => {
    const { names, watched, lost, verdicts$ } = setup();
    await watched('AAPL', true);
    verdicts$.next({ symbol: 'AAPL', word: 'refused' });
    expect([names(), lost]).toEqual([['BTCUSD', 'AAPL'], []]);
  });

  it('lets the symbol that was on trust for longest give way after a minute, never a known one', async () => {
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

  it('refuses what the plan has no room for', async () => {
    const { list, watched } = setup(2);
    await watched('AAPL', true);
    expect(await list.watch('MSFT')).toBe('symbol_limit');
    expect(await list.watch('AAPL')).toBe('ok');
  });
});
