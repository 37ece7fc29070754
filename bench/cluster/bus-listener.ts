/** The gateway's end of the bus, in a process of its own: counts ticks and its own processor time, and tells when it has heard `expected`. */
import { listenToBus } from '../../cluster/bus.ts';
import { newestTerm } from '../../cluster/newest-term.ts';
import { openRedisLink } from '../../cluster/redis-link.ts';
import { quiet } from '../../test/support/services/database.ts';

const [url, channel, expected] = process.argv.slice(2) as [string, string, string];
const link = openRedisLink(url, quiet, Math.random);
let ticks = 0;
let from = process.cpuUsage();
listenToBus(link, channel, {
  terms: newestTerm(0),
  onMessage: ({ kind }) => {
    if (kind !== 'tick') return;
    if (ticks === 0) from = process.cpuUsage();
    ticks += 1;
    if (ticks !== Number(expected)) return;
    const { user, system } = process.cpuUsage(from);
    process.send!({ cpuUs: user + system });
  },
  onBad: () => process.exit(1),
});
link.onListening(() => process.send!('ready'));
