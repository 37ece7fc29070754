import { describe, expect, it } from 'vitest';
import { isOfThisMachine, parseHost } from '../../../http/guards/host.ts';
import { foreignHosts } from './foreign-hosts.ts';

describe('parseHost', () => {
  it.each([
    ['localhost:8080', { name: 'localhost', address: undefined, port: 8080 }],
    ['LocalHost', { name: 'localhost', address: undefined, port: undefined }],
    ['127.0.0.1:80', { name: '127.0.0.1', address: '127.0.0.1', port: 80 }],
    ['[::1]:8080', { name: '::1', address: '::1', port: 8080 }],
    ['[::ffff:127.0.0.1]', { name: '127.0.0.1', address: '127.0.0.1', port: undefined }],
    ['my_server.lan', { name: 'my_server.lan', address: undefined, port: undefined }],
    // A browser would make 127.0.0.1 of these; here they are names.
    ['2130706433', { name: '2130706433', address: undefined, port: undefined }],
    ['0x7f.1:80', { name: '0x7f.1', address: undefined, port: 80 }],
    ['127.0.0.1.', { name: '127.0.0.1.', address: undefined, port: undefined }],
  ])('reads %s', (text, host) => {
    expect(parseHost(text)).toEqual(host);
  });

  it.each([
    '',
    ':8080',
    'localhost:',
    'localhost:port',
    'localhost:65536',
    'user@localhost',
    'localhost@evil.example',
    'http://localhost',
    'localhost/',
    'localhost?',
    'localhost#evil.example',
    '127.0.0.1%00',
    '%31%32%37.0.0.1',
    '[::1',
    '::1',
    '[::1%25lo]',
    '[127.0.0.1]',
    '[localhost]',
    'localhost, evil.example',
    'localhost evil.example',
    '１２７.0.0.1',
    'localhost。',
  ])('refuses %j', (text) => {
    expect(parseHost(text)).toBeUndefined();
  });
});

describe('isOfThisMachine', () => {
  it.each(['localhost', 'LOCALHOST:1', 'app.localhost', '127.0.0.1', '127.9.9.9:8080', '[::1]:8080'])(
    'is true of %s',
    (text) => {
      expect(isOfThisMachine(parseHost(text)!)).toBe(true);
    },
  );
  it.each(foreignHosts)('is not true of %j', (text) => {
    const host = parseHost(text);
    expect(host !== undefined && isOfThisMachine(host)).toBe(false);
  });
});
