/** Issues signals and delivers them, as the server does, until it is killed; or, told to drain, only delivers. */
import { temporaryStoreAt } from '../support/services/database.ts';
import { pipeline } from '../support/pipeline.ts';
import { aSignal, placeOf } from '../support/signals.ts';

const {
  folder,
  url,
  redisUrl,
  idempotent,
  asks,
  from = 0,
  drain,
} = JSON.parse(process.argv[2]!) as {
  folder: string;
  url: string;
  redisUrl?: string;
  idempotent: boolean;
  asks?: boolean;
  /** The first place that no earlier life has used: signals that are open keep theirs. */
  from?: number;
  drain: boolean;
};
const store = await temporaryStoreAt(folder);
const line = pipeline({
  store,
  redisUrl,
  url,
  channel: { idempotent, timeoutMs: 150 },
  ...(asks === true && { lookupPath: '/lookup', lookupSettleMs: 500 }),
  sweepEveryMs: 500,
  delivery: { lockDurationMs: 500, livePrice: () => undefined },
});
console.log(JSON.stringify({ started: true }));
/** However slowly the first is sent: what a life leaves behind must not grow with the load of the machine. */
const issues = drain ? 0 : 100;
for (let i = from; i < from + issues; i += 1) {
  const short = i % 10 === 9;
  const signal = aSignal(placeOf('SYM', i));
  const issued = line.issue(short ? { ...signal, expires_at: Date.now() + 300 } : signal);
  // A database that is too slow for this has not stored the signal: nothing is to be posted.
  issued.catch(() => {});
  // One in doubt holds its symbol up for seconds.
  await new Promise((done) => setTimeout(done, asks === true ? 60 : 15));
}
if (!drain) await new Promise(() => {});
const unfinished = async () => {
  const { states } = await store.outbox.counts('community');
  return states.queued + states.sending;
};
while ((await unfinished()) > 0) await new Promise((done) => setTimeout(done, 100));
await line.close();
await store.close();
console.log(JSON.stringify({ drained: true }));
process.exit(0);
