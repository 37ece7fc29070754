import type { AddressInfo } from 'node:net';
import type Koa from 'koa';
import { createServer } from '../../http/create-server.ts';
import type { WebsocketUpgrade } from '../../http/guards/websocket-upgrade.ts';
import type { Context } from '../context.ts';
import { listenOn } from './listen-on.ts';

/** Requests in hand get this long at a stop, ms. */
const finishWithinMs = 1_000;

/** Puts an app on the configured port, with WebSockets where there are any. Answers with the URL once it listens. */
export async function listen(
  { config, own }: Context,
  app: Koa,
  upgrade?: Pick<WebsocketUpgrade, 'handle' | 'stop'>,
): Promise<string> {
  const server = createServer(app, {
    maxConnections: config.MAX_CONNECTIONS,
    // Room for requests beside an address's WebSockets. A proxy's address stands for all clients.
    ...(config.TRUST_PROXY === 0 && { perAddress: config.MAX_CONNECTIONS_PER_IP + 100 }),
  });
  if (upgrade !== undefined) server.on('upgrade', upgrade.handle);
  own({
    close: async () => {
      upgrade?.stop();
      const closed = new Promise((done) => server.close(done));
      server.closeIdleConnections();
      await Promise.race([closed, new Promise((done) => setTimeout(done, finishWithinMs).unref())]);
      server.closeAllConnections();
    },
  });
  await listenOn(server, config);
  const { port } = server.address() as AddressInfo;
  return `http://${config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST}:${port}`;
}
