import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../../../schema/secrets/secret.ts';
import type { Channel, ChannelNotes } from '../../../../sinks/posts/channels/channel.ts';
import { communityChannel } from '../../../../sinks/posts/channels/community-channel.ts';
import { discordChannel } from '../../../../sinks/posts/channels/discord-channel.ts';
import { telegramChannel } from '../../../../sinks/posts/channels/telegram-channel.ts';
import { webhookChannel } from '../../../../sinks/posts/channels/webhook-channel.ts';
import { aSignal } from '../../../support/signals.ts';

let url: string;
let close: () => Promise<unknown>;
let answer: (response: ServerResponse, body: string) => void;
const bodies: string[] = [];
beforeAll(async () => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      bodies.push(body);
      answer(response, body);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () => new Promise((done) => server.close(done));
});
afterAll(() => close());

const shared = { timeoutMs: 1000, perMinute: 60, template: '{action} {symbol}' };
const channels: Record<string, () => Channel> = {
  community: () =>
    communityChannel({
      ...shared,
      url: new Secret(url),
      path: new Secret('/post'),
      apiKey: new Secret('canary-key'),
      idempotent: false,
    }),
  telegram: () =>
    telegramChannel({
      ...shared,
      url: new Secret(url),
      botToken: new Secret('12:canary-key'),
      chatId: '-42',
    }),
  discord: () => discordChannel({ ...shared, url: new Secret(`${url}/api/webhooks/1/canary-key`) }),
  webhook: () =>
    webhookChannel({
      ...shared,
      url: new Secret(url),
      secret: new Secret('canary-key'),
      idempotent: false,
      wallNow: () => 0,
    }),
};

const login =
  '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><form action="/login">canary-key</form></body></html>';
type Row = readonly [channel: string, status: number, text: string, kind: string];
const no: Row[] = [
  ['community', 200, login, 'ambiguous'],
  ['community', 201, login, 'ambiguous'],
  ['community', 202, '<?xml version="1.0"?><maintenance/>', 'ambiguous'],
  ['community', 200, '', 'ambiguous'],
  ['community', 204, '', 'ambiguous'],
  ['community', 200, '   \r\n', 'ambiguous'],
  ['community', 200, 'OK', 'ambiguous'],
  ['community', 200, 'null', 'ambiguous'],
  ['community', 200, 'true', 'ambiguous'],
  ['community', 200, '[]', 'ambiguous'],
  ['community', 200, '{}', 'ambiguous'],
  ['community', 200, '{"signal_id":7,"code":1000}', 'ambiguous'],
  ['community', 200, '{"signal_id":7,"code":-1}', 'ambiguous'],
  ['community', 200, '{"signal_id":"a', 'ambiguous'],
  ['community', 200, '{"message":"stored","signal_id":null}', 'ambiguous'],
  ['community', 200, '\u0000\u0001\u0002 canary-key', 'ambiguous'],
  ['community', 200, '{"success":false}', 'final'],
  ['community', 200, '{"success":false,"signal_id":"x","status":"stored"}', 'final'],
  ['community', 200, '{"ok":false,"error":"wrong key canary-key"}', 'final'],
  ['community', 200, '{"status":"error","signal_id":"x"}', 'final'],
  ['community', 200, '{"status":"rejected"}', 'final'],
  ['community', 200, '{"status":401,"message":"who are you"}', 'final'],
  ['community', 200, '{"errors":["entry is too far"],"signal_id":"x"}', 'final'],
  ['community', 201, '{"success":"false"}', 'final'],
  ['community', 206, '{"error":{"code":1}}', 'final'],
  ['community', 200, '{"Status":"error","signal_id":"x"}', 'final'],
  ['community', 200, '{"Success":false,"Signal_Id":"x","signal_id":"x"}', 'final'],
  ['community', 200, '{"signal_id":"x","status":"error: database is away"}', 'final'],
  ['community', 200, '{"signal_id":"x","status":"401"}', 'final'],
  ['community', 200, '{"signal_id":"x","status":false}', 'final'],
  ['community', 200, '{"signal_id":"x","valid":false}', 'final'],
  ['community', 200, '{"signal_id":"x","failed":1}', 'final'],
  ['community', 200, '{"signal_id":"x","errcode":40001,"errmsg":"invalid credential"}', 'final'],
  ['community', 200, '{"signal_id":"x","data":{"success":false}}', 'final'],
  ['community', 200, '{"signal_id":"x","status":"pending_review"}', 'ambiguous'],
  ['community', 200, '{"signal_id":"x","status":"maintenance"}', 'ambiguous'],
  ['community', 200, '{"signal_id":"x","message":"rejected: unknown symbol"}', 'ambiguous'],
  ['community', 200, '{"signal_id":"x","detail":"Not authenticated"}', 'ambiguous'],
  ['community', 409, login, 'final'],
  ['telegram', 200, '{"ok":false}', 'final'],
  ['telegram', 200, '{"ok":false,"error_code":403,"description":"bot was kicked"}', 'final'],
  ['telegram', 200, '{"ok":false,"error_code":429,"parameters":{"retry_after":3}}', 'retry'],
  ['telegram', 200, '{"ok":true}', 'ambiguous'],
  ['telegram', 200, '{"ok":"yes","result":{}}', 'ambiguous'],
  ['telegram', 200, login, 'ambiguous'],
  ['telegram', 200, '', 'ambiguous'],
  ['telegram', 409, '{"ok":false,"error_code":409,"description":"Conflict"}', 'final'],
  ['discord', 200, '{"message":"Unknown Webhook","code":10015}', 'final'],
  ['discord', 200, '{}', 'ambiguous'],
  ['discord', 200, '', 'ambiguous'],
  ['discord', 200, login, 'ambiguous'],
  ['webhook', 200, '{"success":false}', 'final'],
  ['webhook', 200, '{"errorMessage":"boom","errorType":"Error"}', 'final'],
  ['webhook', 200, '{"accepted":', 'ambiguous'],
  ['webhook', 200, '{"errcode":310000,"errmsg":"sign not match"}', 'final'],
  ['webhook', 200, '{"data":{"ok":false}}', 'final'],
  ['webhook', 200, '{"status":"failed: no such hook"}', 'final'],
  ['webhook', 200, '{"Ok":false}', 'final'],
  ['webhook', 200, '{"code":19001,"msg":"param invalid"}', 'ambiguous'],
  ['webhook', 200, '{"message":"Access denied"}', 'ambiguous'],
  ['webhook', 200, '[{"success":false}]', 'final'],
  ['webhook', 200, 'false', 'ambiguous'],
  ['webhook', 200, '"error"', 'ambiguous'],
  ['webhook', 200, 'Internal Server Error', 'ambiguous'],
  ['webhook', 200, 'invalid_token', 'ambiguous'],
  ['webhook', 200, login, 'ambiguous'],
];
const yes: Row[] = [
  [
    'community',
    200,
    '{"message":"ok","signal_id":"p-1","status":"stored","symbol":"BTCUSD","action":"BUY"}',
    'delivered',
  ],
  ['community', 200, '\uFEFF{"signal_id":7,"error":null,"errors":[]}\n', 'delivered'],
  ['community', 200, '{"signal_id":7,"errorCode":"0","error":"none"}', 'delivered'],
  ['community', 200, '{"signal_id":7,"status":"Stored"}', 'delivered'],
  ['community', 200, '{"signal_id":7,"status":201,"message":"Signal stored"}', 'delivered'],
  ['community', 200, '{"signal_id":7,"status":true,"failed":0}', 'delivered'],
  ['community', 200, '{"signal_id":7,"code":0}', 'delivered'],
  ['community', 200, '{"signal_id":7,"code":999}', 'delivered'],
  ['community', 201, '', 'delivered'],
  ['community', 202, '{"status":"queued"}', 'delivered'],
  ['community', 200, '{"success":true}', 'delivered'],
  ['community', 409, '{"success":false,"error":"already known"}', 'delivered'],
  ['community', 409, '', 'delivered'],
  ['telegram', 200, '{"ok":true,"result":{"message_id":77}}', 'delivered'],
  ['discord', 200, '{"id":"900","content":"x"}', 'delivered'],
  ['discord', 204, '', 'delivered'],
  ['webhook', 200, '', 'delivered'],
  ['webhook', 200, 'ok', 'delivered'],
  ['webhook', 202, '{}', 'delivered'],
  ['webhook', 200, '{"errcode":0,"errmsg":"ok"}', 'delivered'],
  ['webhook', 200, '{"code":0,"msg":"success"}', 'delivered'],
  ['webhook', 200, '{"message":"Workflow was started"}', 'delivered'],
  ['webhook', 200, '{"attempt":"x","id":"y","status":"success"}', 'delivered'],
  ['webhook', 200, '[]', 'delivered'],
  ['webhook', 204, '', 'delivered'],
];

describe('the answer to a post', () => {
  it.each([...no, ...yes])('of %s: %i %j is %s', async (name, status, text, kind) => {
    answer = (response) => void response.writeHead(status).end(text);
    const result = await channels[name]!().send(aSignal(), 1);
    expect(result.kind).toBe(kind);
    expect(result.answer).toMatch(new RegExp(`\\b${result.kind === 'retry' ? 429 : status}|403|409`));
    expect(result.answer.length).toBeLessThan(260);
    expect(result.answer).not.toMatch(/canary-key|[<>{}\p{Cc}]/u);
    if (text === login && status !== 409) expect(result.answer).toContain('a web page: Sign in');
  });

  it.each(Object.keys(channels))('of %s that breaks off may have been a yes', async (name) => {
    answer = (response) => {
      response.writeHead(200, { 'Content-Length': '500' });
      response.write('{"ok":true,"result":{"message_id":1},"id":"1","signal_id":"1"');
      setTimeout(() => response.destroy(), 20);
    };
    expect(await channels[name]!().send(aSignal(), 1)).toMatchObject({ kind: 'ambiguous' });
  });
});

describe('a chat of Telegram that has moved', () => {
  const moved = '-1001234567890';
  /** Telegram, where the chat -42 has become a supergroup. */
  const telegram = (response: ServerResponse, body: string) => {
    const isOld = (JSON.parse(body) as { chat_id: string }).chat_id === '-42';
    response.writeHead(isOld ? 400 : 200).end(
      JSON.stringify(
        isOld
          ? {
              ok: false,
              error_code: 400,
              description: 'Bad Request: group chat was upgraded to a supergroup chat',
              parameters: { migrate_to_chat_id: Number(moved) },
            }
          : { ok: true, result: { message_id: 1 } },
      ),
    );
  };
  const memory = (): ChannelNotes => {
    let kept: string | undefined;
    return { read: async () => kept, write: async (text) => void (kept = text) };
  };
  const chatOf = (body: string | undefined) => (JSON.parse(body ?? '{}') as { chat_id: string }).chat_id;

  it('is followed, and reported to the operator', async () => {
    answer = telegram;
    const channel = channels['telegram']!();
    const first = await channel.send(aSignal(), 1);
    expect(first).toMatchObject({ kind: 'retry' });
    expect(first.answer).toContain(`the chat -42 has moved to ${moved}`);
    expect(await channel.send(aSignal(), 2)).toMatchObject({ kind: 'delivered' });
    expect(chatOf(bodies.at(-1))).toBe(moved);
    expect(channel.note?.()).toContain('set TELEGRAM_CHAT_ID');
  });

  it('is known after a restart, and forgotten where another chat is configured', async () => {
    answer = telegram;
    const notes = memory();
    const before = channels['telegram']!();
    before.keep!(notes);
    await before.send(aSignal(), 1);
    const after = channels['telegram']!();
    after.keep!(notes);
    expect(await after.send(aSignal(), 1)).toMatchObject({ kind: 'delivered' });
    expect(chatOf(bodies.at(-1))).toBe(moved);
    const other = telegramChannel({
      ...shared,
      url: new Secret(url),
      botToken: new Secret('1:a'),
      chatId: '-7',
    });
    other.keep!(notes);
    await other.send(aSignal(), 1);
    expect(chatOf(bodies.at(-1))).toBe('-7');
    expect(other.note!()).toBeUndefined();
  });

  it('is not followed in a circle', async () => {
    answer = (response) =>
      void response
        .writeHead(400)
        .end(JSON.stringify({ ok: false, error_code: 400, parameters: { migrate_to_chat_id: -42 } }));
    expect(await channels['telegram']!().send(aSignal(), 1)).toMatchObject({ kind: 'final' });
  });
});
