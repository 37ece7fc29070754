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
