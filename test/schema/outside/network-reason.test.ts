import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { networkReason } from '../../../schema/outside/network-reason.ts';
import { freePort } from '../../support/free-port.ts';

const failureOf = (url: string): Promise<unknown> =>
  fetch(url, { redirect: 'error' }).then(
    () => undefined,
    (error: unknown) => error,
  );

describe('networkReason', () => {
  it('of a refused connection names the code and the address', async () => {
    const port = await freePort();
    const error = await failureOf(`http://127.0.0.1:${port}`);
    expect((error as Error).message).toBe('fetch failed');
    expect(networkReason(error)).toBe(`ECONNREFUSED 127.0.0.1:${port}: nothing listens there`);
  });

  it('of a name without an address names the host', async () => {
    const reason = networkReason(await failureOf('http://no-such-host.invalid/secret-path'));
    expect(reason).toMatch(/^(?:ENOTFOUND|EAI_AGAIN) no-such-host\.invalid: /);
  });

  it('of TLS where none is spoken, and of a redirect, says so', async () => {
    const server = createServer((_, response) => response.writeHead(302, { Location: '/x' }).end());
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    expect(networkReason(await failureOf(`https://127.0.0.1:${port}`))).toMatch(/no TLS is spoken there/);
    expect(networkReason(await failureOf(`http://127.0.0.1:${port}`))).toBe('unexpected redirect');
    server.close();
  });

  it('of a connection that the other side ends says so', async () => {
    const server = createTcpServer((socket) => socket.destroy());
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    expect(networkReason(await failureOf(`http://127.0.0.1:${port}`))).toMatch(/closed/);
    server.close();
  });

  it('of several addresses names each, of a certificate its fault, and of anything else its message', () => {
    const refused = (address: string) =>
      Object.assign(new Error(''), { code: 'ECONNREFUSED', address, port: 9 });
    const both = new TypeError('fetch failed', {
      cause: new AggregateError([refused('::1'), refused('127.0.0.1')]),
    });
    expect(networkReason(both)).toBe(
      'ECONNREFUSED [::1]:9: nothing listens there; ECONNREFUSED 127.0.0.1:9: nothing listens there',
    );
    const certificate = Object.assign(new Error('self-signed certificate'), {
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    expect(networkReason(new TypeError('fetch failed', { cause: certificate }))).toBe(
      'DEPTH_ZERO_SELF_SIGNED_CERT: self-signed certificate',
    );
    expect(networkReason(new Error('no whole answer in 15000 ms'))).toBe('no whole answer in 15000 ms');
    expect(networkReason('odd')).toBe('odd');
    expect(networkReason(new Error('x'.repeat(1000)))).toHaveLength(200);
  });
});
