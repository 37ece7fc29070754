import { asyncScheduler, BehaviorSubject, type Subscription } from 'rxjs';
import { afterEach, vi } from 'vitest';
import {
  startSimulator,
  type Simulator,
  type SimulatorOptions,
} from '../../../../simulator/start-simulator.ts';
import type { FeedEvent } from '../../../../streams/provider/feed-event.ts';
import {
  twelveDataFeed,
  type SkippedFrame,
  type TwelveDataFeedOptions,
} from '../../../../streams/provider/socket/twelvedata.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

export async function simulate(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator(options);
  closers.push(simulator.close);
  return simulator;
}

export interface Heard {
  readonly events: FeedEvent[];
  readonly skipped: SkippedFrame[];
  readonly states: () => string[];
  readonly symbols$: BehaviorSubject<ReadonlySet<string>>;
  readonly subscription: Subscription;
  error: unknown;
}

export function listen(
  simulator: Simulator,
  symbols: string[] = ['BTCUSD'],
  options: Partial<TwelveDataFeedOptions> = {},
): Heard {
  const symbols$ = new BehaviorSubject<ReadonlySet<string>>(new Set(symbols));
  const events: FeedEvent[] = [];
  const skipped: SkippedFrame[] = [];
  const feed = twelveDataFeed({
    url: simulator.urls.wsUrl,
    key: simulator.keys.provider,
    clock: asyncScheduler,
    random: () => 0,
    symbols$,
    isMarketOpen: () => true,
    onSkipped: (frame) => skipped.push(frame),
    ...options,
  });
  const heard: Heard = {
    events,
    skipped,
    symbols$,
    error: undefined,
    states: () => events.flatMap((event) => (event.kind === 'state' ? event.state : [])),
    subscription: feed.subscribe({
      next: (event) => events.push(event),
      error: (error: unknown) => {
        heard.error = error;
      },
    }),
  };
  closers.push(() => heard.subscription.unsubscribe());
  return heard;
}

export const ticksOf = ({ events }: Heard) =>
  events.flatMap((event) => (event.kind === 'tick' ? event.tick : []));
export const verdictsOf = ({ events }: Heard) =>
  events.flatMap((event) => (event.kind === 'symbols' ? event : []));
export const until = (check: () => unknown) => vi.waitUntil(check, { timeout: 60_000, interval: 10 });
