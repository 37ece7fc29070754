import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../sinks/feeds/feed-server.ts';
import { joinSymbols } from '../../../sinks/feeds/join-symbols.ts';
import type { WatchAnswer } from '../../../schema/symbol/watch-answer.ts';
import { symbolInterest } from '../../../sinks/feeds/symbol-interest.ts';

describe('joinSymbols', () => {
  it('does not count a symbol that was taken back while others were waited for', async () => {
    const slow = Promise.withResolvers<WatchAnswer>();
    const interest = symbolInterest<Connection<null>>({
      watch: (symbol) => (symbol === 'SLOW' ? slow.promise : Promise.resolve('ok')),
      release: () => {},
    });
    const told: string[] = [];
    const connection = {
      isOpen: true,
      fail: (code: string) => told.push(code),
    } as unknown as Connection<null>;
    const joining = joinSymbols(interest, connection, ['SHORT', 'SLOW']);
    await new Promise(setImmediate);
    expect([...interest.expel('SHORT')]).toEqual([connection]);
    slow.resolve('ok');
    const { symbols, complain } = await joining;
    expect(symbols).toEqual(['SLOW']);
    // Whoever took it back has told so.
    complain();
    expect(told).toEqual([]);
  });
});
