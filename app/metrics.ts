import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Achieved, createAchieved, deeds } from './achieved.ts';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const milliseconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Every figure that `serve.ts` keeps for `/metrics`; the feeds and routes add their own to the same registry. */
export function createMetrics(achieved: Achieved = createAchieved()) {
  const registry = new Registry();
  registry.setDefaultLabels({ service: 'anso-vision' });
  collectDefaultMetrics({ register: registry });
  eventLoopDelay(registry);
  achievedAges(registry, achieved);
  const kinds = kindsOf(registry);
  return {
    registry,
    ...marketMetrics(kinds),
    ...signalMetrics(kinds),
    ...postMetrics(kinds),
    ...serverMetrics(kinds),
  };
}

/** What a registry keeps, each with the project's prefix. */
function kindsOf(registry: Registry) {
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter({ name: `anso_${name}_total`, help, labelNames, registers: [registry] });
  const gauge = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Gauge({ name: `anso_${name}`, help, labelNames, registers: [registry] });
  const histogram = <L extends string>(name: string, help: string, buckets: number[], ...labelNames: L[]) =>
    new Histogram({ name: `anso_${name}`, help, buckets, labelNames, registers: [registry] });
  return { counter, gauge, histogram };
}

type Kinds = ReturnType<typeof kindsOf>;

/** What comes in, and the candles made of it. */
const marketMetrics = ({ counter, gauge }: Kinds) => ({
  ticks: counter('ticks', 'Ticks accepted.', 'symbol'),
  ticksRejected: counter('ticks_rejected', 'Ticks rejected, by reason.', 'reason'),
  clockSteps: counter('clock_steps', 'Times that the wall clock was set, or the machine slept.'),
  ticksLate: counter(
    'ticks_late',
    'Ticks that came after their minute had closed: counted, never merged.',
    'symbol',
  ),
  framesSkipped: counter('feed_frames_skipped', 'Frames of the provider that were skipped, by kind.', 'kind'),
  feedState: gauge('feed_state', '1 for the state the upstream feed is in, 0 for the others.', 'state'),
  feedConnects: counter('feed_connects', 'Connections to the provider begun.'),
  feedLag: gauge('feed_lag_seconds', 'Running p99 of received minus event time.', 'symbol'),
  restCredits: gauge('rest_credits_left', "The provider's REST credits left, by window.", 'window'),
  restAway: gauge('rest_away', "1 while the provider's REST does not answer, else 0."),
  restBarsSpoilt: counter(
    'rest_bars_spoilt',
    'Bars in answers of REST that cannot be true: left out.',
    'timeframe',
  ),
  candles: counter('candles_closed', 'Candles closed.', 'timeframe', 'complete'),
  candlesRevised: counter('candles_revised', 'Closed candles that REST corrected.', 'timeframe'),
  actorRestarts: counter('actor_restarts', 'Symbols whose stream failed and was started again.', 'symbol'),
});

/** Analyses and signals. */
const signalMetrics = ({ counter, histogram }: Kinds) => ({
  analyses: counter('analyses', 'Analyses by lane and result.', 'lane', 'result'),
  analysisWait: histogram(
    'analysis_wait_seconds',
    'Time an analysis waited for a thread.',
    milliseconds,
    'lane',
  ),
  analysisRun: histogram('analysis_run_seconds', 'Time an analysis ran.', milliseconds, 'lane'),
  analysesSuperseded: counter(
    'analyses_superseded',
    'Closes whose analysis gave way to a newer one.',
    'timeframe',
  ),
  strategyFaults: counter(
    'strategy_faults',
    'Decisions of strategies that were not listened to, by what was wrong.',
    'strategy',
    'kind',
  ),
  oddsDisagreement: histogram(
    'odds_disagreement',
    'Largest difference between the lattice’s odds and those of its independent check.',
    [0.001, 0.002, 0.005, 0.01, 0.02, 0.05],
  ),
  gateRefusals: counter('gate_refusals', 'Decisions that a gate turned to WAIT.', 'gate'),
  windowsBroken: counter(
    'windows_broken',
    'Decisions to wait because the window has a jump in the price (step) or a close that nothing confirms (print).',
    'kind',
  ),
  signals: counter('signals', 'Signals issued.', 'timeframe', 'signal_type'),
  outcomes: counter('signal_outcomes', 'Signals resolved, by how they ended.', 'timeframe', 'status'),
});

/** Attempts to post. */
const postMetrics = ({ counter, histogram }: Kinds) => ({
  attempts: counter('delivery_attempts', 'Attempts to post, by how they ended.', 'channel', 'state'),
  attemptTime: histogram('delivery_attempt_seconds', 'Time of one attempt.', milliseconds, 'channel'),
  deliveryAge: histogram(
    'delivery_age_seconds',
    'Age of a signal when its post was delivered.',
    [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900],
    'channel',
  ),
});

/** How the server stands: its health, its queues, what waits for the database. */
const serverMetrics = ({ counter, gauge }: Kinds) => ({
  part: gauge('health_part', 'State of a part of /health: 1 ok or off, 0.5 degraded, 0 down.', 'part'),
  ready: gauge('ready', '1 while /ready says yes, else 0.'),
  channelFailing: gauge(
    'channel_failing',
    '1 while the last post to a channel failed, was parked or could not be sent, else 0.',
    'channel',
  ),
  queueDepth: gauge('queue_posts', 'Posts in the queue, by state.', 'channel', 'state'),
  queueOldest: gauge(
    'queue_oldest_age_seconds',
    'Age of the oldest post still to be sent; 0 without one.',
    'channel',
  ),
  outbox: gauge('outbox_posts', 'Posts ever stored, by the state they are in now.', 'channel', 'state'),
  storeWaiting: gauge('store_waiting', 'Writes that wait for the database, by kind.', 'kind'),
  storeDropped: gauge('store_dropped', 'Writes given up since the start, by kind.', 'kind'),
  busDropped: counter(
    'bus_dropped',
    'Messages to the gateways that were dropped because Redis did not take them.',
  ),
  calendarState: gauge(
    'calendar_state',
    '1 for the state of the economic calendar, 0 for the others.',
    'state',
  ),
});

/** How long ago the server last did what it is there for. */
function achievedAges(registry: Registry, { ageMs }: Achieved): void {
  const gauge = new Gauge({
    name: 'anso_last_achieved_age_seconds',
    help: 'Time since it last accepted a tick, got bars from REST, decided, queued a post, delivered one.',
    labelNames: ['what'],
    registers: [registry],
    collect: () => {
      for (const what of deeds) {
        const age = ageMs(what);
        if (age !== undefined) gauge.set({ what }, age / 1000);
      }
    },
  });
}

export type Metrics = ReturnType<typeof createMetrics>;

/** Delay of the event loop since the last scrape: what it lets a price wait at most. */
function eventLoopDelay(registry: Registry): void {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const gauge = new Gauge({
    name: 'anso_event_loop_delay_seconds',
    help: 'Delay of the event loop beyond its 10 ms sampling, since the last scrape.',
    labelNames: ['quantile'],
    registers: [registry],
    collect: () => {
      const seconds = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - 0.01);
      gauge.set({ quantile: '0.5' }, seconds(delay.percentile(50)));
      gauge.set({ quantile: '0.99' }, seconds(delay.percentile(99)));
      gauge.set({ quantile: '1' }, seconds(delay.max));
      delay.reset();
    },
  });
}
