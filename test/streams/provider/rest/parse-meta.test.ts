import { describe, expect, it } from 'vitest';
import { exchangeMismatch, parseMeta } from '../../../../streams/provider/rest/parse-meta.ts';

describe('parseMeta', () => {
  it("reads an answer's facts about its symbol, and nothing from other texts", () => {
    const meta = {
      symbol: 'RY',
      interval: '1h',
      currency: 'CAD',
      exchange: 'TSX',
      mic_code: 'XTSE',
      type: 'Common Stock',
    };
    expect(parseMeta(JSON.stringify({ meta, values: [], status: 'ok' }))).toEqual({
      type: 'Common Stock',
      exchange: 'TSX',
      micCode: 'XTSE',
      country: undefined,
      currency: 'CAD',
    });
    for (const text of ['', '{"meta":', '{"meta":{"exchange":}}', '{"values":[]}', '<html>'])
      expect(parseMeta(text)).toEqual({});
    expect(parseMeta('{"meta":{"exchange":7,"type":""}}').exchange).toBeUndefined();
  });
});

describe('exchangeMismatch', () => {
  it('reports bars of another listing than the requested one, where that is certain', () => {
    expect(exchangeMismatch('RY:TSX', { exchange: 'NYSE' })).toBe('bars of RY:TSX come from NYSE');
    expect(exchangeMismatch('RY:TSX', { exchange: 'TSX', micCode: 'XTSE' })).toBeUndefined();
    expect(exchangeMismatch('7203:TSE', { exchange: 'JPX' })).toBeUndefined();
    expect(exchangeMismatch('RY', { exchange: 'TSX' })).toBeUndefined();
    expect(exchangeMismatch('BTCUSD:BINANCE', { exchange: 'Binance' })).toBeUndefined();
    expect(exchangeMismatch('NESN:SIX', { exchange: 'NYSE' })).toBeUndefined();
  });
});
