import { Client, type PoolConfig } from 'pg';

/** A client of the database that the configuration leads to, not yet connected. */
export function newClient(config: PoolConfig): Client {
  const Made = (config.Client ?? Client) as new (config: PoolConfig) => Client;
  return new Made(config);
}
