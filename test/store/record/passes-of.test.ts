import { array, assert, constantFrom, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SignalEvent } from '../../../schema/signal-event.ts';
import { passesOf } from '../../../store/record/passes-of.ts';

const order = ['resolved', 'opened', 'decided', 'levels_resolved'] as const;
type Kind = (typeof order)[number];
/** An event of a kind that touches one row, as far as its place is asked. */
const eventOf = (kind: Kind, symbol: string, row: string): SignalEvent => {
  const of = { symbol, timeframe: row, id: `${symbol}${row}` };
  const all = { kind, ...of, signal: of, decision: of, forecast: of };
  return all as unknown as SignalEvent;
};
const entryOf = (kind: Kind, symbol = 'A', row = '1h') => ({
  event: eventOf(kind, symbol, row),
  kind,
  symbol,
  row,
});
const anyEntry = tuple(constantFrom(...order), constantFrom('A', 'B', 'C'), constantFrom('1h', '4h')).map(
  ([kind, symbol, row]) => entryOf(kind, symbol, row),
);

describe('passesOf', () => {
  it('needs one pass for a reversal, and for closes of many symbols and timeframes', () => {
    expect(passesOf([entryOf('resolved'), entryOf('opened'), entryOf('decided')])).toHaveLength(1);
    const many = ['A', 'B', 'C'].flatMap((symbol) =>
      ['1h', '4h'].map((row) => entryOf('decided', symbol, row)),
    );
    expect(passesOf(many)).toEqual([many]);
  });

  it('needs no more than a row comes again', () => {
    const decided = (row: string) => entryOf('decided', 'A', row);
    expect(passesOf([entryOf('opened', 'A', '1h'), decided('4h'), decided('1h')])).toHaveLength(1);
    const twice = [decided('4h'), decided('1h'), decided('1h'), decided('4h')];
    expect(passesOf(twice)).toEqual([twice.slice(0, 2), twice.slice(2)]);
    // Those of the shadow ledger wait for none but their own.
    const withheld = (id: string) => ({
      event: { kind: 'withheld', withheld: { id, gate: 'news' } } as SignalEvent,
    });
    const over = (id: string) => ({ event: { kind: 'withheld_resolved', id, gate: 'news' } as SignalEvent });
    const ledger = [withheld('a'), over('a'), withheld('b'), over('b'), over('b')];
    expect(passesOf<(typeof ledger)[number]>(ledger)).toEqual([ledger.slice(0, 4), ledger.slice(4)]);
  });

  it('leaves out what is not stored', () => {
    expect(passesOf([{ event: { kind: 'repeated' } as SignalEvent }])).toEqual([]);
  });

  it('keeps the order of a symbol, touches no row twice in a statement, and loses nothing', () => {
    assert(
      property(array(anyEntry, { maxLength: 40 }), (entries) => {
        const passes = passesOf(entries);
        expect(passes.flat()).toHaveLength(entries.length);
        for (const pass of passes) {
          const rows = pass.map(({ kind, symbol, row }) => `${kind} ${symbol} ${row}`);
          expect(new Set(rows).size).toBe(rows.length);
        }
        // As written: pass by pass, in each a statement a kind.
        const written = passes.flatMap((pass) =>
          order.flatMap((kind) => pass.filter((one) => one.kind === kind)),
        );
        for (const symbol of ['A', 'B', 'C'])
          for (const row of ['1h', '4h']) {
            const of = (all: typeof entries) => all.filter((one) => one.symbol === symbol && one.row === row);
            expect(of(written)).toEqual(of(entries));
          }
      }),
    );
  });
});
