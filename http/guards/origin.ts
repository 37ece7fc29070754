import type { IncomingMessage } from 'node:http';
import { type Host, hostOf, parseHost } from './host.ts';

/** Where a page comes from. */
interface Origin {
  readonly host: Host;
  readonly port: number;
}

const standardPorts: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** Undefined for `null`, and for what no browser writes: upper case, a path, a user, another scheme, the scheme's own port. */
function parseOrigin(text: string): Origin | undefined {
  const [, scheme, rest] = /^(https?):\/\/([^A-Z]+)$/.exec(text) ?? [];
  const host = rest === undefined ? undefined : parseHost(rest);
  if (host === undefined || host.port === standardPorts[scheme!]) return undefined;
  return { host, port: host.port ?? standardPorts[scheme!]! };
}

/** Is the origin that of the page which this very server gave? Compares host and port with the Host header. */
export function isOwnOrigin(request: IncomingMessage): boolean {
  const { origin: text = '' } = request.headers;
  const origin = parseOrigin(text);
  const server = hostOf(request);
  if (origin === undefined || server === undefined) return false;
  const port = server.port ?? standardPorts[text.split(':', 1)[0]!];
  return origin.host.name === server.name && origin.port === port;
}

/**
 * May a page of this origin use the public routes? Without an Origin the client is no page. Our own page is let in by
 * an exact entry of the list or, at an address that DNS cannot be made to point at, without one.
 */
export function isOriginAllowed(request: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin } = request.headers;
  if (origin === undefined || allowed.includes('*') || allowed.includes(origin)) return true;
  const host = hostOf(request);
  return (
    host !== undefined && (host.address !== undefined || host.name === 'localhost') && isOwnOrigin(request)
  );
}
