import type { Client, PoolConfig } from 'pg';
import { newClient } from '../../store/connect/new-client.ts';

/** One session of its own with a database, closed again. A connection that is lost fails the statement in hand. */
export async function withSession<T>(
  config: PoolConfig,
  applicationName: string,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const client = newClient({
    ...config,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end().catch(() => {});
  }
}
