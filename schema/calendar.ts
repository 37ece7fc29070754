/** An entry of the economic calendar. `country` is a currency code, or `All` for every symbol; time Unix ms. */
export interface CalendarEvent {
  readonly title: string;
  readonly country: string;
  readonly time: number;
  readonly impact: 'High' | 'Medium' | 'Low' | 'Holiday';
}

/** The calendar as known: `stale` is old or of another week, `unknown` was never read. Unknown is not "no news". */
export interface CalendarState {
  readonly state: 'fresh' | 'stale' | 'unknown';
  readonly events: readonly CalendarEvent[];
}
