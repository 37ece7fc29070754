/** Posts what is stored and due, at a rate, until it is killed. */
import { openStore } from '../../store/open-store.ts';
import { pipeline } from '../support/pipeline.ts';
import { quiet } from '../support/services/database.ts';

const { databaseUrl, redisUrl, url, perMinute } = JSON.parse(process.argv[2]!) as {
  databaseUrl: string;
  redisUrl?: string;
  url: string;
  perMinute: number;
};
const store = await openStore({ dataDir: '/nowhere', databaseUrl, log: quiet, now: Date.now });
pipeline({
  store,
  redisUrl,
  url,
  perMinute,
  channel: { idempotent: true, timeoutMs: 3_000 },
  sweepEveryMs: 500,
  delivery: { lockDurationMs: 1_000, concurrency: 8 },
});
console.log(JSON.stringify({ started: true }));
