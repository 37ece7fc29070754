import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { isForwarded, isLoopback } from './client-address.ts';

/** Is the origin that of the page which this very server gave? Compares host and port with the Host header. */
export function isOwnOrigin(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || host === undefined) return false;
  const page = URL.parse(origin);
  const server = page === null ? null : URL.parse(`${page.protocol}//${host}`);
  return page !== null && server !== null && page.origin === origin && page.host === server.host;
}

/**
 * May a page of this origin use the public routes? Without an Origin the client is no page. Our own page is let in by
 * an exact entry of the list or, at an address that DNS cannot be made to point at, without one.
 */
export function isOriginAllowed(request: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin } = request.headers;
  if (origin === undefined || allowed.includes('*') || allowed.includes(origin)) return true;
  return isNumericHost(request.headers.host) && isOwnOrigin(request);
}

/**
 * A browser on this machine can be made to ask us under a foreign name that resolves to loopback (DNS rebinding): such
 * a request carries that name as its Host. A trusted proxy in front passes whatever name it serves.
 */
export function isForeignHost(request: IncomingMessage, hops: number): boolean {
  if (!isLoopback(request.socket.localAddress)) return false;
  if (hops > 0 && isForwarded(request)) return false;
  const { host } = request.headers;
  if (host === undefined) return false;
  const name = hostName(host);
  return !(name === 'localhost' || name.endsWith('.localhost') || isLoopback(name));
}

function isNumericHost(host: string | undefined): boolean {
  const name = hostName(host ?? '');
  return name === 'localhost' || isIP(name) !== 0;
}

/** Host header without its port, lower case, without the brackets of an IPv6 address. */
function hostName(host: string): string {
  const url = URL.parse(`http://${host}`);
  return (url?.hostname ?? host).replace(/^\[|\]$/g, '').toLowerCase();
}
