import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configuredChannels } from '../../../sinks/posts/configured-channels.ts';
import { discordChannel } from '../../../sinks/posts/discord-channel.ts';
import { messageText } from '../../../sinks/posts/message-text.ts';
import { telegramChannel } from '../../../sinks/posts/telegram-channel.ts';
import { webhookChannel } from '../../../sinks/posts/webhook-channel.ts';
import { parseConfig } from '../../../config.ts';
import { aSignal } from '../../support/signals.ts';

const template = '{action} {symbol}\\nTP {tp}, {confidence}';
const signal = aSignal({ confidence: 0.614 });
let url: string;
let close: () => Promise<unknown>;
let got: { path: string; headers: IncomingMessage['headers']; text: string };
let answer: (response: ServerResponse) => void;
beforeAll(async () => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      got = { path: request.url!, headers: request.headers, text: Buffer.concat(chunks).toString() };
      answer(response);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () => new Promise((done) => server.close(done));
});
afterAll(() => close());
const json = (status: number, body: unknown) => (response: ServerResponse) =>
  void response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));

describe('messageText', () => {
  it('fills the template and is cut to the limit', () => {
    expect(messageText(template, signal, 4096)).toBe('BUY BTCUSD\nTP 110, 61 %');
    const levels = { entry: 1.09746, tp: 57968.46575879577, sl: 0.00001234567891 };
    expect(messageText('{entry} {tp} {sl}', { ...signal, ...levels }, 4096)).toBe(
      '1.09746 57968.47 0.00001234568',
    );
    expect(messageText('x'.repeat(50), signal, 10)).toBe(`${'x'.repeat(9)}…`);
  });
});

describe('telegramChannel', () => {
  const channel = () =>
    telegramChannel({ url, botToken: '12:canary', chatId: '@c', template, timeoutMs: 1000, perMinute: 20 });

  it('sends a plain message to the chat', async () => {
    answer = json(200, { ok: true, result: { message_id: 77 } });
    const result = await channel().send(signal, 1);
    expect(result).toMatchObject({ kind: 'delivered', remoteId: '77' });
    expect(got.path).toBe('/bot12:canary/sendMessage');
    expect(JSON.parse(got.text)).toMatchObject({ chat_id: '@c', text: 'BUY BTCUSD\nTP 110, 61 %' });
    expect(got.text).not.toContain('parse_mode');
  });

  it('waits as long as Telegram asks in its answer, and keeps the token to itself', async () => {
    answer = json(429, { ok: false, description: '12:canary', parameters: { retry_after: 7 } });
    const result = await channel().send(signal, 1);
    expect(result).toMatchObject({ kind: 'retry', afterMs: 7000 });
    expect(JSON.stringify(result)).not.toContain('canary');
  });
});

describe('discordChannel', () => {
  it('sends a message that calls nobody and learns its id', async () => {
    answer = json(200, { id: '900' });
    const channel = discordChannel({
      url: `${url}/api/webhooks/1/key`,
      template,
      timeoutMs: 1000,
      perMinute: 30,
    });
    expect(await channel.send(signal, 1)).toMatchObject({ kind: 'delivered', remoteId: '900' });
    expect(got.path).toBe('/api/webhooks/1/key?wait=true');
    expect(JSON.parse(got.text)).toEqual({
      content: 'BUY BTCUSD\nTP 110, 61 %',
      allowed_mentions: { parse: [] },
    });
    answer = json(429, { retry_after: 0.65 });
    expect(await channel.send(signal, 1)).toMatchObject({ kind: 'retry', afterMs: 650 });
  });
});

describe('webhookChannel', () => {
  it('signs what it sends, so that the receiver can check it', async () => {
    answer = json(202, {});
    const channel = webhookChannel({
      url: `${url}/hook`,
      secret: 'shared-secret',
      template,
      idempotent: true,
      timeoutMs: 1000,
      perMinute: 60,
      wallNow: Date.now,
    });
    expect(await channel.send(signal, 1)).toMatchObject({ kind: 'delivered' });
    const timestamp = String(got.headers['x-anso-timestamp']);
    const expected = createHmac('sha256', 'shared-secret').update(`${timestamp}.${got.text}`).digest('hex');
    expect(got.headers['x-anso-signature']).toBe(`sha256=${expected}`);
    expect(got.headers['idempotency-key']).toBe(signal.id);
    expect(JSON.parse(got.text)).toMatchObject({
      type: 'signal',
      signal: { id: signal.id, action: 'BUY', tp: 110 },
    });
    expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(5);
  });
});

describe('configuredChannels', () => {
  it('turns each channel on by its address alone', () => {
    expect(configuredChannels(parseConfig({}), Date.now)).toEqual([]);
    const all = configuredChannels(
      parseConfig({
        COMMUNITY_TRADING_URL: 'https://community.example',
        TELEGRAM_BOT_TOKEN: '1:a',
        TELEGRAM_CHAT_ID: '@c',
        DISCORD_WEBHOOK_URL: 'https://discord.example/api/webhooks/1/k',
        WEBHOOK_URL: 'https://hook.example',
        WEBHOOK_SECRET: 'long-enough',
      }),
      Date.now,
    );
    expect(all.map(({ name, pace }) => [name, pace.perMinute])).toEqual([
      ['community', 60],
      ['telegram', 20],
      ['discord', 30],
      ['webhook', 60],
    ]);
  });

  it.each([
    [{ TELEGRAM_BOT_TOKEN: '1:a' }, /TELEGRAM_CHAT_ID/],
    [{ WEBHOOK_URL: 'https://hook.example' }, /WEBHOOK_SECRET/],
    [{ MESSAGE_TEMPLATE: '{symbl}' }, /\{symbl\} is unknown/],
  ])('refuses %o', (environment, reason) => {
    expect(() => parseConfig(environment)).toThrow(reason);
  });
});
