import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { newYorkOffset } from '../models/calendar/new-york-time.ts';
import type { Faults } from './faults.ts';
import { answerFault } from './http-answers.ts';
import { keyedRandom } from './random.ts';

const dayMs = 86_400_000;
/** Events of high impact keep this distance from the simulator's start, or a fresh demo would be barred from trading at once. */
const quietMs = 3 * 3_600_000;

const releases = [
  ['CPI y/y', 'USD', 'High'],
  ['Unemployment Claims', 'USD', 'High'],
  ['Main Refinancing Rate', 'EUR', 'High'],
  ['ISM Services PMI', 'USD', 'Medium'],
  ['German Factory Orders m/m', 'EUR', 'Low'],
  ['Retail Sales m/m', 'GBP', 'Medium'],
  ['FOMC Member Speaks', 'USD', 'Medium'],
  ['Trade Balance', 'JPY', 'Low'],
] as const;

export interface CalendarServiceOptions {
  readonly seed: number;
  readonly now: () => number;
  readonly faults: Faults['calendar'];
  /** Requests in five minutes before it refuses. @default 2 */
  readonly requestsPerFiveMinutes?: number;
}

/** The weekly economic calendar: New York offsets, an ETag, and a refusal in HTML after too many requests. */
export function calendarService(options: CalendarServiceOptions) {
  const { seed, now, faults, requestsPerFiveMinutes = 2 } = options;
  const startedAt = now();
  let asked: number[] = [];
  const requests: { at: number; etag: string | undefined }[] = [];

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    requests.push({ at: now(), etag: request.headers['if-none-match'] });
    if (requests.length > 1_000) requests.shift();
    if (await answerFault(faults, response)) return;
    asked = [...asked.filter((at) => now() - at < 300_000), now()];
    if (asked.length > requestsPerFiveMinutes) {
      response.writeHead(429, { 'content-type': 'text/html', 'retry-after': '300' });
      response.end('<!DOCTYPE html><html><body>Request Denied</body></html>');
      return;
    }
    const body = JSON.stringify(weekOf(seed, now() - (faults.lastWeek ? 7 * dayMs : 0), startedAt));
    const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`;
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, { etag }).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json', etag }).end(body);
  };
  return {
    requests: () => requests as readonly { at: number; etag: string | undefined }[],
    listener: (request: IncomingMessage, response: ServerResponse) => {
      answer(request, response).catch(() => response.destroy());
    },
  };
}

/** The entries from New York's Sunday to its Saturday around a time. */
function weekOf(seed: number, time: number, startedAt: number) {
  const local = time + newYorkOffset(time);
  const sunday = Math.floor(local / dayMs) - new Date(local).getUTCDay();
  const random = keyedRandom(seed, 'calendar', sunday);
  return [1, 2, 3, 4, 5].flatMap((weekday) =>
    releases
      .filter(() => random() < 0.4)
      .map(([title, country, impact]) => {
        const at =
          (sunday + weekday) * dayMs +
          (7 + Math.floor(random() * 12)) * 3_600_000 +
          (random() < 0.5 ? 0 : 1_800_000);
        const isNear = Math.abs(at - startedAt) < quietMs;
        return {
          title,
          country,
          date: inNewYork(at),
          impact: impact === 'High' && isNear ? 'Medium' : impact,
          forecast: `${(random() * 4).toFixed(1)}%`,
          previous: `${(random() * 4).toFixed(1)}%`,
        };
      })
      .sort((a, b) => Date.parse(a.date) - Date.parse(b.date)),
  );
}

const wallClock = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'America/New_York',
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** ISO 8601 with New York's offset of that day, `2026-03-04T08:30:00-05:00`. */
function inNewYork(time: number): string {
  const local = wallClock.format(time).replace(' ', 'T');
  const hours = Math.round((time - Date.parse(`${local}Z`)) / 3_600_000);
  return `${local}-0${hours}:00`;
}
