import type { Socket } from 'node:net';
import type { CannedAnswer } from './faults.ts';

/** A refusal in the provider's format: the code is in the body, whatever the status. */
export function refusal(status: number, code: number, message: string): CannedAnswer {
  return { status, body: JSON.stringify({ code, message, status: 'error' }) };
}

/** Answers an upgrade with an HTTP response instead of a socket. */
export function refuseUpgrade(socket: Socket, { status, body = '', headers = {} }: CannedAnswer): void {
  const lines = Object.entries({ 'content-type': 'application/json', ...headers }).map(
    ([k, v]) => `${k}: ${v}\r\n`,
  );
  const length = Buffer.byteLength(body);
  socket.end(
    `HTTP/1.1 ${status} Refused\r\n${lines.join('')}content-length: ${length}\r\nconnection: close\r\n\r\n${body}`,
  );
}
