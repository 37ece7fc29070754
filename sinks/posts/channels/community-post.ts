import { mostRoundingShift, roundingShift } from '../../../schema/symbol/price-decimals.ts';
import type { Signal } from '../../../schema/signal.ts';
import { mt5SafeText } from './mt5-safe-text.ts';

/** The body that the community platform accepts. Prices in quote currency. */
export interface CommunityPost {
  readonly symbol: string;
  readonly action: 'BUY' | 'SELL';
  readonly entry: number;
  readonly tp: number;
  readonly sl: number;
  /** 0 to 1. */
  readonly confidence: number;
  /** Contains odds, break-even and expectation as text: the platform has no columns for them. */
  readonly reasoning: string;
  readonly timeframe: string;
  readonly signal_id: string;
}

/**
 * Fits a signal to the platform's columns: prices below 100000 with `decimals` decimals, confidence with 2, plain text. Returns the
 * reason as a string where that is impossible: the platform would always respond with 500, or followers would copy another trade.
 */
export function communityPost(signal: Signal, decimals = 5): CommunityPost | string {
  const { signal_type: action, timeframe, id } = signal;
  if (action === 'WAIT' || signal.tp === null || signal.sl === null)
    return 'only BUY and SELL with levels are posted';
  const symbol = signal.symbol.replaceAll('/', '');
  if (symbol.length > 50) return 'the symbol has more than 50 characters';
  const issued = { entry: signal.entry, tp: signal.tp, sl: signal.sl };
  const round = (price: number) => Number(price.toFixed(decimals));
  const levels = { entry: round(issued.entry), tp: round(issued.tp), sl: round(issued.sl) };
  const { entry, tp, sl } = levels;
  for (const [name, price] of Object.entries(levels)) {
    if (!(price > 0)) return `${name} ${price} is not above 0 with ${decimals} decimals`;
    if (!(price < 100_000)) return `${name} ${price} does not fit the platform: it takes prices below 100000`;
  }
  const inOrder = action === 'BUY' ? sl < entry && entry < tp : tp < entry && entry < sl;
  if (!inOrder)
    return `with ${decimals} decimals the levels are out of order: entry ${entry}, tp ${tp}, sl ${sl} for ${action}`;
  if (!(roundingShift(issued, decimals) <= mostRoundingShift))
    return `with ${decimals} decimals it would be another trade: ${inWords(issued)} would become ${inWords(levels)}; COMMUNITY_DECIMALS says how many the platform takes`;
  return {
    symbol,
    action,
    ...levels,
    confidence: Math.min(1, Math.max(0, Number(signal.confidence.toFixed(2)))),
    reasoning: mt5SafeText(signal.reasoning, 500),
    timeframe,
    signal_id: id,
  };
}

function inWords({ entry, tp, sl }: { entry: number; tp: number; sl: number }): string {
  const risk = Math.abs(entry - sl);
  return `risk ${Number(risk.toPrecision(3))} and reward per risk ${(Math.abs(tp - entry) / risk).toFixed(2)}`;
}
