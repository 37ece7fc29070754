import { connect, type Socket } from 'node:net';

export interface FanoutClient {
  /** Text frames received. */
  frames: number;
  readonly socket: Socket;
}

export interface FanoutClientOptions {
  readonly port: number;
  readonly subscribe: string;
  /** Time of each price update from its `timestamp`, ms of the monotonic clock; not called where undefined. */
  readonly onLatency?: ((ms: number) => void) | undefined;
}

/** Milliseconds of the machine's monotonic clock, the same in every process. */
export const monotonic = () => Number(process.hrtime.bigint()) / 1e6;

/**
 * A WebSocket client that costs next to nothing: counts text frames, answers pings, reads the timestamps it is asked
 * for. So the server is measured, not a client library.
 */
export function fanoutClient({ port, subscribe, onLatency }: FanoutClientOptions): Promise<FanoutClient> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const client: FanoutClient = { frames: 0, socket };
    let rest: Buffer | undefined;
    let isOpen = false;
    socket.on('error', reject);
    socket.write(
      'GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    socket.on('data', (chunk) => {
      let data = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
      if (!isOpen) {
        const end = data.indexOf('\r\n\r\n');
        if (end < 0) {
          rest = data;
          return;
        }
        if (!data.subarray(0, 12).equals(Buffer.from('HTTP/1.1 101')))
          return reject(new Error(data.toString()));
        isOpen = true;
        data = data.subarray(end + 4);
        if (subscribe === '') resolve(client);
        else socket.write(masked(0x81, Buffer.from(subscribe)));
      }
      let at = 0;
      while (data.length - at >= 2) {
        const short = data[at + 1]! & 0x7f;
        const head = short === 126 ? 4 : 2;
        if (data.length - at < head) break;
        const length = short === 126 ? data.readUInt16BE(at + 2) : short;
        if (data.length - at < head + length) break;
        if (data[at] === 0x81) {
          client.frames++;
          if (client.frames === 1) resolve(client);
          else if (onLatency !== undefined) latency(data, at + head, at + head + length);
        } else if (data[at] === 0x89)
          socket.write(masked(0x8a, data.subarray(at + head, at + head + length)));
        at += head + length;
      }
      rest = at < data.length ? data.subarray(at) : undefined;
    });

    function latency(data: Buffer, from: number, to: number): void {
      const field = data.indexOf('"timestamp":', from, 'latin1');
      if (field < 0 || field > to) return;
      onLatency?.(
        monotonic() - Number.parseFloat(data.toString('latin1', field + 12, Math.min(to, field + 40))),
      );
    }
  });
}

/** A client frame under a mask of zeros. */
function masked(first: number, payload: Buffer): Buffer {
  if (payload.length > 125) {
    const head = Buffer.from([first, 0x80 | 126, payload.length >> 8, payload.length & 255, 0, 0, 0, 0]);
    return Buffer.concat([head, payload]);
  }
  return Buffer.concat([Buffer.from([first, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}
