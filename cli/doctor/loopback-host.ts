import { isOfThisMachine, parseHost } from '../../http/guards/host.ts';

/** Does this HOST, or this URL's host, stay on the machine? */
export function isLoopbackHost(host: string): boolean {
  // HOST writes an IPv6 address without brackets.
  const parsed = parseHost(host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);
  return parsed !== undefined && isOfThisMachine(parsed);
}
