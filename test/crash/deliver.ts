/** Issues signals and delivers them, as the server does, until it is killed; or, told to drain, only delivers. */
import { temporaryStoreAt } from '../support/services/database.ts';
import { pipeline } from '../support/pipeline.ts';
import { aSignal, placeOf } from '../support/signals.ts';

const { folder, url, redisUrl, idempotent, drain } = JSON.parse(process.argv[2]!) as {
  folder: string;
  url: string;
  redisUrl?: string;
  idempotent: boolean;
  drain: boolean;
};
const store = await temporaryStoreAt(folder);
const line = pipeline({
  store,
  redisUrl,
  url,
  channel: { idempotent, timeoutMs: 150 },
  sweepEveryMs: 500,
  delivery: { lockDurationMs: 500, livePrice: () => undefined },
});
console.log(JSON.stringify({ started: true }));
for (let i = 0; ; i += 1) {
  if (drain) break;
  const short = i % 10 === 9;
  const signal = aSignal(placeOf('SYM', i));
  void line.issue(short ? { ...signal, expires_at: Date.now() + 300 } : signal);
  await new Promise((done) => setTimeout(done, 15));
}
const unfinished = async () => {
  const { states } = await store.outbox.counts('community');
  return states.queued + states.sending;
};
while ((await unfinished()) > 0) await new Promise((done) => setTimeout(done, 100));
await line.close();
await store.close();
console.log(JSON.stringify({ drained: true }));
process.exit(0);
