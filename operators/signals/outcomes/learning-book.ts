import { type Calibration, fitCalibration, UNCALIBRATED } from '../../../models/report/calibration.ts';
import { DEFAULT_ASSIGNMENT, ownerOf } from '../../../schema/strategies/assignment.ts';
import type { Forecast } from '../../../schema/forecast.ts';
import type { Outcome } from '../../../schema/signal.ts';
import type { Timeframe } from '../../../schema/timeframe.ts';
import { createTimeline, type Timeline } from './timeline.ts';

/** What outcomes have taught, at one instant. */
export interface Learning {
  /** Share of the assignment's resolved signals of the symbol and timeframe with a gain after cost; null while there are none. */
  readonly winRate: number | null;
  readonly trades: number;
  readonly calibration: Calibration;
}

export const UNTAUGHT: Learning = { winRate: null, trades: 0, calibration: UNCALIBRATED };

/** The close that something is to be known for. */
export interface TaughtClose {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** Close of its candle, Unix ms. */
  readonly closeTime: number;
  /** @default live */
  readonly source?: Forecast['source'];
  /** Whose outcomes count. @default the default one's */
  readonly assignment?: string | undefined;
}

export interface LearningBook {
  /** A signal has ended. What its levels came to is known too, unless it was reversed. */
  add(forecast: Forecast, outcome: Outcome): void;
  /** A reversed signal's levels have come to this. */
  judge(forecast: Forecast, levels: Outcome): void;
  /** What was known when a candle closed: nothing that was resolved later. */
  of(close: TaughtClose): Learning;
}

export interface LearningBookOptions {
  /** Outcomes kept of each timeframe. @default 1000 */
  readonly most?: number;
  /** Do followers get the symbol's signals? @default those of all */
  readonly isConfigured?: (symbol: string) => boolean;
}

interface Judged {
  readonly symbol: string;
  readonly probability: number;
  readonly hit: boolean;
}

/** Ends without a result teach nothing. */
const resultless: ReadonlySet<string> = new Set(['open', 'void']);

/**
 * Keeps the outcomes that confidence is calibrated on: the latest `most` of each timeframe. Odds are in units of each market's own
 * volatility, so a symbol starts from the calibration of all others and moves to its own as its outcomes come, each step with a
 * prior worth 50 outcomes. `prob_tp_hit` is judged by what its levels came to, a reversed signal's too; expired counts as no. Win
 * rates are per symbol and timeframe, of every end. An assignment learns from its own outcomes alone. Signals of posted candles, which can be of any market and any year, teach
 * posted ones alone, and live ones of symbols that are not followed teach their own symbol alone: what a visitor adds moves nobody
 * else's odds. An outcome that arrives twice counts once; where an event was lost because its actor failed, the end that is found again takes the place of the first.
 */
export function createLearningBook({
  most = 1000,
  isConfigured = () => true,
}: LearningBookOptions = {}): LearningBook {
  const poolOf = (close: Omit<TaughtClose, 'closeTime'>) => {
    const { symbol, timeframe, source = 'live' } = close;
    return `${ownOf(close)}${source === 'live' && !isConfigured(symbol) ? 'visited' : source} ${timeframe}`;
  };
  const judged = new Map<string, Timeline<Judged>>();
  const ended = new Map<string, Timeline<boolean>>();
  const fitted = new Map<string, { readonly seen: string; fit: Calibration }>();

  const judge: LearningBook['judge'] = (forecast, { status, resolved_at }) => {
    const { id, symbol, probability } = forecast;
    if (probability === null || resultless.has(status)) return;
    lineOf(judged, poolOf(forecast), most).add(resolved_at, id, {
      symbol,
      probability,
      hit: status === 'tp',
    });
  };
  const calibrationOf = (close: TaughtClose): Calibration => {
    const { symbol, timeframe, closeTime, source = 'live' } = close;
    const pool = judged.get(`${ownOf(close)}${source} ${timeframe}`);
    const line = judged.get(poolOf(close));
    if (pool === undefined && line === undefined) return UNCALIBRATED;
    const seen = [pool, line].map((one) => `${one?.countUpTo(closeTime)} ${one?.version}`).join();
    const key = `${poolOf(close)} ${symbol}`;
    const before = fitted.get(key);
    if (before?.seen === seen) return before.fit;
    const ofPool = bySymbol(pool, closeTime, symbol);
    const others = fitCalibration(ofPool.others.forecasts, ofPool.others.outcomes);
    const { own: known } = pool === line ? ofPool : bySymbol(line, closeTime, symbol);
    const own = fitCalibration(known.forecasts, known.outcomes, others);
    fitted.set(key, { seen, fit: own });
    return own;
  };

  return {
    judge,
    add(forecast, outcome) {
      const { id, symbol, timeframe, source } = forecast;
      // A void one is no result.
      if (outcome.r === null || resultless.has(outcome.status)) return;
      lineOf(ended, `${ownOf(forecast)}${source} ${timeframe} ${symbol}`, most, Number).add(
        outcome.resolved_at,
        id,
        outcome.r > 0,
      );
      if (outcome.status !== 'reversed') judge(forecast, outcome);
    },
    of(close) {
      const { symbol, timeframe, closeTime, source = 'live' } = close;
      const line = ended.get(`${ownOf(close)}${source} ${timeframe} ${symbol}`);
      const trades = line?.countUpTo(closeTime) ?? 0;
      let won = line?.weight ?? 0;
      // Mostly all of them were known.
      for (let i = trades; i < (line?.entries.length ?? 0); i++) won -= Number(line!.entries[i]!.value);
      return {
        winRate: trades === 0 ? null : won / trades,
        trades,
        calibration: calibrationOf(close),
      };
    },
  };
}

/** What an assignment's keys begin with. */
function ownOf(close: Pick<TaughtClose, 'assignment'>): string {
  const { assignment } = ownerOf({ assignment: close.assignment });
  return assignment === DEFAULT_ASSIGNMENT ? '' : `${assignment} `;
}

/** What of a line was known at a time, of one symbol and of the others: forecasts, and 1 where they came true. */
function bySymbol(line: Timeline<Judged> | undefined, until: number, symbol: string) {
  const entries = line?.entries ?? [];
  const count = line?.countUpTo(until) ?? 0;
  let n = 0;
  for (let i = 0; i < count; i++) if (entries[i]!.value.symbol === symbol) n++;
  const ofCount = (length: number) => ({
    forecasts: new Float64Array(length),
    outcomes: new Float64Array(length),
  });
  const [own, others] = [ofCount(n), ofCount(count - n)];
  n = 0;
  for (let i = 0; i < count; i++) {
    const { symbol: whose, probability, hit } = entries[i]!.value;
    const to = whose === symbol ? own : others;
    const at = whose === symbol ? n++ : i - n;
    to.forecasts[at] = probability;
    to.outcomes[at] = hit ? 1 : 0;
  }
  return { own, others };
}

function lineOf<T>(
  lines: Map<string, Timeline<T>>,
  key: string,
  most: number,
  weigh?: (value: T) => number,
): Timeline<T> {
  let line = lines.get(key);
  if (line === undefined) lines.set(key, (line = createTimeline<T>(most, weigh)));
  return line;
}
