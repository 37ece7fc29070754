import { listenToBus } from '../../cluster/bus.ts';
import { experienceOf } from '../../operators/analysis/lineage-experience.ts';
import { forecastOf } from '../../operators/signals/outcomes/forecast-of.ts';
import { followLog } from '../../cluster/follow-log.ts';
import { ownerOf } from '../../schema/strategies/assignment.ts';
import type { BusMessage } from '../../schema/cluster.ts';
import type { WatchedSymbol } from '../../schema/rest.ts';
import type { Decision } from '../../schema/signal.ts';
import type { Tick } from '../../schema/tick.ts';
import type { SignalLogFrame } from '../../schema/wire.ts';
import type { Store } from '../../store/open-store.ts';
import type { AnalysisPool } from '../../workers/analysis-pool.ts';
import { type Analysis, openAnalysis, teach } from '../ingest/analysis.ts';
import type { Broadcast } from '../../sinks/feeds/broadcast.ts';
import { toFeeds } from '../../sinks/feeds/to-feeds.ts';
import type { Cluster } from '../cluster.ts';
import type { Context } from '../context.ts';
import { type Feeds, openFeeds } from '../web/feeds.ts';
import type { Market } from '../web/market.ts';
import { feedStates } from './feed-states.ts';
import { remoteMarket } from './remote-market.ts';
import type { Stop } from '../run-until-stopped.ts';

export interface Gateway {
  readonly analysis: Analysis;
  readonly market: Market;
  readonly feeds: Feeds;
}

/**
 * Both feeds of an ingest elsewhere. Prices, candles and the feed's state come by the bus and may get lost; signals are read from
 * the store's log, so that `epoch` and `offset` are the same at every gateway.
 */
export async function openGateway(
  context: Context,
  store: Store,
  cluster: Cluster,
  pool: AnalysisPool,
  stop: Stop,
): Promise<Gateway> {
  const { log, wall, own } = context;
  const { link, names, snapshots, terms } = cluster;
  const before = await store.log.position();
  const analysis = await openAnalysis(context, store, pool, {
    observe: () => {},
    medianBps: (symbol) => snapshots.current()?.spreads[symbol],
    forget: () => {},
  });
  const market = remoteMarket(context, cluster, store, (symbol, why) => feeds.lose({ symbol, why }));
  const feeds = await openFeeds(context, store, analysis, market);
  for (const frame of await store.log.since(before.offset))
    if (frame.offset <= feeds.offset) learn(frame, analysis);
  const broadcast = toFeeds(feeds);

  const follower = own(
    followLog({
      log: store.log,
      offset: feeds.offset,
      logger: log,
      onFrame: (frame) => {
        learn(frame, analysis);
        broadcast.committed([frame]);
      },
      onGap: (missing) => {
        log.fatal({ missing }, 'the signal log has gone on without this gateway: it starts anew');
        void stop(1);
      },
    }),
  );
  const decided: Broadcast['decided'] = (last) => {
    hearExperience(last.signal, analysis);
    const { assignment, mode } = ownerOf(last.signal);
    if (mode !== 'shadow' && !analysis.isOpen(last.symbol, last.timeframe, assignment))
      broadcast.decided(last);
  };
  const catchUp = async () => {
    const decisions = await store.signals.lastDecisions();
    await teach(analysis.learning, store);
    await follower.read();
    for (const signal of decisions)
      decided({
        symbol: signal.symbol,
        timeframe: signal.timeframe,
        signal,
        timestamp: signal.close_time,
      });
  };
  const states = feedStates(broadcast.feed, () => performance.now(), {
    since: () => wall.now(),
    reason: () => snapshots.problem() ?? 'no ingest answers',
  });
  const hear = (message: BusMessage): void => {
    if (message.kind === 'tick') broadcast.tick(message.tick);
    else if (message.kind === 'candle') broadcast.candle(message.candle, message.closed);
    else if (message.kind === 'released') broadcast.released(message.symbol);
    else if (message.kind === 'verdict') market.onAnswer(message.symbol, message.answer);
    else if (message.kind === 'feed') states.hear(message.frame);
    else if (message.kind === 'levels') analysis.learning.judge(message.forecast, message.outcome);
    else if (message.kind === 'log') void follower.read();
    // The signals before it come first.
    else void follower.read().then(() => decided(message.last));
  };
  const badOnce = new Set<string>();
  listenToBus(link, names.bus, {
    terms,
    onMessage: hear,
    onBad: (sample) => {
      if (badOnce.size > 0) return;
      badOnce.add(sample);
      log.warn({ sample }, 'the bus says what makes no sense: is another version running?');
    },
  });
  // What was decided while the bus was not heard is in the store.
  link.onListening(() => void catchUp().catch(() => {}));

  states.read(snapshots.current()?.feed);
  snapshots.onRead((snapshot) => states.read(snapshot?.feed));
  for (const tick of ticksOf(snapshots.current()?.symbols ?? [])) broadcast.tick(tick);
  return { analysis, market, feeds };
}

/** The last prices of a snapshot, as ticks. */
function ticksOf(symbols: readonly WatchedSymbol[]): readonly Tick[] {
  return symbols.flatMap(({ symbol, last }) => {
    if (last === null) return [];
    const { price, timestamp, received_at, bid, ask } = last;
    return {
      symbol,
      price,
      eventTime: timestamp,
      receivedTime: received_at,
      ...(bid === undefined ? {} : { bid }),
      ...(ask === undefined ? {} : { ask }),
    };
  });
}

/** What a decision of the ingest rested on of earlier candidates moves the odds of requests here. Posted ones rest on none. */
function hearExperience(
  signal: Pick<Decision, 'symbol' | 'timeframe' | 'close_time' | 'lineage'> & Parameters<typeof ownerOf>[0],
  { experiences }: Analysis,
): void {
  const { symbol, timeframe, close_time } = signal;
  const experience = experienceOf(signal);
  if (experience !== undefined)
    experiences.hear({ symbol, timeframe, assignment: ownerOf(signal).assignment }, experience, close_time);
}

/** What a gateway keeps in mind of the signals: which are open, and what the ended ones teach. */
function learn(frame: SignalLogFrame, analysis: Analysis): void {
  const { openSignals, learning } = analysis;
  if (frame.type === 'signal_update') {
    hearExperience(frame.signal, analysis);
    if ('id' in frame.signal && frame.signal.status === 'open')
      openSignals.set(frame.signal.id, frame.signal);
    return;
  }
  const signal = openSignals.get(frame.id);
  openSignals.delete(frame.id);
  if (signal !== undefined) learning.add(forecastOf(signal), frame.outcome);
}
