import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { CannedAnswer, HttpFaults } from './faults.ts';

export type Headers = Readonly<Record<string, string>>;

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Headers = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

export function sendCanned(response: ServerResponse, answer: CannedAnswer): void {
  response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
  response.end(answer.body ?? '');
}

/** Sends the faulty response that is due, if there is one. True: the request is answered. */
export async function answerFault(faults: HttpFaults, response: ServerResponse): Promise<boolean> {
  if (faults.delayMs > 0) await delay(faults.delayMs);
  const answer = faults.next.shift() ?? faults.always;
  if (answer === undefined) return false;
  sendCanned(response, answer);
  return true;
}

/** A request's body as text, at most 1 MB. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > 1_048_576) throw new Error('a body has at most 1 MB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
