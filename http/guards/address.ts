import { isIP } from 'node:net';

declare const kind: unique symbol;
/**
 * An IP address in its one spelling: IPv4 as four decimals, IPv6 as RFC 5952 writes it, IPv4 that is mapped into IPv6 as IPv4. Never a
 * name: what is asked of an address (is it loopback?) cannot be asked of `127.evil.example`.
 */
export type Address = string & { readonly [kind]: 'address' };

/**
 * Undefined for whatever is no address: names, ports, and the spellings of IPv4 that resolvers take (`2130706433`, `0x7f.1`,
 * `0177.0.0.1`, `127.1`). The zone of an IPv6 address is dropped: it names an interface of this machine.
 */
export function parseAddress(text: string): Address | undefined {
  const version = isIP(text);
  if (version === 0) return undefined;
  if (version === 4) return text as Address;
  const canonical = URL.parse(`http://[${text.split('%', 1)[0]}]`)!.hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
  if (mapped === null) return canonical as Address;
  const halves = [mapped[1]!, mapped[2]!].map((half) => Number.parseInt(half, 16));
  return halves.flatMap((half) => [half >> 8, half & 0xff]).join('.') as Address;
}

export function isLoopback(address: Address): boolean {
  return address === '::1' || address.startsWith('127.');
}

/** What limits count by: an IPv4 address, or the /64 that one IPv6 customer has. */
export function limitKey(address: Address | undefined): string {
  if (address === undefined) return 'unknown';
  if (!address.includes(':')) return address;
  const [head = '', tail = ''] = address.split('::');
  const [left, right] = [head, tail].map((half) => (half === '' ? [] : half.split(':')));
  const zeros = Array.from({ length: 8 - left!.length - right!.length }, () => '0');
  return `${[...left!, ...zeros, ...right!].slice(0, 4).join(':')}::/64`;
}
