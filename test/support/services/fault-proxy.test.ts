import { asyncScheduler, BehaviorSubject } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { keyedRandom } from '../../../simulator/random.ts';
import { ManualClock } from '../../manual-clock.ts';
import { listen, simulate, ticksOf, until } from '../../streams/provider/socket/feed-harness.ts';

const proxies: FaultProxy[] = [];
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close();
});

async function behindProxy(clock: ManualClock | typeof asyncScheduler = asyncScheduler) {
  const simulator = await simulate();
  const proxy = await startFaultProxy({
    target: Number(new URL(simulator.urls.wsUrl).port),
    random: keyedRandom('proxy'),
  });
  proxies.push(proxy);
  const url = simulator.urls.wsUrl.replace(/:\d+\//, `:${proxy.port}/`);
  const heard = listen(simulator, ['BTCUSD'], {
    url,
    clock,
    symbols$: new BehaviorSubject(new Set(['BTCUSD'])),
  });
  if (clock instanceof ManualClock) await clock.advance(1_000, { step: 50 });
  await until(() => ticksOf(heard).length > 3);
  const lives = () => heard.states().filter((state) => state === 'live').length;
  return { simulator, proxy, heard, lives };
}

describe('the feed behind a bad network', () => {
  it('reconnects after a reset', async () => {
    const { proxy, lives } = await behindProxy();
    proxy.cut();
    await until(() => lives() === 2);
    expect(proxy.connections()).toBe(1);
  });

  it('reconnects after a half-close', async () => {
    const { proxy, heard, lives } = await behindProxy();
    proxy.halfClose();
    await until(() => lives() === 2);
    expect(heard.states()).toEqual(['connecting', 'live', 'disconnected', 'connecting', 'live']);
  });

  it('keeps order under latency', async () => {
    const { proxy, heard } = await behindProxy();
    proxy.faults.latencyMs = 300;
    const before = ticksOf(heard).length;
    await until(() => ticksOf(heard).length > before + 5);
    const times = ticksOf(heard).map(({ eventTime }) => eventTime);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(ticksOf(heard).at(-1)!.receivedTime - times.at(-1)!).toBeGreaterThan(250);
  });

  it.each(['blackhole', 'muteServer'] as const)('closes a connection within 35 s of a %s', async (fault) => {
    const clock = new ManualClock();
    const { proxy, heard, lives } = await behindProxy(clock);
    proxy.faults[fault] = true;
    const from = clock.now();
    while (!heard.states().includes('disconnected') && clock.now() - from < 60_000) await clock.advance(250);
    expect(clock.now() - from).toBeLessThanOrEqual(35_000);
    proxy.faults[fault] = false;
    await clock.advance(5_000);
    await until(() => lives() === 2);
  });

  it('survives flipped bits: a broken frame is skipped or ends the socket, never the feed', async () => {
    const clock = new ManualClock();
    const { proxy, heard } = await behindProxy(clock);
    proxy.faults.flipShare = 1;
    await until(() => heard.skipped.length > 3 || heard.states().includes('disconnected'));
    proxy.faults.flipShare = 0;
    // A flipped length makes the parser swallow the following frames, pongs included, until the socket counts as dead.
    await clock.advance(40_000, { realMs: 10 });
    const before = ticksOf(heard).length;
    await until(() => ticksOf(heard).length > before + 3);
    expect(heard.error).toBeUndefined();
  });
});
