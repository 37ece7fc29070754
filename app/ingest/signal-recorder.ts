import { breakOf } from '../../operators/analysis/break-of.ts';
import { isPosted } from '../../operators/signals/outcomes/issued-trade.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import { ownerOf } from '../../schema/strategies/assignment.ts';
import { commitSignals } from '../../sinks/commit-signals.ts';
import type { StoreWriter } from '../../sinks/writer/store-writer.ts';
import type { Analysis } from './analysis.ts';
import type { Broadcast } from '../../sinks/feeds/broadcast.ts';
import type { Context } from '../context.ts';
import type { Deliveries } from '../deliveries.ts';
import type { PostedCloses } from './posted-closes.ts';
import { endInLog, signalInLog } from './signal-in-log.ts';
import { visitorsOf } from '../visitors.ts';

/** Puts away the signal events of one cause: stored first, broadcast and queued once they are committed. */
export type SignalRecorder = (events: readonly SignalEvent[]) => Promise<void>;

export function createSignalRecorder(
  { config, log, metrics, achieved }: Context,
  writer: Pick<StoreWriter, 'record'>,
  { openSignals, isOpen, states }: Pick<Analysis, 'openSignals' | 'isOpen' | 'states'>,
  broadcast: Pick<Broadcast, 'committed' | 'decided' | 'judged'>,
  deliveries: Pick<Deliveries, 'channels' | 'endChannels' | 'enqueue'>,
  posted: PostedCloses,
): SignalRecorder {
  /** What the server itself keeps in mind of an event. */
  const follow = (event: SignalEvent): void => {
    if (event.kind === 'opened') {
      const { id, timeframe, signal_type } = event.signal;
      const { assignment, mode } = ownerOf(event.signal);
      openSignals.set(id, event.signal);
      metrics.signals.inc({ timeframe, signal_type, assignment, mode });
      log.info(signalInLog(event.signal), 'signal');
    } else if (event.kind === 'resolved') {
      const { id, timeframe, outcome } = event;
      const signal = openSignals.get(id);
      openSignals.delete(id);
      const { assignment, mode } = ownerOf(signal ?? { assignment: event.assignment });
      metrics.outcomes.inc({ timeframe, status: outcome.status, assignment, mode });
      log.info(endInLog(event, signal), 'signal ended');
    } else if (event.kind === 'withheld') {
      const { assignment } = ownerOf(event.withheld);
      metrics.gateRefusals.inc({ gate: event.withheld.gate, assignment });
    } else if (event.kind === 'decided') {
      states.decided(event.decision);
      const disagreement = event.decision.lineage['odds_disagreement'];
      if (typeof disagreement === 'number') metrics.oddsDisagreement.observe(disagreement);
      const kind = breakOf(event.decision);
      if (kind !== null) metrics.windowsBroken.inc({ kind });
    }
  };

  /** Followers get signals of the configured symbols, and of candles that the operator has posted; never of what a visitor added. */
  const { isConfigured } = visitorsOf(config);
  const withPlace = (event: SignalEvent): SignalEvent =>
    event.kind !== 'opened' || isConfigured(event.signal.symbol) || isPosted(event.signal)
      ? event
      : { ...event, channels: [] };

  const onCommitted = (events: readonly SignalEvent[]) => {
    for (const event of events) {
      if (event.kind === 'levels_resolved') broadcast.judged(event.forecast, event.outcome);
      if (event.kind !== 'decided') continue;
      const { symbol, timeframe, close_time: closeTime } = event.decision;
      achieved.decided({ symbol, timeframe, closeTime });
    }
    for (const event of events) {
      if (event.kind !== 'decided' || event.changed) continue;
      const { symbol, timeframe, close_time } = event.decision;
      const { assignment, mode } = ownerOf(event.decision);
      if (mode === 'shadow' || isOpen(symbol, timeframe, assignment)) continue;
      broadcast.decided({ symbol, timeframe, signal: event.decision, timestamp: close_time });
    }
    posted.committed(events);
  };
  const commit = commitSignals({ writer, broadcast, posts: deliveries, onCommitted });

  return async (events) => {
    try {
      for (const event of events) follow(event);
      await commit(events.map(withPlace));
    } catch (error) {
      log.error({ err: error, events }, 'signal events were not stored');
      posted.failed(events, error);
    }
  };
}
