import type { IncomingMessage } from 'node:http';
import { type Address, isLoopback, parseAddress } from './address.ts';

/** The host and port that a client believes it asks. */
export interface Host {
  /** A name in lower case, or an address in its one spelling. */
  readonly name: string;
  /** Where the host is no name. */
  readonly address: Address | undefined;
  /** Undefined where none is written: the scheme's. */
  readonly port: number | undefined;
}

/**
 * Parses `name`, `1.2.3.4` or `[::1]`, each with or without a port. Undefined for all else: a user before an `@`, escapes, a zone,
 * letters that a browser would rewrite. It is no URL parser, which makes an address of `2130706433` and `0x7f.1`.
 */
export function parseHost(text: string): Host | undefined {
  const [, bracketed, plain, port] =
    /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  if (bracketed === undefined && plain === undefined) return undefined;
  const address = parseAddress(bracketed ?? plain!);
  // Only an IPv6 address stands in brackets.
  if (bracketed !== undefined && (address === undefined || !bracketed.includes(':'))) return undefined;
  const number = port === undefined ? undefined : Number(port);
  if (number !== undefined && number > 65_535) return undefined;
  return { name: address ?? plain!.toLowerCase(), address, port: number };
}

/** The host of a request that names exactly one. */
export function hostOf(request: IncomingMessage): Host | undefined {
  const [text, second] = request.headersDistinct['host'] ?? [];
  return text === undefined || second !== undefined ? undefined : parseHost(text);
}

/** Does the name of a host stay on this machine, whatever DNS says? */
export function isOfThisMachine({ name, address }: Host): boolean {
  if (address !== undefined) return isLoopback(address);
  return name === 'localhost' || name.endsWith('.localhost');
}
