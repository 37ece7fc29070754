import { describe, expect, it } from 'vitest';
import { isOriginAllowed, isOwnOrigin } from '../../../http/guards/origin.ts';

const request = (origin: string | undefined, ...hosts: string[]) =>
  ({ headers: { origin }, headersDistinct: { host: hosts } }) as never;

describe('isOwnOrigin', () => {
  it.each([
    ['http://127.0.0.1:8080', '127.0.0.1:8080'],
    ['http://localhost:8080', 'LOCALHOST:8080'],
    ['http://[::1]:8080', '[0:0:0:0:0:0:0:1]:8080'],
    ['http://anso.example', 'anso.example'],
    ['http://anso.example', 'anso.example:80'],
    // Behind a proxy that speaks TLS, which this server does not.
    ['https://anso.example', 'anso.example'],
    ['https://anso.example', 'anso.example:443'],
    ['https://anso.example:8443', 'anso.example:8443'],
  ])('%s is the page of %s', (origin, host) => {
    expect(isOwnOrigin(request(origin, host))).toBe(true);
  });

  it.each([
    [undefined, '127.0.0.1:8080'],
    ['null', '127.0.0.1:8080'],
    ['', '127.0.0.1:8080'],
    ['http://127.0.0.1:8081', '127.0.0.1:8080'],
    ['http://127.0.0.1', '127.0.0.1:8080'],
    ['http://127.0.0.1:8080', '127.0.0.1'],
    ['http://127.0.0.2:8080', '127.0.0.1:8080'],
    ['http://localhost:8080', '127.0.0.1:8080'],
    ['http://127.0.0.1:8080.evil.example', '127.0.0.1:8080'],
    ['http://evil.example', 'anso.example'],
    ['http://anso.example', 'anso.example:443'],
    ['https://anso.example', 'anso.example:80'],
    ['https://anso.example:443', 'anso.example'],
    ['http://anso.example:80', 'anso.example'],
    ['http://anso.example/', 'anso.example'],
    ['http://ANSO.example', 'anso.example'],
    ['HTTP://anso.example', 'anso.example'],
    ['http://user@anso.example', 'anso.example'],
    ['ftp://anso.example', 'anso.example'],
    ['file://', 'anso.example'],
    ['chrome-extension://anso.example', 'anso.example'],
    ['anso.example', 'anso.example'],
    ['http://anso.example http://evil.example', 'anso.example'],
  ])('%s is not the page of %s', (origin, host) => {
    expect(isOwnOrigin(request(origin, host))).toBe(false);
  });

  it('is false where the request names no host, or two', () => {
    expect(isOwnOrigin(request('http://anso.example'))).toBe(false);
    expect(isOwnOrigin(request('http://anso.example', 'anso.example', 'anso.example'))).toBe(false);
  });
});

describe('isOriginAllowed', () => {
  const list = ['https://app.example'];
  it.each<[string | undefined, string, readonly string[]]>([
    [undefined, 'anso.example', list],
    ['https://app.example', 'anso.example', list],
    ['null', 'anso.example', ['*']],
    ['https://any.example', 'anso.example', ['https://x.example', '*']],
    ['http://127.0.0.1:1', '127.0.0.1:1', list],
    ['http://192.168.1.2:1', '192.168.1.2:1', []],
    ['http://localhost:1', 'localhost:1', []],
  ])('lets a page of %s in at %s where %j is allowed', (origin, host, allowed) => {
    expect(isOriginAllowed(request(origin, host), allowed)).toBe(true);
  });

  it.each<[string | undefined, string, readonly string[]]>([
    ['https://any.example', 'anso.example', list],
    ['null', '127.0.0.1:1', list],
    // Its own page, by a name that DNS may point anywhere.
    ['http://anso.example', 'anso.example', list],
    ['http://127.evil.example', '127.evil.example', list],
    ['http://2130706433', '2130706433', list],
    ['http://app.localhost', 'app.localhost', list],
    ['http://127.0.0.1:2', '127.0.0.1:1', list],
    ['http://app.example', 'anso.example', list],
  ])('refuses a page of %s at %s where %j is allowed', (origin, host, allowed) => {
    expect(isOriginAllowed(request(origin, host), allowed)).toBe(false);
  });
});
