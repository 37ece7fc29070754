import { Subject, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createWatchList, type SymbolVerdict } from '../../streams/watch-list.ts';

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
    verdicts$.next({ symbol, accepted });
    return answer;
  };
  return { list, pass, names, watched, verdicts$ };
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
    verdicts$.next({ symbol: 'NOPE', accepted: false });
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

  it('refuses what the plan has no room for', async () => {
    const { list, watched } = setup(2);
    await watched('AAPL', true);
    expect(await list.watch('MSFT')).toBe('symbol_limit');
    expect(await list.watch('AAPL')).toBe('ok');
  });
});
