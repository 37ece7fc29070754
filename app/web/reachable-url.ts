import type { Config } from '../../config.ts';

/** Where this machine reaches a server that listens as configured: one on every address is on loopback, too. */
export function reachableUrl({ HOST, PORT }: Pick<Config, 'HOST' | 'PORT'>): string {
  const host = HOST === '0.0.0.0' ? '127.0.0.1' : HOST === '::' ? '::1' : HOST;
  return `http://${host.includes(':') ? `[${host}]` : host}:${PORT}`;
}
