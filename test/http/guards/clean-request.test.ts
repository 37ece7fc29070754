import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpDeps, serve, signal, type TestServer } from '../harness.ts';

const errors: unknown[] = [];
const asked: string[] = [];
let server: TestServer;
beforeAll(async () => {
  server = await serve(
    httpDeps({
      onError: (error) => void errors.push(error),
      signals: {
        list: async () => [],
        get: async (id) => {
          asked.push(id);
          return id === 'a1b2c3' ? signal() : null;
        },
      },
    }),
  );
});
afterAll(() => server.stop());

/** The answer to a request line and headers as they are written here. */
async function answer(target: string, ...headers: string[]): Promise<{ status: number; text: string }> {
  const socket = connect(server.port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const lines = [`GET ${target} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers, '', ''];
  socket.write(Buffer.from(lines.join('\r\n'), 'latin1'));
  await once(socket, 'close');
  return { status: Number(text.slice(9, 12)), text };
}

describe('text in a request that cannot be printed', () => {
  it.each([
    ['/signals/%00', 'the path must not hold U+0000'],
    ['/signals/a%0d%0aX:1', 'the path must not hold U+000D'],
    ['/signals/%e2%80%ae', 'the path must not hold U+202E'],
    ['/candles/BTC%C2%85USD', 'the path must not hold U+0085'],
    ['/signals/%', 'the path has a percent-escape'],
    ['/signals/%zz', 'the path has a percent-escape'],
    ['/signals/%c0%80', 'the path has a percent-escape'],
    ['/signals/%ed%a0%80', 'the path has a percent-escape'],
    ['/signals/%ff', 'the path has a percent-escape'],
    ['/signals/%F0%9F%98', 'the path has a percent-escape'],
    ['/nothing/%00', 'the path must not hold U+0000'],
    ['/signals?since=2099-01-01%20(%0d%0aX:1)', 'the query must not hold U+000D'],
    ['/signals?since=2099-01-01%20(%F0%9F%98%80)', 'since: must be a cursor'],
    ['/signals?since=2099-01-01%20(x)', 'since: must be a cursor'],
    ['/signals?unknown=%07', 'the query must not hold U+0007'],
    ['/signals?%00=1', 'the query must not hold U+0000'],
    ['/signals?symbol=%', 'the query has a percent-escape'],
    ['/signals?symbol=%ed%b0%80', 'the query has a percent-escape'],
    ['//9#@x', 'the path must not hold #'],
    ['/signals#x', 'the path must not hold #'],
    ['http://[', 'the path must begin with /'],
    ['/signals/\u00e9', 'Bad Request: Invalid char in url'],
  ])('%s gets 400 that says where and what', async (target, message) => {
    const { status, text } = await answer(target);
    expect(status).toBe(400);
    expect(text).toContain(message);
    expect(text).not.toMatch(/\r\nX:1/);
    expect(errors).toEqual([]);
    expect(asked).toEqual([]);
  });

  it.each([
    ['User-Agent: a\u00e2\u0080\u00aeb', 'the header User-Agent must not hold U+202E'],
    ['X-Forwarded-For: 1.2.3.4\u00c2\u0085', 'the header X-Forwarded-For must not hold U+0085'],
    ['Origin: http://localhost\u00e2\u0080\u008b', 'the header Origin must not hold U+200B'],
    ['Accept: a\0b', 'Bad Request: Invalid header value char'],
    ['Accept: a\u007fb', 'Bad Request: Invalid header value char'],
  ])('in %j gets 400', async (header, message) => {
    const { status, text } = await answer('/symbols', header);
    expect(status).toBe(400);
    expect(text).toContain(message);
  });

  it.each([
    ['/signals/a1b2c3', 200],
    ['/signals/%61%31b2c3', 200],
    ['/signals/%2500', 404],
    ['/candles/btc%2Fusd', 200],
    ['/signals?since=2026-11-28T00:00:00%2B01:00', 200],
    ['/signals?since=2026-11-28+00:00', 200],
    ['/signals?since=1790000000000_a1b2c3&format=csv', 200],
    ['/signals?note=%C3%A9%20%F0%9F%98%80', 200],
  ])('is not what %s has: %i', async (target, status) => {
    expect((await answer(target, 'User-Agent: Z\u00fcrich \u00c3\u00a9\tx')).status).toBe(status);
  });

  it('in a method nobody knows is refused as one the route does not take', async () => {
    const response = await fetch(`${server.url}/signals`, { method: 'PROPFIND' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('HEAD, GET');
  });
});
