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

describe('a watch list without room', () => {
  const seated = async (max: number, ...places: readonly (readonly [symbol: string, address: string])[]) => {
    const made = setup(max);
    for (const [symbol, address] of places) {
      const answer = made.list.watch(symbol, address);
      made.verdicts$.next({ symbol, word: 'accepted' });
      expect(await answer).toBe('ok');
    }
    const asks = async (symbol: string, address: string) => {
      const answer = made.list.watch(symbol, address);
      made.verdicts$.next({ symbol, word: 'accepted' });
      return answer;
    };
    return { ...made, asks };
  };

  it('lets the guest go that has been idle for longest, whose it was does not matter', async () => {
    const { list, pass, names, asks, lost } = await seated(4, ['AAPL', 'a'], ['MSFT', 'a'], ['NVDA', 'b']);
    list.release('NVDA', 'b');
    pass(1_000);
    list.release('AAPL', 'a');
    expect(await asks('TSLA', 'c')).toBe('ok');
    expect(names()).toEqual(['BTCUSD', 'AAPL', 'MSFT', 'TSLA']);
    expect(await asks('META', 'a')).toBe('ok');
    expect(names()).toEqual(['BTCUSD', 'MSFT', 'TSLA', 'META']);
    expect(lost).toEqual([]);
  });

  it('gives others a share of what one address holds, the newest places first, down to as many as theirs', async () => {
    const { names, asks, lost } = await seated(5, ['A1', 'a'], ['A2', 'a'], ['A3', 'a'], ['A4', 'a']);
    expect(await asks('B1', 'b')).toBe('ok');
    expect(await asks('B2', 'b')).toBe('ok');
    expect(lost.map(({ symbol, why }) => `${symbol} ${why}`)).toEqual(['A4 symbol_limit', 'A3 symbol_limit']);
    expect(await asks('B3', 'b')).toBe('symbol_limit');
    expect(await asks('C1', 'c')).toBe('ok');
    expect(names()).toHaveLength(5);
    expect(await asks('A9', 'a')).toBe('symbol_limit');
  });

  it('takes the places that nobody else shares first', async () => {
    const { list, asks, lost } = await seated(4, ['A1', 'a'], ['A2', 'a'], ['A3', 'a']);
    expect(await list.watch('A3', 'b')).toBe('ok');
    expect(await asks('C1', 'c')).toBe('ok');
    expect(lost.map(({ symbol }) => symbol)).toEqual(['A2']);
  });

  it('keeps what must stay, whoever holds the most', async () => {
    const made = setup(3, () => true);
    for (const symbol of ['A1', 'A2']) expect(await made.watched(symbol, true)).toBe('ok');
    expect(await made.list.watch('C1', 'c')).toBe('symbol_limit');
  });

  it('leaves a third of the requests of a minute to those who have asked for little', async () => {
    const { list, pass } = setup(100);
    const asks = (count: number, address: string) =>
      Promise.all(
        Array.from({ length: count }, (_, i) => {
          const answer = list.watch(`${address}${i}`, address);
          return answer;
        }),
      );
    const many = asks(30, 'a');
    const few = asks(6, 'b');
    pass(5_000);
    expect((await many).filter((answer) => answer === 'ok')).toHaveLength(20);
    expect((await few).filter((answer) => answer === 'ok')).toHaveLength(5);
  });
});
