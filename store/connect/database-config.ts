import type { PoolConfig } from 'pg';
import { urlsOfHosts } from '../../schema/secrets/parse-address.ts';
import { primaryClient } from './primary-client.ts';

/** How to connect to a DATABASE_URL. Of several hosts the one that takes writes is asked for at each connect, by pools and by `newClient`. */
export function databaseConfig(url: string): PoolConfig {
  const hosts = urlsOfHosts(url).map(withoutTarget);
  const [first = url] = hosts;
  return { connectionString: first, ...(hosts.length > 1 && { Client: primaryClient(hosts) }) };
}

/** It is libpq's; PostgreSQL knows no such parameter. */
function withoutTarget(url: string): string {
  if (!url.includes('target_session_attrs=')) return url;
  const [before, search = ''] = url.split('?', 2);
  const rest = search.split('&').filter((one) => !one.startsWith('target_session_attrs='));
  return rest.length === 0 ? before! : `${before}?${rest.join('&')}`;
}
