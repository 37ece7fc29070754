import { createBus } from '../../cluster/bus.ts';
import { serveCloses } from '../../cluster/closes.ts';
import { serveDemand } from '../../cluster/serve-demand.ts';
import { publishSnapshots } from '../../cluster/snapshot.ts';
import { Problem } from '../../http/problem.ts';
import { StaleTermError } from '../../store/term/check-term.ts';
import type { HeldTerm } from '../../store/term/hold-term.ts';
import type { AnalysisPool } from '../../workers/analysis-pool.ts';
import { openAnalysis } from '../ingest/analysis.ts';
import type { Cluster } from '../cluster.ts';
import type { Context } from '../context.ts';
import { openQueues } from '../deliveries.ts';
import type { HealthSource } from '../health/health.ts';
import { queueHealth } from '../health/queue-health.ts';
import { storeHealth } from '../health/store-health.ts';
import { ingestHealth } from '../health/ingest-health.ts';
import { openIngest } from '../ingest/ingest.ts';
import { localMarket } from '../web/local-market.ts';
import { runIngest } from '../ingest/run-ingest.ts';
import type { Stop } from '../run-until-stopped.ts';
import type { Storage } from '../storage.ts';
import { countDrops } from '../health/count-drops.ts';
import { strategiesHealth } from '../strategies/open-strategies.ts';
import { toBus } from './to-bus.ts';

/** The guests of all gateways count as those of one address: whose they are the ingest is not told. */
const anyGateway = '';

export interface ServedIngest extends HealthSource {
  /** When Redis last confirmed that no later term is known, ms of the monotonic clock; undefined before. */
  readonly confirmedAt: () => number | undefined;
}

/**
 * The ingest of a cluster, from the moment it has the place: it starts as after a crash, from what the store has. Throws StaleTermError
 * where it has lost the place before it could start.
 */
export async function serveIngest(
  context: Context,
  storage: Storage,
  { link, names, id }: Cluster,
  pool: AnalysisPool,
  stop: Stop,
  place: Pick<HeldTerm, 'term' | 'lose'>,
): Promise<ServedIngest> {
  const { log, metrics, own } = context;
  const { store } = storage;
  const analysis = await openAnalysis(context, store, pool);
  const term = place.term();
  if (term === undefined)
    throw new StaleTermError('another ingest has taken over before this one could start');
  const ingest = openIngest(context, storage, analysis);
  const market = localMarket(context, store, analysis, ingest);
  const health = ingestHealth(context, ingest);
  const strategies = strategiesHealth(context.strategyFiles);
  const drops = context.own(countDrops(log, metrics.busDropped));
  const bus = createBus({
    redis: link.commands,
    channel: names.bus,
    term: place.term,
    onDropped: drops.add,
  });
  const deliveries = openQueues(context, storage);
  runIngest(context, analysis, ingest, toBus(bus), deliveries, stop);

  const demand = own(
    serveDemand({
      redis: link.commands,
      link,
      names,
      watch: (symbol) => market.watch(symbol, anyGateway),
      release: (symbol) => market.release(symbol, anyGateway),
      answer: (symbol, answer) => bus.publish({ kind: 'verdict', symbol, answer }),
    }),
  );
  ingest.provider.watchList.lost$.subscribe(({ symbol }) => demand.lose(symbol));
  const problemOf = (error: unknown) => {
    if (error instanceof Problem) return error;
    if (error instanceof StaleTermError)
      return new Problem(503, 'undecided', 'another ingest takes over', { 'Retry-After': '1' });
    log.error({ err: error }, 'a posted close failed');
    return new Problem(500, 'internal', 'an internal error; the server has logged it');
  };
  own(
    serveCloses(
      { link, names },
      {
        decide: (close) =>
          market.postCandles(close).then(
            (answer) => ({ answer }),
            (error: unknown) => {
              const { status, code, message, headers, fields } = problemOf(error);
              return { problem: { status, code, message, headers, fields } };
            },
          ),
        strategies: market.strategies,
      },
      context.wallNow,
    ),
  );
  const published = own(
    publishSnapshots({
      redis: link.commands,
      names,
      onLater: (later) => place.lose(`an ingest of term ${later} works`),
      take: () => {
        const symbols = [...market.symbols()];
        const spreads = symbols.flatMap(({ symbol }) => {
          const bps = analysis.spreads.medianBps(symbol);
          return bps === undefined ? [] : [[symbol, bps] as const];
        });
        return {
          term,
          taken: performance.now(),
          ingest: id,
          feed: ingest.provider.state(),
          symbols,
          spreads: Object.fromEntries(spreads),
          posted: [...ingest.symbols.outside.names()],
          calendar: { ...market.calendar(), events: [...market.calendar().events] },
          articles: market.articles()?.slice() ?? null,
          parts: { ...health.parts(), ...strategies.parts(), ...drops.parts() },
          reasons: [...health.reasons()],
        };
      },
    }),
  );
  const stored = [
    storeHealth(storage, () => ingest.storage.writer.state()),
    queueHealth(storage, deliveries),
  ];
  return {
    parts: () => Object.assign({}, ...stored.map(({ parts }) => parts()), health.parts(), drops.parts()),
    reasons: () => [...stored, health].flatMap(({ reasons }) => reasons()),
    confirmedAt: published.confirmedAt,
  };
}
