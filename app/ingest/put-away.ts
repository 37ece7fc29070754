import type { BackendFeed } from '../../sinks/backend-feed.ts';
import { isFor } from '../../schema/strategies/assignment.ts';
import type { StoreWriter } from '../../sinks/writer/store-writer.ts';
import type { SymbolOutput } from '../../streams/symbol/symbol-messages.ts';
import type { Broadcast } from '../../sinks/feeds/broadcast.ts';
import type { Context } from '../context.ts';
import type { SignalRecorder } from './signal-recorder.ts';
import type { OpenSymbols } from './open-symbols.ts';
import { visitorsOf } from '../visitors.ts';

/** Candles that an analyser takes, no fewer. */
const analysed = 250;

/** Puts away what a symbol says. */
export function putAway(
  output: SymbolOutput,
  { config, metrics, achieved, assignments }: Context,
  writer: Pick<StoreWriter, 'candle' | 'empty'>,
  { status, histories }: Pick<OpenSymbols, 'status' | 'histories'>,
  broadcast: Pick<Broadcast, 'candle'>,
  record: SignalRecorder,
  backend: BackendFeed | undefined,
): void {
  const { symbol } = output;
  if (output.kind === 'started' || output.kind === 'repaired') return;
  if (output.kind === 'signals') {
    for (const event of output.events) if (event.kind === 'decided') status.doubts.decided(event.decision);
    void record(output.events);
  } else if (output.kind === 'backfilled') {
    status.doubts.filled(symbol, output.filled);
    for (const candle of output.filled.candles) {
      writer.candle(candle);
      // One that was shown before, and is corrected now.
      if (candle.revision > 0) {
        broadcast.candle(candle, true);
        metrics.candlesRevised.inc({ timeframe: candle.timeframe });
      }
    }
    writer.empty(symbol, output.filled.timeframe, output.filled.empty);
  } else if (output.event.kind === 'empty') writer.empty(symbol, '1min', output.event.openTimes);
  else if (output.event.kind === 'forming') {
    for (const candle of output.event.candles) broadcast.candle(candle, false);
  } else if (output.event.kind === 'candle') {
    const { candle } = output.event;
    const { timeframe, complete, revision } = candle;
    broadcast.candle(candle, true);
    writer.candle(candle);
    metrics.candles.inc({ timeframe, complete: String(complete) });
    if (revision > 0) metrics.candlesRevised.inc({ timeframe });
    // The other analyser may post what it finds.
    const isOurs = visitorsOf(config).isConfigured(symbol);
    if (isOurs && output.event.timely && config.TIMEFRAMES.includes(timeframe)) {
      const candles = histories.get(symbol)?.get(timeframe)?.candles(analysed) ?? [];
      if (candles.length < analysed) return;
      // One that nobody is assigned to, or has candles enough for, is no decision that is missing.
      const size = histories.get(symbol)?.get(timeframe)?.size ?? 0;
      const isDecided = assignments
        .of(symbol)
        .some((one) => isFor(one, symbol, timeframe) && one.bars <= size);
      if (complete && isDecided) achieved.due(candle);
      backend?.publish(candles);
    }
  }
}
