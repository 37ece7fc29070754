import {
  asyncScheduler,
  BehaviorSubject,
  catchError,
  EMPTY,
  filter,
  firstValueFrom,
  takeWhile,
  timeout,
  toArray,
} from 'rxjs';
import { type Config, hasIngest } from '../../config.ts';
import type { FeedEvent } from '../../streams/provider/feed-event.ts';
import { twelveDataFeed } from '../../streams/provider/socket/twelvedata.ts';
import { type Finding, fail, off, ok, warn } from './finding.ts';

type FeedConfig = Pick<Config, 'demo' | 'ROLES' | 'TWELVEDATA_API_KEY' | 'TWELVEDATA_WS_URL' | 'SYMBOLS'>;

const part = 'provider feed';

/**
 * Opens the provider's socket, subscribes to every symbol and closes it again; costs no credit. Not beside a running
 * server: a key may hold few sockets, and the provider closes the oldest for a new one.
 */
export async function checkFeed(
  config: FeedConfig,
  { running, withinMs = 10_000 }: { readonly running: boolean; readonly withinMs?: number },
): Promise<Finding> {
  const { demo, TWELVEDATA_API_KEY: key, TWELVEDATA_WS_URL: url, SYMBOLS } = config;
  if (!hasIngest(config))
    return off(part, `left alone: no ingest among the roles ${config.ROLES.join(', ')}`);
  if (demo || key === undefined) return off(part, 'the demo: the bundled simulator');
  if (running) return off(part, 'left alone, a server is running: see `feed` in its /health');
  const events = await firstValueFrom(
    twelveDataFeed({
      url: url.reveal(),
      key: key.reveal(),
      clock: asyncScheduler,
      random: Math.random,
      symbols$: new BehaviorSubject<ReadonlySet<string>>(new Set(SYMBOLS)),
      isMarketOpen: () => false,
    }).pipe(
      // A refused key ends the feed; it was reported before.
      catchError(() => EMPTY),
      filter((event) => event.kind !== 'tick'),
      takeWhile((event) => !isAnswer(event, SYMBOLS.length), true),
      timeout({ first: withinMs, each: withinMs, with: () => EMPTY }),
      toArray(),
    ),
  );
  return judge(events, new URL(url.reveal()).host);
}

/** Enough was received: the provider accepted or refused the symbols, or the connection. */
const isAnswer = (event: FeedEvent, symbols: number) =>
  (event.kind === 'symbols' && event.accepted.length + event.refused.length >= symbols) ||
  (event.kind === 'state' && (event.state === 'disconnected' || event.state === 'refused'));

function judge(events: readonly FeedEvent[], host: string): Finding {
  for (const event of events) {
    if (event.kind !== 'state') continue;
    if (event.state === 'refused')
      return fail(part, `the key is refused: ${event.reason ?? ''}`, 'correct TWELVEDATA_API_KEY');
    if (event.state === 'disconnected') {
      const todo = 'check the network, the firewall and TWELVEDATA_WS_URL';
      return fail(part, `${host}: ${event.reason ?? 'no reason'}`, todo);
    }
  }
  const judged = events.flatMap((event) => (event.kind === 'symbols' ? [event] : []));
  const refused = judged.flatMap((event) => event.refused);
  const accepted = judged.flatMap((event) => event.accepted);
  if (refused.length > 0) {
    const names = refused.map(({ symbol, reason }) => `${symbol} (${reason})`).join(', ');
    return fail(part, `refuses ${names}`, 'correct SYMBOLS, or choose a plan that includes them');
  }
  return accepted.length === 0
    ? warn(part, `${host} opens, but says nothing of the symbols`, 'see /health once the server runs')
    : ok(part, `opens and takes ${accepted.join(' ')}`);
}
