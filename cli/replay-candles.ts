import { Subject, type Observable, startWith, type Subscription } from 'rxjs';
import { createFeedLag, type FeedLag } from '../operators/ticks/feed-lag.ts';
import type { Bar, Candle } from '../schema/candle.ts';
import type { MarketInput } from '../schema/market-event.ts';
import type { Tick } from '../schema/tick.ts';
import type { Timeframe } from '../schema/timeframe.ts';
import { candleWindows, type CandleWindowsOptions } from '../streams/symbol/candle-windows.ts';
import { createFeedClock } from '../streams/provider/feed-clock.ts';
import type { Interruption } from '../streams/provider/interruptions.ts';
import { isTick, type Replayed } from '../streams/recording/replay.ts';

export interface ReplayCandlesOptions extends Omit<CandleWindowsOptions, 'clock' | 'lagOf'> {
  /** What the recording server's CLOCK was. */
  readonly clock: 'wall' | 'feed';
}

interface Life {
  readonly input: Subject<MarketInput>;
  readonly subscription: Subscription;
}

/**
 * The final revision of every closed candle of a recording, by symbol, timeframe and time: the result of the recorded events in the server's own
 * candle windows, on a clock that follows the server's.
 */
export async function replayCandles(
  lines$: Observable<Replayed>,
  options: ReplayCandlesOptions,
): Promise<Candle[]> {
  const byTicks = options.clock === 'feed';
  const feed = createFeedClock(0);
  const { clock } = feed;
  const lives = new Map<string, Life>();
  const lags = new Map<string, FeedLag>();
  const said = saidCandles();
  let ongoing: Interruption | undefined;
  let isLost = false;
  let listening: readonly string[] = [];

  const lagOf = (symbol: string): FeedLag => {
    const lag = lags.get(symbol) ?? createFeedLag();
    lags.set(symbol, lag);
    return lag;
  };
  const begin = (symbol: string) => {
    end(symbol);
    const input = new Subject<MarketInput>();
    const gridOf = (timeframe: Timeframe) => options.gridOf(symbol, timeframe);
    const from = Math.min(...options.timeframes.map((timeframe) => gridOf(timeframe).openOf(clock.now())));
    const restored = {
      minutes: said.of(symbol, '1min').filter(({ openTime }) => openTime >= from),
      candles: new Map(options.timeframes.map((timeframe) => [timeframe, said.of(symbol, timeframe)])),
    };
    const now = clock.now();
    const start = byTicks ? interrupted(now, now + 1) : undefined;
    const first = ongoing ?? start;
    const subscription = (first === undefined ? input : input.pipe(startWith(first)))
      .pipe(candleWindows({ ...options, clock, lagOf }, symbol, restored))
      .subscribe((event) => {
        if (event.kind === 'candle') said.say(event.candle);
      });
    lives.set(symbol, { input, subscription });
  };
  const end = (symbol: string) => {
    lives.get(symbol)?.subscription.unsubscribe();
    lives.delete(symbol);
  };
  const tell = (interruption: Interruption) => {
    for (const lag of lags.values()) lag.gap();
    for (const { input } of lives.values()) input.next(interruption);
  };
  const advance = (time: number) => {
    feed.advance(time);
    for (const symbol of listening) if (!lives.has(symbol)) begin(symbol);
    listening = [];
  };
  const onTick = (tick: Tick) => {
    const before = clock.now();
    advance(byTicks ? tick.eventTime : tick.receivedTime);
    if (isLost) tell(ongoing ?? interrupted(before, clock.now() + 1));
    isLost = false;
    if (!byTicks) lagOf(tick.symbol).observe(tick);
    lives.get(tick.symbol)?.input.next({ kind: 'tick', tick });
  };

  await lines$.forEach((line) => {
    if (isTick(line)) {
      onTick(line);
      return;
    }
    if ('at' in line) advance(line.at);
    if (line.kind === 'start') {
      for (const symbol of lives.keys()) end(symbol);
      lags.clear();
      ongoing = undefined;
      isLost = false;
    } else if (line.kind === 'started') begin(line.symbol);
    else if (line.kind === 'released') {
      end(line.symbol);
      lags.delete(line.symbol);
    } else if (line.kind === 'interruption') {
      const interruption = interrupted(line.from, line.to ?? Infinity, line.reason);
      ongoing = line.to === null ? interruption : undefined;
      tell(interruption);
    } else if (line.kind === 'minutes') {
      const { from, to, bars } = line;
      lives.get(line.symbol)?.input.next({ kind: 'minutes', from, to, bars: bars as readonly Bar[] });
    } else if (line.kind === 'listening') listening = line.symbols;
    else if (line.kind === 'lost') isLost = true;
  });
  for (const symbol of lives.keys()) end(symbol);
  return said.all();
}

const interrupted = (from: number, to: number, reason = 'lines are lost'): Interruption => ({
  kind: 'interruption',
  from,
  to,
  reason,
});

/** The final revision of each candle. */
function saidCandles() {
  const bySeries = new Map<string, Map<number, Candle>>();
  const inOrder = (series: Map<number, Candle> | undefined) =>
    [...(series?.values() ?? [])].sort((a, b) => a.openTime - b.openTime);
  return {
    say: (candle: Candle) => {
      const key = `${candle.symbol} ${candle.timeframe}`;
      const series = bySeries.get(key) ?? new Map<number, Candle>();
      bySeries.set(key, series.set(candle.openTime, candle));
    },
    /** Oldest first. */
    of: (symbol: string, timeframe: Timeframe) => inOrder(bySeries.get(`${symbol} ${timeframe}`)),
    all: () => [...bySeries.keys()].sort().flatMap((key) => inOrder(bySeries.get(key))),
  };
}
