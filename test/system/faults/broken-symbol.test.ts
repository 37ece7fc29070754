import { Client } from 'pg';
import { expect, it } from 'vitest';
import { databaseUser } from '../../../store/embedded/postmaster.ts';
import { until } from '../../support/until.ts';
import { createWorld, deliveryOf, postClose } from '../../support/world.ts';

it('a symbol that fails again and again stands still alone, and /health names it', async () => {
  const world = await createWorld({ SYMBOLS: 'BTC/USD,ETH/USD' });
  try {
    const first = await world.start();
    const id = await postClose(first, 'BROKEN');
    await postClose(first, 'SOUND');
    const { host } = await world.folder.database();
    const client = new Client({ host, user: databaseUser, database: 'postgres' });
    await client.connect();
    // Without its levels an open signal cannot be followed: the symbol fails at each start.
    await client.query(`update signal set body = body || '{"tp":null,"sl":null}' where id = $1`, [id]);
    await client.end();
    await first.stop('SIGKILL');

    const server = await world.start();
    interface Health {
      readonly status: string;
      readonly parts: {
        readonly symbols: { readonly state: string; readonly stopped?: Record<string, string> };
      };
    }
    const health = await until(async () => {
      const answer = await server.get<Health>('/health');
      return answer.parts.symbols.stopped !== undefined && answer;
    }, 20_000);
    expect(Object.keys(health.parts.symbols.stopped!)).toEqual(['BROKEN']);
    expect(health.status).toBe('degraded');
    await expect(postClose(server, 'BROKEN', '4h')).rejects.toThrow(/503.*symbol_failed/);

    await until(async () => (await server.get<{ ready: boolean }>('/ready')).ready, 20_000);
    const { symbols } = await server.get<{ symbols: { symbol: string; state: string }[] }>('/symbols');
    expect(symbols.map(({ symbol, state }) => [symbol, state])).toEqual([
      ['BTCUSD', 'live'],
      ['ETHUSD', 'live'],
    ]);
    const other = await postClose(server, 'OTHER');
    await until(async () => (await deliveryOf(server, other))?.state === 'delivered', 15_000);
    expect(await server.stop()).toBe(0);
  } finally {
    await world.dispose();
  }
});
