import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import Koa from 'koa';
import { afterEach, expect, it, vi } from 'vitest';
import { mountRoutes } from '../../http/mount-routes.ts';
import { problems } from '../../http/problems.ts';
import { route } from '../../http/route.ts';

afterEach(() => void vi.useRealTimers());

it('answers 503 where a handler has none after 30 s, and not before', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const asked = Promise.withResolvers<void>();
  const hangs = route({
    method: 'get',
    path: '/hangs',
    tag: 'x',
    summary: 'x',
    answers: {},
    handle: () => {
      asked.resolve();
      return new Promise(() => {});
    },
  });
  const app = new Koa();
  app.use(problems(() => {}));
  app.use(mountRoutes([hangs], { trustProxy: 0 }).routes());
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const asking = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', path: '/hangs' });
  const answers: IncomingMessage[] = [];
  const answered = once(asking, 'response').then(([response]) => answers.push(response as IncomingMessage));
  await asked.promise;
  await vi.advanceTimersByTimeAsync(29_999);
  await new Promise(setImmediate);
  expect(answers).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  await answered;
  const answer = answers[0]!;
  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(JSON.parse(await text(answer))).toMatchObject({ success: false, code: 'timeout' });
  server.closeAllConnections();
  server.close();
});
