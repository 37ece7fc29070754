import { Subscription } from 'rxjs';
import { recordedEvent } from '../../streams/recording/recorded-event.ts';
import { openAnalyser } from './analyser.ts';
import type { Analysis } from './analysis.ts';
import type { Broadcast } from '../broadcast.ts';
import type { Context } from '../context.ts';
import type { Deliveries } from '../deliveries.ts';
import { followNews } from './follow-news.ts';
import { followOpenSignals } from './follow-open-signals.ts';
import type { Ingest } from './ingest.ts';
import { measureIngest } from '../measure.ts';
import { putAway } from './put-away.ts';
import { openRecorder } from './recorder.ts';
import type { Stop } from '../run-until-stopped.ts';
import { createSignalRecorder } from './signal-recorder.ts';
import { SymbolUnavailableError } from './symbol-status.ts';
import { tellOfFeed } from './tell-of-feed.ts';
import { warnOfHours } from './warn-of-hours.ts';

/** Sets everything flowing: from the provider to the store, to whoever listens, and to the queues of posts. */
export function runIngest(
  context: Context,
  analysis: Analysis,
  { storage, upstream, symbols, posted }: Ingest,
  broadcast: Broadcast,
  deliveries: Pick<Deliveries, 'channels' | 'endChannels' | 'enqueue'>,
  stop: Stop,
): void {
  const { log, metrics, achieved, own } = context;
  const { ticks$, feed$, unheard$, lags, watchList } = upstream;
  const { status } = symbols;
  const { writer } = storage;
  const record = createSignalRecorder(context, writer, analysis, broadcast, deliveries, posted);
  const analyser = openAnalyser(context);
  const recorder = openRecorder(context);
  const running = new Subscription();

  running.add(
    symbols.released$.subscribe((symbol) => {
      recorder?.record({ kind: 'released', symbol });
      broadcast.released(symbol);
    }),
  );
  running.add(
    watchList.lost$.subscribe((lost) => {
      log.warn({ ...lost }, 'a symbol that somebody asked for is watched no more');
      broadcast.lost(lost);
    }),
  );
  running.add(
    symbols.failed$.subscribe((symbol) =>
      posted.abandon(symbol, new SymbolUnavailableError(`${symbol} has failed; see /health`)),
    ),
  );
  running.add(
    unheard$.subscribe((interruption) => {
      symbols.interrupted(interruption);
      for (const lag of lags.values()) lag.gap();
      recorder?.record(recordedEvent(interruption));
    }),
  );
  running.add(
    ticks$.subscribe((tick) => {
      broadcast.tick(tick);
      recorder?.record(tick);
      status.lastTick.set(tick.symbol, tick);
      metrics.ticks.inc({ symbol: tick.symbol });
      achieved.did('tick');
      achieved.ticks.add('accepted');
    }),
  );
  running.add(
    symbols.outputs$.subscribe({
      next: (output) => {
        if (output.kind === 'started' || output.kind === 'repaired') recorder?.record(recordedEvent(output));
        putAway(output, context, writer, symbols, broadcast, record, analyser);
      },
      error: (error: unknown) => {
        log.fatal({ err: error }, 'the stream of symbols failed');
        void stop(1);
      },
    }),
  );
  running.add(warnOfHours(context));
  running.add(followNews(context, upstream));
  running.add(feed$.subscribe((event) => tellOfFeed(event, context, upstream, symbols, broadcast)));
  running.add(upstream.begin());
  own({ close: () => running.unsubscribe() });
  followOpenSignals(context, analysis, upstream, symbols);
  measureIngest(context, writer, upstream.budget);
}
