import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { calendarService } from '../../simulator/calendar-service.ts';
import { noFaults } from '../../simulator/faults.ts';
import { calendarWeek } from '../../streams/news/calendar-week.ts';

it.each([
  '2026-11-28T23:30:00Z',
  '2026-11-29T00:00:00Z',
  '2026-11-29T04:59:59Z',
  '2026-11-29T05:00:00Z',
  '2026-07-05T03:59:59Z',
  '2026-07-05T04:00:00Z',
  '2027-01-01T00:00:00Z',
])('serves the week that New York has at %s', async (at) => {
  const now = Date.parse(at);
  const server = createServer(
    calendarService({ seed: 1, now: () => now, faults: noFaults().calendar }).listener,
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const events = (await (await fetch(`http://127.0.0.1:${port}`)).json()) as { date: string }[];
  expect(new Set(events.map(({ date }) => calendarWeek(Date.parse(date))))).toEqual(
    new Set([calendarWeek(now)]),
  );
  server.close();
});
