import { setImmediate as nextTurn } from 'node:timers/promises';
import { createPending } from '../../app/walk/pending.ts';
import { createTurns } from '../../app/walk/turns.ts';
import { walkCloses } from '../../app/walk/walk-closes.ts';
import { viewCandles } from '../../models/candle-columns.ts';
import { WINDOW } from '../../models/decision/analyse.ts';
import type { AnalysedClose } from '../../operators/analysis/analysed-close.ts';
import type { Decision } from '../../schema/signal.ts';
import { createEventClock } from './file/event-clock.ts';
import { fileMarkets } from './file/file-market.ts';
import { createFilePrices } from './file/file-prices.ts';
import { createLatePrices } from './file/late-prices.ts';
import { dataEnd } from './follow-trades.ts';
import type { Played } from './played-signals.ts';
import { createPlayer, type Player } from './player.ts';
import { preparedAnalyses, type PreparedAnalysesOptions } from './prepared-analyses.ts';
import type { Reading } from './reading.ts';

export interface PlayOptions<Name extends string> extends PreparedAnalysesOptions {
  readonly readings: Readonly<Record<Name, Reading>>;
  /** Every decision of a reading at a close at which a direction is called. */
  readonly onDecision?: (reading: Name, decision: Decision) => void;
}

/** How long the server's candle windows wait for late ticks by default, ms. */
const graceMs = 1000;

/**
 * Walks a file through what a server does with its market: candle windows, analyses, gates, signals, their ends and what those teach, by
 * the live operators on a virtual clock. Each reading has gates, signals and learning of its own; candles and analyses are common to all.
 * What is decided at a close is decided by what was known then: prices reach a reading at the next close, once their candle is over.
 */
export async function playSignals<Name extends string>(
  play: PlayOptions<Name>,
): Promise<Record<Name, Played>> {
  const { market, folded, readings, onDecision = () => {}, bars = WINDOW } = play;
  const { minutes, symbol, timeframe } = market;
  const clock = createEventClock();
  const turns = createTurns();
  const pending = createPending();
  const prepared = preparedAnalyses(play);
  const failures: unknown[] = [];
  const onFailure = (error: unknown): void => void failures.push(error);
  const players: Player[] = [];
  /** Candles that have closed. */
  let closed = 0;
  const isCalled = (closeTime: number): boolean => (prepared.at(closeTime)?.direction ?? 'WAIT') !== 'WAIT';

  const walk = walkCloses(symbol, {
    clock,
    slices: turns.slices,
    timeframes: [timeframe],
    historySize: bars,
    bars,
    marketOf: fileMarkets.of,
    gridOf: fileMarkets.gridOf,
    areWhole: true,
    isJudged: Object.values<Reading>(readings).some(({ gates }) => gates !== null),
    // A WAIT changes no state: it is no decision's input.
    windowOf: () => folded.closed.slice(Math.max(0, closed - bars), closed),
    columnsOf: (_candle, length) => viewCandles(folded.candles, Math.max(0, closed - length), closed),
    isAnalysed: ({ closeTime }) => isCalled(closeTime),
    // What a file lacks was not traded.
    tradedMillis: () => 0,
    analyse: (columns, { symbol, timeframe, closeTime }) =>
      players[0]!.analyse(columns, { symbol, timeframe, closeTime }),
    onFailure,
  });
  const names = Object.keys(readings) as Name[];
  for (const name of names)
    players.push(
      createPlayer(readings[name], {
        symbol,
        clock,
        histories: walk.histories,
        marketOf: fileMarkets.of,
        gridOf: fileMarkets.gridOf,
        jumpLimitsOf: fileMarkets.jumpLimitsOf,
        prepared,
        pending,
        onDecision: (decision) => onDecision(name, decision),
        onFailure,
      }),
    );
  const [first, ...others] = players;
  /** The same close for the other readings, each calibrated by its own outcomes. */
  const share = (close: AnalysedClose): void => {
    first?.decide(close);
    const { columns, closeTime } = close;
    const analysis = prepared.at(closeTime);
    for (const { reading, analyse, decide } of others)
      if (analysis !== undefined && reading.accept?.(analysis) !== false)
        analyse(columns, { symbol, timeframe, closeTime }).then(
          (verdict) => decide({ ...close, ...verdict }),
          onFailure,
        );
  };
  const running = walk.closes$.subscribe(share);

  const prices = createFilePrices(symbol, minutes);
  const told = players.map((player) => createLatePrices(prices, player));
  for (const candle of folded.closed) {
    closed++;
    const { openTime, closeTime } = candle;
    clock.time = closeTime + graceMs;
    const isDue = isCalled(closeTime);
    for (const each of told)
      if (isDue) each.upTo(closeTime);
      else each.keepUp(closeTime);
    walk.close(openTime, closeTime, candle);
    while (turns.run() || pending.size > 0) {
      await pending.settled();
      await nextTurn();
    }
    if (failures.length > 0) break;
  }
  const end = dataEnd(minutes);
  for (const each of told) each.upTo(end);
  running.unsubscribe();
  for (const { end } of players) end();
  if (failures.length > 0) throw failures[0];
  return Object.fromEntries(names.map((name, i) => [name, players[i]!.played(end)])) as Record<Name, Played>;
}
