import type { SignalEvent } from '../../schema/signal-event.ts';
import type { SimulatedHistory } from '../../schema/simulated-history.ts';
import type { Store } from '../../store/open-store.ts';
import type { AnalysisPool } from '../../workers/analysis-pool.ts';
import type { Context } from '../context.ts';
import { walkHistory } from './walk-history.ts';

/** On a busy machine it analyses so long and no longer: somebody waits for the page. ms */
const patienceMs = 10_000;

/**
 * Gives a fresh demo a past: at its first start its store is filled with a walk through simulated history, all at once, so that a kill
 * leaves none of it. It is marked, belongs to no channel, and ends where the simulator goes on. Undefined for a real server, and where
 * DEMO_HISTORY is false, the store held something before, or the simulator lists none of SYMBOLS. Rejects with the reason of `ending`.
 */
export async function fillDemo(
  context: Pick<Context, 'config' | 'markets' | 'instruments' | 'log' | 'services' | 'steady' | 'wall'>,
  { simulatedHistory: table }: Pick<Store, 'simulatedHistory'>,
  pool: Pick<AnalysisPool, 'analyse'>,
  ending: AbortSignal,
): Promise<SimulatedHistory | undefined> {
  const { config, log, services, steady, wall } = context;
  if (!config.demo || services.market === undefined) return undefined;
  const known = await table.read();
  if (known !== undefined || !config.DEMO_HISTORY || !(await table.isEmpty())) return known;
  const begun = steady.now();
  log.info('first start of the demo: walking through simulated history');
  const { from, to, candles, causes, analyses } = await walkHistory(context, {
    market: services.market,
    pool,
    now: wall.now(),
    isLate: () => steady.now() - begun > patienceMs,
    ending,
  });
  if (candles.length === 0) {
    log.warn({ symbols: config.SYMBOLS }, 'no simulated history: the simulator lists none of SYMBOLS');
    return undefined;
  }
  const count = (kind: SignalEvent['kind']) => causes.flat().filter((event) => event.kind === kind).length;
  const history: SimulatedHistory = {
    from,
    to,
    symbols: new Set(candles.map(({ symbol }) => symbol)).size,
    candles: candles.length,
    analyses,
    signals: count('opened'),
    resolved: count('resolved'),
    took_ms: Math.round(steady.now() - begun),
  };
  const written = lastDecisions(causes).map((events) => ({ events, channels: [], endChannels: [] }));
  await table.write(history, candles, written);
  log.info(history, inWords(history));
  return history;
}

/** Of each symbol and timeframe the store keeps the last decision: those before it need not be written first. */
function lastDecisions(causes: readonly (readonly SignalEvent[])[]): SignalEvent[][] {
  const seen = new Set<string>();
  return causes
    .toReversed()
    .map((events) =>
      events
        .toReversed()
        .filter((event) => {
          if (event.kind !== 'decided' || event.changed) return true;
          const key = `${event.decision.symbol} ${event.decision.timeframe}`;
          if (seen.has(key)) return false;
          seen.add(key);
          return true;
        })
        .toReversed(),
    )
    .toReversed()
    .filter((events) => events.length > 0);
}

/** `simulated history: 60 h, 4 symbols, 7,000 candles, 600 analyses, 41 signals, 38 of them resolved, 3.1 s` */
function inWords({
  from,
  to,
  symbols,
  candles,
  analyses,
  signals,
  resolved,
  took_ms,
}: SimulatedHistory): string {
  const number = (value: number) => value.toLocaleString('en-US');
  const hours = Math.round((to - from) / 3_600_000);
  return `simulated history: ${hours} h, ${symbols} symbols, ${number(candles)} candles, ${number(analyses)} analyses, ${number(signals)} signals, ${number(resolved)} of them resolved, ${(took_ms / 1000).toFixed(1)} s`;
}
