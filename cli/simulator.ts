import { isMarketOpen } from '../models/calendar/market-hours.ts';
import type { Listing } from '../simulator/listing.ts';
import { command, CommandError, positiveNumber, wholeNumber } from './command.ts';
import { recordedMarket } from './recorded-market.ts';
import { demoPlan, freePlan, startSimulator } from '../simulator/start-simulator.ts';

const help = `Usage: npm run simulator -- [options]

A market and stand-ins for the provider, the calendar, the news service and the community platform, on loopback.

  --port N       first of five ports in a row: socket, REST, calendar, news, community (default 9400; 0 takes free ones)
  --seed N       which market (default 1)
  --speed N      simulated time runs N times as fast; the server then needs CLOCK=feed (default 1)
  --replay DIR   what a server recorded with RECORD_TICKS=true, in place of the seeded market, from its first tick at the first
                 subscription on; the server then needs CLOCK=feed
  --real-hours   forex and metals rest at the weekend, as the real markets do
  --free-plan    8 credits a minute, 8 symbols, as the provider's free plan
  --idempotent   the platform honours Idempotency-Key; set COMMUNITY_IDEMPOTENT=true too`;

const options = {
  port: { type: 'string', default: '9400' },
  seed: { type: 'string', default: '1' },
  speed: { type: 'string', default: '1' },
  replay: { type: 'string' },
  'real-hours': { type: 'boolean', default: false },
  'free-plan': { type: 'boolean', default: false },
  idempotent: { type: 'boolean', default: false },
} as const;

await command({ help, options }, async (values) => {
  const first = wholeNumber('port', values.port, 0, 65_531);
  const port = (n: number) => (first === 0 ? 0 : first + n);
  const simulator = await startSimulator({
    seed: wholeNumber('seed', values.seed, 0),
    speed: positiveNumber('speed', values.speed),
    ...(values.replay !== undefined && { replay: await recordedMarket(values.replay) }),
    plan: values['free-plan'] ? freePlan : demoPlan,
    isIdempotent: values.idempotent,
    ...(values['real-hours'] && {
      isOpen: ({ market }: Listing, time: number) => isMarketOpen(market, time),
    }),
    ports: { socket: port(0), rest: port(1), calendar: port(2), news: port(3), community: port(4) },
  }).catch((error: NodeJS.ErrnoException & { port?: number }) => {
    if (error.syscall !== 'listen') throw error;
    throw new CommandError(
      `port ${error.port} cannot be taken (${error.code}): name another by --port, or 0`,
    );
  });
  const { urls, keys } = simulator;
  console.log(`The simulator runs; received signals show at ${urls.communityUrl}/ . Start the server on it with:

TWELVEDATA_API_KEY=${keys.provider} \\
TWELVEDATA_WS_URL=${urls.wsUrl} \\
TWELVEDATA_REST_URL=${urls.restUrl} \\
CALENDAR_URL=${urls.calendarUrl} \\
FINLIGHT_URL=${urls.newsUrl} FINLIGHT_API_KEY=${keys.news} \\
COMMUNITY_TRADING_URL=${urls.communityUrl} COMMUNITY_API_KEY=${keys.community} \\
TIMEFRAMES=1min,5min,1h npm start`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.close());
});
