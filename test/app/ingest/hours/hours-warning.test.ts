import { describe, expect, it } from 'vitest';
import { hoursAssumption, hoursWarning } from '../../../../app/ingest/hours/hours-warning.ts';
import { checkHours } from '../../../../cli/doctor/check-hours.ts';
import { instrumentOf } from '../../../../schema/symbol/instrument.ts';

const at = (text: string) => Date.parse(text);
const warned = (symbol: string, exchange: string | undefined, time: string) =>
  hoursWarning(symbol, instrumentOf(symbol), exchange, at(time));

describe('hoursWarning', () => {
  it('names the symbol of an unknown exchange and what follows', () => {
    const { text, isDue } = warned('NESN:SIX', 'SIX', '2026-11-28')!;
    expect(text).toMatch(/^NESN:SIX: the hours of SIX are not known.*any time.*REST/);
    expect(isDue).toBe(true);
  });

  it('says it in the last year of a calendar, and counts it as a fault from the next on', () => {
    expect(warned('7203:TSE', 'TSE', '2026-12-31T23:00Z')).toBeUndefined();
    expect(warned('7203:TSE', 'TSE', '2027-01-01T00:00Z')).toMatchObject({ isDue: false });
    expect(warned('7203:TSE', 'TSE', '2027-01-01T00:00Z')!.text).toMatch(/tokyo.*up to the end of 2027/);
    expect(warned('7203:TSE', 'TSE', '2028-01-01T00:00Z')).toMatchObject({ isDue: true });
    expect(warned('RELIANCE:NSE', 'NSE', '2026-11-28')!.text).toMatch(/^RELIANCE:NSE: .*end of 2026/);
  });

  it('has nothing to say of markets whose days follow from rules', () => {
    for (const symbol of ['BTCUSD', 'EURUSD', 'XAUUSD', 'WTIUSD', 'VOD:LSE', 'GDAXI', 'RY:TSX', 'AAPL'])
      expect(warned(symbol, undefined, '2040-06-01')).toBeUndefined();
    expect(hoursAssumption('AAPL', instrumentOf('AAPL'))).toMatch(/^AAPL: .*New York/);
    expect(hoursAssumption('VOD:LSE', instrumentOf('VOD:LSE'))).toBeUndefined();
  });

  it('is told by the doctor too', () => {
    const findings = checkHours(
      { SYMBOLS: ['EURUSD', 'NESN:SIX', 'RELIANCE:NSE', 'AAPL'] },
      at('2026-11-28'),
    );
    expect(findings.map(({ state, says }) => [state, says.slice(0, 12)])).toEqual([
      ['warn', 'NESN:SIX: th'],
      ['warn', 'RELIANCE:NSE'],
      ['ok', '2 of 4 symbo'],
    ]);
    expect(findings.at(-1)!.says).toContain('AAPL');
  });
});
