import { describe, expect, it } from 'vitest';
import { clientAddress } from '../../../http/guards/client-address.ts';

const request = (remoteAddress: string | undefined, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as never;

describe('clientAddress', () => {
  it.each([
    [0, '9.9.9.9', '1.1.1.1'],
    [1, '6.6.6.6, 2.2.2.2', '2.2.2.2'],
    [2, '6.6.6.6, 2.2.2.2, 3.3.3.3', '2.2.2.2'],
    [2, '2.2.2.2', '1.1.1.1'],
    [1, undefined, '1.1.1.1'],
    [1, '203.0.113.7:51234', '203.0.113.7'],
    [1, '[2001:db8::1]:443', '2001:db8::1'],
    [1, '[2001:DB8::1]', '2001:db8::1'],
    [1, '2001:db8::1', '2001:db8::1'],
    [1, '"[2001:db8::1]:443"', '2001:db8::1'],
    [1, '[fe80::1%eth0]:443', 'fe80::1'],
    [1, 'fe80::1%eth0', 'fe80::1'],
    [1, '[fe80::1%25eth0]', 'fe80::1'],
    [1, '[::ffff:203.0.113.7]:443', '203.0.113.7'],
    [1, '6.6.6.6:1, [2001:db8::1]:2 ,\t203.0.113.7:51234 ', '203.0.113.7'],
    [2, '6.6.6.6:1, [2001:db8::1]:2, 203.0.113.7:51234', '2001:db8::1'],
    [1, '203.0.113.7:', '203.0.113.7'],
    [1, '203.0.113.7:_port', '203.0.113.7'],
    [1, '203.0.113.7:80:90', '1.1.1.1'],
    [1, '[203.0.113.7]x', '1.1.1.1'],
    [1, '2001:db8::1]:443', '1.1.1.1'],
    [1, 'unknown', '1.1.1.1'],
    [1, '_hidden', '1.1.1.1'],
    [1, 'evil.example:80', '1.1.1.1'],
    [1, '', '1.1.1.1'],
  ])('behind %i proxies that say %j is %s', (hops, forwarded, address) => {
    expect(clientAddress(request('::ffff:1.1.1.1', forwarded), hops)).toBe(address);
  });

  it('is unknown where the connection is gone', () => {
    expect(clientAddress(request(undefined), 0)).toBeUndefined();
  });
});
