import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpDeps, serve, type TestServer } from '../harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await serve(httpDeps());
});
afterAll(() => server.stop());

const policyOf = async (path: string) => {
  const { headers } = await fetch(server.url + path, { redirect: 'manual' });
  const policy = headers.get('content-security-policy') ?? '';
  return policy.split(';').toSorted();
};
const strict = [
  "base-uri 'none'",
  "connect-src 'self'",
  "default-src 'none'",
  "font-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "img-src 'self' data:",
  "manifest-src 'self'",
  "media-src 'self' data:",
  "script-src 'self'",
  "style-src 'self'",
  "worker-src 'self'",
];
const loose = strict.with(strict.indexOf("style-src 'self'"), "style-src 'self' 'unsafe-inline'");

describe('the security headers', () => {
  it.each(['/', '/symbols', '/no-such-page', '/admin/login', '/docsx', '/x?/docs', '/admin/queuesx'])(
    'let a page at %s load from here alone',
    async (path) => {
      expect(await policyOf(path)).toEqual(strict);
    },
  );

  it.each(['/docs', '/docs?x=1', '/docs/start.js', '/admin/queues'])(
    'let the library’s page at %s style itself',
    async (path) => {
      expect(await policyOf(path)).toEqual(loose);
    },
  );

  it('promise no TLS, tell no other site where a reader came from, and let nobody guess a type', async () => {
    const { headers } = await fetch(`${server.url}/symbols`);
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests');
  });
});
