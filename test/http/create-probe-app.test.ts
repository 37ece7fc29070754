import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { createProbeApp } from '../../http/create-probe-app.ts';
import { createServer } from '../../http/create-server.ts';
import { ask } from '../support/hostile/raw-http.ts';
import { httpDeps, keyed, type DepsOver } from './harness.ts';

let stop: (() => Promise<void>) | undefined;
afterEach(() => stop?.());

async function start(over: DepsOver = {}) {
  const errors: unknown[] = [];
  const registry = new Registry();
  const deps = httpDeps({ registry, onError: (error) => errors.push(error), ...over });
  const server = createServer(createProbeApp({ ...deps, trustProxy: 0 }), { maxConnections: 10 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return {
    errors,
    registry,
    get: (path: string, headers: Record<string, string> = {}) => ask(port, 'GET', path, headers),
    post: (path: string) => ask(port, 'POST', path, keyed),
  };
}

describe('createProbeApp', () => {
  it('answers what a supervisor and Prometheus ask, and nothing else', async () => {
    const { get, post, registry } = await start();
    expect(await get('/health', keyed)).toMatchObject({ status: 200 });
    expect(await get('/ready')).toMatchObject({ status: 200 });
    expect(await get('/metrics', keyed)).toMatchObject({ status: 200 });
    for (const path of ['/', '/signals', '/admin/queues', '/docs'])
      expect(await get(path, keyed), path).toMatchObject({ status: 404 });
    expect(await post('/ready')).toMatchObject({ status: 405 });
    const metrics = await registry.metrics();
    expect(metrics).toContain(
      'anso_http_request_duration_seconds_count{route="/ready",method="GET",status="200"} 1',
    );
    expect(metrics).toContain(
      'anso_http_request_duration_seconds_count{route="other",method="GET",status="404"} 4',
    );
  });

  it('has the guards of the whole app', async () => {
    const { get } = await start();
    const { headers } = await get('/ready');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(await get('/ready', { host: 'evil.example' })).toMatchObject({ status: 403 });
    expect(JSON.parse((await get('/ready?a=%ff')).text)).toMatchObject({
      success: false,
      code: 'bad_request',
    });
  });

  it('reports what fails, and keeps it to itself', async () => {
    const { get, errors } = await start({ ready: () => Promise.reject(new Error('a secret')) });
    const { status, text } = await get('/ready');
    expect([status, JSON.parse(text)]).toEqual([
      500,
      { success: false, code: 'internal', error: 'an internal error; the server has logged it' },
    ]);
    expect(errors).toMatchObject([{ message: 'a secret' }]);
  });
});
