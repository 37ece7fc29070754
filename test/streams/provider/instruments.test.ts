import { describe, expect, it } from 'vitest';
import { createInstruments } from '../../../streams/provider/instruments.ts';

function book() {
  const instruments = createInstruments();
  const changes: string[] = [];
  instruments.changed$.subscribe((symbol) => changes.push(symbol));
  return { instruments, changes };
}

describe('createInstruments', () => {
  it("guesses from the symbol's name until the provider states facts, and emits a changed symbol", () => {
    const { instruments, changes } = book();
    expect(instruments.of('SAP')).toMatchObject({ market: 'new_york', decidedBy: 'assumed' });
    instruments.learn('SAP', { exchange: 'XETR', type: 'Common Stock' }, 'socket');
    expect(instruments.of('SAP')).toMatchObject({ market: 'xetra', decidedBy: 'provider' });
    expect(changes).toEqual(['SAP']);
    instruments.learn('SAP', { exchange: 'XETR', type: 'Common Stock' }, 'socket');
    instruments.learn('AAPL', { exchange: 'NASDAQ' }, 'socket');
    expect(changes).toEqual(['SAP']);
  });

  it("prefers the socket's facts to REST's, which add what it did not state", () => {
    const { instruments, changes } = book();
    instruments.learn('RY', { exchange: 'NYSE' }, 'socket');
    instruments.learn('RY', { exchange: 'TSX', currency: 'CAD' }, 'rest');
    expect(instruments.facts('RY')).toEqual({ exchange: 'NYSE', currency: 'CAD' });
    expect(changes).toEqual([]);
    instruments.learn('VOD', { exchange: 'LSE' }, 'rest');
    instruments.learn('VOD', { exchange: 'NASDAQ' }, 'socket');
    expect(instruments.of('VOD').market).toBe('new_york');
  });

  it('keeps facts that are not stated again, and forgets a released symbol', () => {
    const { instruments } = book();
    instruments.learn('VOD', { exchange: 'LSE', type: 'Common Stock' }, 'socket');
    instruments.learn('VOD', {}, 'socket');
    expect(instruments.facts('VOD')).toEqual({ exchange: 'LSE', type: 'Common Stock' });
    instruments.forget('VOD');
    expect(instruments.of('VOD')).toMatchObject({ decidedBy: 'assumed' });
  });
});
