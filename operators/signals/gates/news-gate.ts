import type { CalendarState } from '../../../schema/calendar.ts';
import { currenciesOf } from '../../../schema/symbol/instrument.ts';
import type { Decision, GateVerdict } from '../../../schema/signal.ts';

export interface NewsContext {
  readonly calendar: CalendarState;
  /** When the entry would be, Unix ms. */
  readonly at: number;
  /** NEWS_WINDOW_BEFORE_MIN and NEWS_WINDOW_AFTER_MIN, ms. */
  readonly beforeMs: number;
  readonly afterMs: number;
  /** NEWS_FAIL_MODE: does a calendar that is not fresh let entries through? */
  readonly failMode: 'open' | 'closed';
  /** Currencies whose news moves a symbol. @default those that its text names */
  readonly currenciesOf?: (symbol: string) => readonly string[];
}

/**
 * Refuses an entry near a high-impact event of either of the symbol's currencies, or of `All`: from `beforeMs` before it
 * (included) to `afterMs` after it (excluded). A stale calendar's events still count: what it knows is true, what it
 * does not know is in doubt, and then, as with an unknown one, `failMode` decides.
 */
export function newsGate(decision: Decision, context: NewsContext): GateVerdict {
  const { calendar, at, beforeMs, afterMs, failMode } = context;
  const currencies = (context.currenciesOf ?? currenciesOf)(decision.symbol);
  const event = calendar.events.find(
    ({ impact, country, time }) =>
      impact === 'High' &&
      (country === 'All' || currencies.includes(country)) &&
      at >= time - beforeMs &&
      at < time + afterMs,
  );
  if (event !== undefined) {
    const when = new Date(event.time).toISOString().slice(0, 16).replace('T', ' ');
    return refused(`high-impact news, ${event.country} ${event.title} at ${when} UTC`);
  }
  return calendar.state !== 'fresh' && failMode === 'closed'
    ? refused(`the economic calendar is ${calendar.state}`)
    : { gate: 'news', passed: true };
}

const refused = (reason: string): GateVerdict => ({ gate: 'news', passed: false, reason });
