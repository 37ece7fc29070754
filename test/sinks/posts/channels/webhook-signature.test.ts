import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../../schema/secrets/secret.ts';
import { webhookChannel } from '../../../../sinks/posts/channels/webhook-channel.ts';
import { needs } from '../../../support/needs.ts';
import { aSignal } from '../../../support/signals.ts';

const root = join(import.meta.dirname, '../../../..');

/** The function of the documentation, run as it stands there. */
async function documented(secret: string, headers: IncomingHttpHeaders, body: Buffer): Promise<string> {
  const text = await readFile(join(root, 'docs/operations.md'), 'utf8');
  const code = /```python\n([^]*?)```/.exec(text)![1]!;
  const names = {
    'X-Anso-Timestamp': headers['x-anso-timestamp'],
    'X-Anso-Signature': headers['x-anso-signature'],
  };
  const given = JSON.stringify({ secret, headers: names, body: body.toString('base64') });
  const program = `${code}
import base64, json, sys
given = json.load(sys.stdin)
print(is_ours(given["secret"].encode(), given["headers"], base64.b64decode(given["body"])))`;
  return execFileSync('/usr/bin/python3', ['-c', program], { input: given, encoding: 'utf8' }).trim();
}

describe('the signature of the webhook', needs.websockets, () => {
  it('is what the code of the documentation says, for this secret, body and time alone', async () => {
    const heard: { headers: IncomingHttpHeaders; body: Buffer }[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        heard.push({ headers: request.headers, body: Buffer.concat(chunks) });
        response.end('{"ok":true}');
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const secret = 'pässword of the hook';
    const second = Math.floor(Date.now() / 1000);
    let now = 1000 * second + 999;
    const channel = webhookChannel({
      url: new Secret(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`),
      secret: new Secret(secret),
      template: '{symbol} {reasoning}',
      idempotent: false,
      timeoutMs: 5000,
      perMinute: 1000,
      wallNow: () => now,
    });
    expect(await channel.send(aSignal({ reasoning: 'é 漢 "x"' }), 1)).toMatchObject({ kind: 'delivered' });
    now -= 600_000;
    await channel.send(aSignal(), 1);
    server.close();
    const [fresh, old] = heard as [(typeof heard)[0], (typeof heard)[0]];
    // Of the second that has begun: a receiver may refuse what is ahead of it.
    expect(fresh.headers['x-anso-timestamp']).toBe(String(second));
    expect(await documented(secret, fresh.headers, fresh.body)).toBe('True');
    expect(await documented('another', fresh.headers, fresh.body)).toBe('False');
    expect(await documented(secret, fresh.headers, Buffer.concat([fresh.body, Buffer.from(' ')]))).toBe(
      'False',
    );
    expect(await documented(secret, old.headers, old.body)).toBe('False');
  });
});
