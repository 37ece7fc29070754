import { Subscription } from 'rxjs';
import { recordedEvent } from '../../streams/recording/recorded-event.ts';
import { SymbolUnavailableError } from '../../streams/symbol/symbol-unavailable.ts';
import { openBackend } from './open-backend.ts';
import type { Analysis } from './analysis.ts';
import type { Broadcast } from '../../sinks/feeds/broadcast.ts';
import type { Context } from '../context.ts';
import type { Deliveries } from '../deliveries.ts';
import { followOpenSignals } from './follow-open-signals.ts';
import type { Ingest } from './ingest.ts';
import { measureIngest } from '../measure.ts';
import { putAway } from './put-away.ts';
import { recordDecisions } from './recording/record-decisions.ts';
import { openRecorder } from './recording/open-recorder.ts';
import type { Stop } from '../run-until-stopped.ts';
import { createSignalRecorder } from './signal-recorder.ts';
import { tellOfFeed } from './tell-of-feed.ts';
import { warnOfHours } from './hours/warn-of-hours.ts';

/** Sets everything flowing: from the provider to the store, to whoever listens, and to the queues of posts. */
export function runIngest(
  context: Context,
  analysis: Analysis,
  { storage, provider, news, symbols, posted }: Ingest,
  broadcast: Broadcast,
  deliveries: Pick<Deliveries, 'channels' | 'endChannels' | 'enqueue'>,
  stop: Stop,
): void {
  const { log, metrics, achieved, own } = context;
  const { ticks$, feed$, unheard$, watchList } = provider;
  const { status } = symbols;
  const { writer } = storage;
  const record = createSignalRecorder(context, writer, analysis, broadcast, deliveries, posted);
  const backend = openBackend(context);
  const recorder = openRecorder(context);
  const recordDecided = recorder && recordDecisions(recorder, news.calendar);
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
  running.add(unheard$.subscribe((interruption) => recorder?.record(recordedEvent(interruption))));
  running.add(
    ticks$.subscribe((tick) => {
      broadcast.tick(tick);
      recorder?.record(tick);
      status.observe(tick);
      metrics.ticks.inc({ symbol: tick.symbol });
      achieved.did('tick');
      achieved.ticks.add('accepted');
    }),
  );
  running.add(
    symbols.outputs$.subscribe({
      next: (output) => {
        if (output.kind === 'signals') recordDecided?.(output.events);
        else if (output.kind !== 'market') recorder?.record(recordedEvent(output));
        putAway(output, context, writer, symbols, broadcast, record, backend);
      },
      error: (error: unknown) => {
        log.fatal({ err: error }, 'the stream of symbols failed');
        void stop(1);
      },
    }),
  );
  running.add(warnOfHours(context));
  running.add(news.follow());
  running.add(feed$.subscribe((event) => tellOfFeed(event, context, provider, status, broadcast)));
  running.add(provider.begin());
  own({ close: () => running.unsubscribe() });
  followOpenSignals(context, analysis, provider, symbols);
  measureIngest(context, writer, provider.budget);
}
