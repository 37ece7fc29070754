import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Faults of the connection; switches take effect at once. */
interface ProxyFaults {
  /** Added to each direction, ms. */
  latencyMs: number;
  /** Nothing goes through in either direction; connections stay open. */
  blackhole: boolean;
  /** Nothing reaches the client any more, but its own bytes arrive. */
  muteServer: boolean;
  /** Share of chunks to the client in which one bit is flipped. */
  flipShare: number;
  /** New connections are cut at once. */
  refuse: boolean;
}

export interface FaultProxy {
  readonly port: number;
  readonly faults: ProxyFaults;
  readonly connections: () => number;
  /** Resets every connection. */
  readonly cut: () => void;
  /** Ends the server's direction of every connection, and leaves the client's open. */
  readonly halfClose: () => void;
  readonly close: () => Promise<void>;
}

export interface FaultProxyOptions {
  /** Port on loopback that it forwards to. */
  readonly target: number;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

/** A TCP proxy on loopback with the faults of real networks. */
export async function startFaultProxy({
  target,
  random = Math.random,
}: FaultProxyOptions): Promise<FaultProxy> {
  const faults: ProxyFaults = {
    latencyMs: 0,
    blackhole: false,
    muteServer: false,
    flipShare: 0,
    refuse: false,
  };
  const pairs = new Set<Pair>();

  const relay = (from: Socket, to: Socket, isToClient: boolean) => {
    from.on('data', (chunk: Buffer) => {
      if (faults.blackhole || (isToClient && faults.muteServer)) return;
      if (isToClient && random() < faults.flipShare) flipBit(chunk, random);
      const write = () => {
        if (to.writable) to.write(chunk);
      };
      if (faults.latencyMs > 0) setTimeout(write, faults.latencyMs);
      else write();
    });
    from.on('end', () => {
      if (!faults.blackhole) to.end();
    });
  };

  const listener = createServer({ allowHalfOpen: true }, (client) => {
    if (faults.refuse) {
      client.on('error', () => {});
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true });
    const pair = { client, server };
    pairs.add(pair);
    for (const socket of [client, server]) {
      socket.on('error', () => {});
      socket.on('close', () => {
        if (faults.blackhole) return;
        pairs.delete(pair);
        client.destroy();
        server.destroy();
      });
    }
    relay(client, server, false);
    relay(server, client, true);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));

  const cut = () => {
    for (const { client, server } of pairs) {
      client.resetAndDestroy();
      server.destroy();
    }
    pairs.clear();
  };
  return {
    port: (listener.address() as AddressInfo).port,
    faults,
    connections: () => pairs.size,
    cut,
    halfClose: () => {
      for (const { client } of pairs) client.end();
    },
    close: () => {
      cut();
      return new Promise((resolve) => listener.close(() => resolve()));
    },
  };
}

function flipBit(chunk: Buffer, random: () => number): void {
  const at = Math.floor(random() * chunk.length);
  chunk[at] = chunk[at]! ^ (1 << Math.floor(random() * 8));
}
