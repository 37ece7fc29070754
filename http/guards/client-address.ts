import type { IncomingMessage } from 'node:http';
import { type Address, parseAddress } from './address.ts';

/**
 * Address of the client. Behind `hops` trusted proxies it is the entry of `X-Forwarded-For` that the outermost of them wrote; what
 * stands left of it the client may have made up. Undefined where the connection is gone.
 */
export function clientAddress(request: IncomingMessage, hops: number): Address | undefined {
  const socket = parseAddress(request.socket.remoteAddress ?? '');
  if (hops === 0) return socket;
  const header = request.headers['x-forwarded-for'];
  const chain = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',');
  return forwardedAddress(chain.at(-hops)?.trim() ?? '') ?? socket;
}

/** The address of an entry, which some proxies write with its port: `203.0.113.7:51234`, `[2001:db8::1]:443`. */
function forwardedAddress(entry: string): Address | undefined {
  const [, bracketed, dotted] = /^"?(?:\[([^\]]*)\]|([\d.]+))(?::\w*)?"?$/.exec(entry) ?? [];
  return parseAddress(bracketed ?? dotted ?? entry);
}

/** Does a request carry a header that shows that it came through a proxy? Anybody can write them: only asked where a proxy is trusted. */
export function isForwarded(request: IncomingMessage): boolean {
  return ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'].some(
    (name) => request.headers[name] !== undefined,
  );
}
