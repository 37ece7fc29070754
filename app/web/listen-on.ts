import { once } from 'node:events';
import type { Server } from 'node:net';
import type { Config } from '../../config.ts';

/** Puts a server on the configured port. Where that fails, the error names the call and both, also where HOST had no address. */
export async function listenOn(
  server: Server,
  { HOST: address, PORT: port }: Pick<Config, 'HOST' | 'PORT'>,
): Promise<void> {
  server.listen(port, address);
  await once(server, 'listening').catch((error: unknown) => {
    throw Object.assign(error as Error, { syscall: 'listen', address, port });
  });
}
