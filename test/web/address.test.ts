import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress, type Address } from '../../web/src/state/chart/address.ts';

const nothing: Address = { symbol: null, timeframe: null, signalId: null, range: null };

describe('the address of a view', () => {
  it('comes back from its link', () => {
    const view: Address = {
      symbol: 'BTCUSD',
      timeframe: '1h',
      signalId: 'a1 b&2',
      range: { from: 1_700_000_000, to: 1_700_003_600 },
    };
    expect(formatAddress(view)).toBe(
      '?symbol=BTCUSD&timeframe=1h&signal=a1+b%262&from=1700000000&to=1700003600',
    );
    expect(parseAddress(formatAddress(view))).toEqual({ address: view, ignored: [] });
    expect(parseAddress(formatAddress(nothing))).toEqual({ address: nothing, ignored: [] });
  });

  it('takes a symbol as traders write it', () => {
    expect(parseAddress('?symbol=btc/usd').address.symbol).toBe('BTCUSD');
  });

  it.each([
    ['?timeframe=7min', 'timeframe=7min'],
    ['?timeframe=toString', 'timeframe=toString'],
    ['?symbol=', 'symbol='],
    ['?from=5', 'from and to, which are no range'],
    ['?from=9&to=5', 'from and to, which are no range'],
    ['?utm_source=mail', 'utm_source'],
    [`?signal=${'x'.repeat(200)}`, `signal=${'x'.repeat(50)}…`],
  ])('ignores %s and says so', (search, word) => {
    expect(parseAddress(search)).toEqual({ address: nothing, ignored: [word] });
  });

  it('ignores a time that is none, and the range with it', () => {
    expect(parseAddress('?from=-1&to=1e9')).toEqual({ address: nothing, ignored: ['from=-1', 'to=1e9'] });
    expect(parseAddress('?from=1&to=99999999999').ignored).toContain('to=99999999999');
  });

  it('never fails, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const { address } = parseAddress(`?symbol=${text}&from=${text}&to=${text}&signal=${text}&${text}`);
        expect(parseAddress(formatAddress(address)).address).toEqual(address);
      }),
    );
  });
});
