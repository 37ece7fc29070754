import type { Signal } from '../../schema/signal.ts';
import { plainText } from './plain-text.ts';

/** The body that the community platform takes. Prices in quote currency. */
export interface CommunityPost {
  readonly symbol: string;
  readonly action: 'BUY' | 'SELL';
  readonly entry: number;
  readonly tp: number;
  readonly sl: number;
  /** 0 to 1. */
  readonly confidence: number;
  readonly reasoning: string;
  readonly timeframe: string;
  readonly signal_id: string;
}

/**
 * Fits a signal to the platform's columns: prices with 5 decimals below 100000, confidence with 2, plain text. Answers the
 * reason as a string where it cannot be fitted: the platform would answer 500 for ever.
 */
export function communityPost(signal: Signal): CommunityPost | string {
  const { signal_type: action, timeframe, id } = signal;
  if (action === 'WAIT' || signal.tp === null || signal.sl === null)
    return 'only BUY and SELL with levels are posted';
  const symbol = signal.symbol.replaceAll('/', '');
  if (symbol.length > 50) return 'the symbol has more than 50 characters';
  const entry = fiveDecimals(signal.entry);
  const tp = fiveDecimals(signal.tp);
  const sl = fiveDecimals(signal.sl);
  for (const [name, price] of Object.entries({ entry, tp, sl })) {
    if (!(price > 0)) return `${name} ${price} is not above 0 with 5 decimals`;
    if (!(price < 100_000)) return `${name} ${price} does not fit the platform: it takes prices below 100000`;
  }
  const inOrder = action === 'BUY' ? sl < entry && entry < tp : tp < entry && entry < sl;
  if (!inOrder)
    return `with 5 decimals the levels are out of order: entry ${entry}, tp ${tp}, sl ${sl} for ${action}`;
  return {
    symbol,
    action,
    entry,
    tp,
    sl,
    confidence: Math.min(1, Math.max(0, Number(signal.confidence.toFixed(2)))),
    reasoning: plainText(signal.reasoning, 500),
    timeframe,
    signal_id: id,
  };
}

const fiveDecimals = (price: number) => Number(price.toFixed(5));
