import { describe, expect, it } from 'vitest';
import { createLog } from '../../../app/log.ts';
import { fillDemo } from '../../../app/demo/fill-demo.ts';
import { createMarkets } from '../../../app/markets.ts';
import { parseConfig } from '../../../config.ts';
import { analyse } from '../../../models/decision/analyse.ts';
import type { SimulatedHistory } from '../../../schema/simulated-history.ts';
import { seededMarket } from '../../../simulator/market/seeded-market.ts';
import { createInstruments } from '../../../streams/provider/instruments.ts';

describe('fillDemo', () => {
  /** What it writes to an empty store; `onAnalysis` is called with each analysis. */
  const fill = async (symbols: string, onAnalysis = (_ending: AbortController) => {}) => {
    const instruments = createInstruments();
    const ending = new AbortController();
    const written: SimulatedHistory[] = [];
    let time = 0;
    const context = {
      config: parseConfig({ SYMBOLS: symbols, TIMEFRAMES: '5min' }),
      instruments,
      markets: createMarkets({ alignment: 'utc', pairsNeverClose: true, instrumentOf: instruments.of }),
      log: createLog({ level: 'silent', pretty: false, secrets: [] }),
      services: { market: seededMarket({ seed: 1 }) },
      // Late after fifty looks at it.
      steady: { now: () => (time += 200) },
      wall: { now: () => Date.UTC(2026, 4, 13, 14, 37) },
    } as unknown as Parameters<typeof fillDemo>[0];
    const simulatedHistory = {
      read: async () => undefined,
      isEmpty: async () => true,
      write: async (history: SimulatedHistory) => void written.push(history),
    };
    const pool = {
      analyse: async (...[columns, options]: Parameters<typeof analyse>) => {
        onAnalysis(ending);
        return analyse(columns, options);
      },
    };
    const filled = await fillDemo(context, { simulatedHistory }, pool, ending.signal).catch(
      (error: unknown) => error,
    );
    return { filled, written, reason: ending.signal.reason as unknown };
  };

  it('writes what it has walked through', async () => {
    const { filled, written } = await fill('BTC/USD');
    expect(written).toHaveLength(1);
    expect(filled).toMatchObject({ symbols: 1, to: Date.UTC(2026, 4, 13, 14, 37) });
  });

  it('writes none where the simulator lists none of the symbols, so that other symbols have one later', async () => {
    expect(await fill('NOSUCH')).toMatchObject({ filled: undefined, written: [] });
  });

  it('ends in its midst where the server is to stop', async () => {
    let analyses = 0;
    const { filled, written, reason } = await fill('BTC/USD', (ending) => {
      if (++analyses === 5) ending.abort();
    });
    expect(reason).toBeInstanceOf(DOMException);
    expect(filled).toBe(reason);
    expect({ written, analyses }).toEqual({ written: [], analyses: 5 });
  });
});
