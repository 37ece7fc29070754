import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { until } from './until.ts';
import type { RunningServer } from './server.ts';
import { sleep } from './world.ts';

/** A fault shows within three seconds; the loaded build machine gets twice that. */
const foundWithinMs = 3_000 * 2;

interface Readiness {
  readonly ready: boolean;
  readonly reasons: string[];
}

/** `/ready` says no and why, in time, and `/health` goes on to answer within a second without burning a core. */
export async function saysWhy(server: RunningServer, reason: RegExp): Promise<void> {
  await until(async () => {
    const { ready, reasons } = await server.get<Readiness>('/ready');
    return !ready && reasons.some((one) => reason.test(one));
  }, foundWithinMs);
  expect((await fetch(`${server.url}/ready`)).status).toBe(503);
  await answersQuickly(server);
  expect(await busyShare(server, 2_000)).toBeLessThan(0.6);
}

export async function answersQuickly(server: RunningServer): Promise<void> {
  const begun = performance.now();
  expect((await fetch(`${server.url}/health`, { signal: AbortSignal.timeout(5_000) })).status).toBe(200);
  expect(performance.now() - begun).toBeLessThan(1_000);
}

export const isReady = (server: RunningServer, withinMs = 20_000) =>
  until(async () => (await server.get<Readiness>('/ready')).ready, withinMs);

/** SIGTERM ends it within ten seconds, well. */
export async function stopsInTime(server: RunningServer): Promise<void> {
  const begun = performance.now();
  expect(await server.stop()).toBe(0);
  expect(performance.now() - begun).toBeLessThan(10_000);
}

/** Share of one core that the server's process takes over some time. */
async function busyShare({ process: { pid } }: RunningServer, ms: number): Promise<number> {
  const ticks = async () => {
    const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]!.split(' ');
    return Number(fields[11]) + Number(fields[12]);
  };
  const [before, begun] = [await ticks(), performance.now()];
  await sleep(ms);
  return ((await ticks()) - before) / 100 / ((performance.now() - begun) / 1000);
}
