import { isIP } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLoopback, limitKey, parseAddress } from '../../../http/guards/address.ts';

const keyOf = (text: string) => limitKey(parseAddress(text));

describe('parseAddress', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['::FFFF:7F00:1', '127.0.0.1'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:0DB8::0001', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('writes %s as %s', (text, address) => {
    expect(parseAddress(text)).toBe(address);
  });

  it.each([
    '',
    'localhost',
    '127.evil.example',
    '127.0.0.1.nip.io',
    '127.0.0.1.',
    ' 127.0.0.1',
    '127.0.0.1:80',
    '[::1]',
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '0x7f000001',
    '0177.0.0.1',
    '127.0.0.01',
    '127.0.0.1%lo',
    '::1%',
    'user@127.0.0.1',
    '127.0.0.256',
    '１２７.0.0.1',
  ])('takes %j for no address', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it('knows exactly the addresses that Node knows, each in one spelling', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain(), fc.string()), (text) => {
        const address = parseAddress(text);
        expect(address === undefined).toBe(isIP(text) === 0);
        if (address !== undefined) expect(parseAddress(address)).toBe(address);
      }),
    );
  });
});

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.2'])('is true of %s', (text) => {
    expect(isLoopback(parseAddress(text)!)).toBe(true);
  });
  it.each(['128.0.0.1', '10.0.0.1', '0.0.0.0', '::', '::2', 'fe80::1', '64:ff9b::7f00:1', '1::1'])(
    'is false of %s',
    (text) => {
      expect(isLoopback(parseAddress(text)!)).toBe(false);
    },
  );
});

describe('what limits count by', () => {
  it('is an IPv4 address, also one that is mapped into IPv6', () => {
    expect(keyOf('1.2.3.4')).toBe('1.2.3.4');
    expect(keyOf('::ffff:1.2.3.4')).toBe('1.2.3.4');
    expect(limitKey(undefined)).toBe('unknown');
  });

  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8:1::1', '2001:db8:1:0::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    // More than four groups behind `::`: some of them belong to the first 64 bits.
    ['::5:6:7:8:9', '0:0:0:5::/64'],
    ['::3:4:5:6:7:8', '0:0:3:4::/64'],
    ['1::4:5:6:7:8', '1:0:0:4::/64'],
    ['1:2::5:6:7:8', '1:2:0:0::/64'],
  ])('is the /64 of %s: %s', (text, key) => {
    expect(keyOf(text)).toBe(key);
  });

  it('is the same for two IPv6 addresses if and only if their first 64 bits are', () => {
    const half = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 4, maxLength: 4 });
    const text = (groups: number[]) => groups.map((group) => group.toString(16)).join(':');
    fc.assert(
      fc.property(half, half, half, (net, one, other) => {
        fc.pre(net.some((group) => group !== 0));
        const same = keyOf(text([...net, ...one]));
        expect(keyOf(text([...net, ...other]))).toBe(same);
        const changed = net.with(3, net[3]! ^ 1);
        fc.pre(changed.some((group) => group !== 0));
        expect(keyOf(text([...changed, ...one]))).not.toBe(same);
      }),
    );
  });
});
