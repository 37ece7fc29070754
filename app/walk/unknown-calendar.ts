import type { CalendarState } from '../../schema/calendar.ts';

/** The week's calendar tells of the days to come: of those before, nothing is known. */
export const unknownCalendar: CalendarState = { state: 'unknown', events: [] };
