import { useMemo } from 'preact/hooks';
import { concerns, currenciesOf, news, type CalendarEvent } from '../../state/events.ts';
import { symbols } from '../../state/server.ts';
import { useStore } from '../../state/use-store.ts';

const none: readonly CalendarEvent[] = [];

/** The calendar's events of high impact that move a symbol. */
export function useSymbolEvents(symbol: string): readonly CalendarEvent[] {
  const events = useStore(news, (asked) => asked.data?.impactful_events ?? none);
  const currencies = useStore(symbols, (asked) =>
    currenciesOf(asked.data?.symbols.find((watched) => watched.symbol === symbol)).join(),
  );
  return useMemo(
    () => events.filter((event) => concerns(event, currencies.split(','))),
    [events, currencies],
  );
}
