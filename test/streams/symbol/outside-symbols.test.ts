import { describe, expect, it } from 'vitest';
import { createOutsideSymbols } from '../../../streams/symbol/outside-symbols.ts';

describe('createOutsideSymbols', () => {
  const start = (needed: string[] = []) => {
    const released: string[] = [];
    const outside = createOutsideSymbols({
      most: 3,
      isNeeded: (symbol) => needed.includes(symbol),
      release: (symbol) => void released.push(symbol),
    });
    return { outside, released };
  };

  it('never holds more than it may, whoever posts what', () => {
    const { outside, released } = start();
    for (let i = 0; i < 1_000; i++) outside.take(`S${i}`);
    expect(outside.size).toBe(3);
    expect(released).toHaveLength(997);
  });

  it('gives up the symbol that was not spoken of for longest', () => {
    const { outside, released } = start();
    for (const symbol of ['A', 'B', 'C', 'A', 'D']) outside.take(symbol);
    expect(released).toEqual(['B']);
    expect(['A', 'B', 'C', 'D'].map(outside.has)).toEqual([true, false, true, true]);
  });

  it('keeps what has an open signal, and refuses another where all have', () => {
    const { outside, released } = start(['A', 'B', 'C']);
    for (const symbol of ['A', 'B', 'C']) outside.take(symbol);
    expect(() => outside.take('D')).toThrow(expect.objectContaining({ code: 'symbol_limit' }));
    expect(() => outside.take('A')).not.toThrow();
    expect(released).toEqual([]);
    expect(outside.has('D')).toBe(false);
  });
});
