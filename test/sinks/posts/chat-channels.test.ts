import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { communityChannel } from '../../../sinks/posts/channels/community-channel.ts';
import { discordChannel } from '../../../sinks/posts/channels/discord-channel.ts';
import { messageText } from '../../../sinks/posts/channels/message-text.ts';
import { telegramChannel } from '../../../sinks/posts/channels/telegram-channel.ts';
import { webhookChannel } from '../../../sinks/posts/channels/webhook-channel.ts';
import { parseConfig } from '../../../config.ts';
import type { Outcome, Signal } from '../../../schema/signal.ts';
import { aSignal } from '../../support/signals.ts';

const template = '{action} {symbol}\\nTP {tp}, {confidence}';
const signal = aSignal({ symbol: 'BTCUSD', confidence: 0.614 });
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
    expect(messageText(template, signal, 4096)).toBe('BUY BTCUSD\nTP 110.000, 61 %');
    expect(messageText('x'.repeat(50), signal, 10)).toBe(`${'x'.repeat(9)}…`);
  });
});

describe('prices in messages', () => {
  const say = (over: Partial<Signal>) => messageText('{entry} {tp} {sl}', aSignal(over), 4096);

  it('are not rounded to other prices, however large', () => {
    const rupiah = { symbol: 'BTCIDR', entry: 1_654_321_505, tp: 1_660_123_456.7891, sl: 1_650_000_000.1 };
    expect(say(rupiah)).toBe('1654321505.00 1660123456.79 1650000000.10');
  });

  it('have the decimals of their instrument', () => {
    expect(say({ symbol: 'EURUSD', entry: 1.0721, tp: 1.07543219, sl: 1.069 })).toBe(
      '1.07210 1.07543 1.06900',
    );
    expect(say({ symbol: 'USDJPY', entry: 158.7, tp: 159.45678, sl: 158.2 })).toBe('158.700 159.457 158.200');
  });

  it('have more where fewer would show another trade', () => {
    expect(say({ symbol: 'DOGEBTC', entry: 0.00499523, tp: 0.00501335, sl: 0.0049823 })).toBe(
      '0.00499523 0.00501335 0.00498230',
    );
    expect(say({ symbol: 'EURUSD', entry: 1.0721, tp: 1.072148, sl: 1.072068 })).toBe(
      '1.072100 1.072148 1.072068',
    );
  });
});

describe('the odds in messages', () => {
  const { MESSAGE_TEMPLATE } = parseConfig({});

  it('stand beside what they have to beat', () => {
    const metrics = { ...signal.risk_metrics, breakeven_probability: 0.413, expected_r: -0.064 };
    expect(messageText(MESSAGE_TEMPLATE, { ...signal, risk_metrics: metrics }, 4096)).toContain(
      'Confidence 61 %, break-even 41 %, expected -0.06 R after cost',
    );
  });
});

describe('the end of a signal', () => {
  const { END_TEMPLATE } = parseConfig({});
  const end = (status: string, over: Partial<Outcome> = {}) =>
    aSignal({
      symbol: 'EURUSD',
      entry: 1.0721,
      tp: 1.0751,
      sl: 1.0701,
      status: status as Signal['status'],
      outcome: {
        status: status as Outcome['status'],
        resolved_at: Date.UTC(2026, 0, 7),
        exit_price: 1.0751,
        r: 1.4951,
        mfe: 1.5,
        mae: 0.2,
        ambiguous_bar: false,
        ...over,
      },
    });
  const say = (...parameters: Parameters<typeof end>) => messageText(END_TEMPLATE, end(...parameters), 4096);

  it('contains side, symbol, entry, exit, result and the kind of end', () => {
    expect(say('tp')).toBe('BUY EURUSD 1h ended at take-profit: +1.50 R\nEntry 1.07210, exit 1.07510');
    expect(say('sl', { r: -1.02, exit_price: 1.07008 })).toBe(
      'BUY EURUSD 1h ended at stop-loss: -1.02 R\nEntry 1.07210, exit 1.07008',
    );
    expect(say('reversed', { r: -0.001 })).toContain('ended by a signal the other way: 0.00 R');
    expect(say('expired', { r: 0.3 })).toContain('ended at its time limit: +0.30 R');
  });

  it('of a void signal states that there is no result', () => {
    expect(say('void', { r: null as never })).toContain('ended as void: its prices count no more: no result');
    expect(say('a status of tomorrow')).toContain('ended a status of tomorrow: +1.50 R');
  });

  const common = { template, endTemplate: END_TEMPLATE, timeoutMs: 1000, perMinute: 20 };
  const first = 'BUY EURUSD 1h ended at take-profit: +1.50 R';

  it('reaches the chats as a message', async () => {
    answer = json(200, { ok: true, result: { message_id: 78 }, id: '901' });
    const telegram = telegramChannel({ url, botToken: '12:canary', chatId: '@c', ...common });
    expect(await telegram.sendEnd?.(end('tp'), 'x-end')).toMatchObject({ kind: 'delivered', remoteId: '78' });
    expect((JSON.parse(got.text) as { text: string }).text).toContain(first);
    const discord = discordChannel({ url: `${url}/api/webhooks/1/key`, ...common });
    expect(await discord.sendEnd?.(end('tp'), 'x-end')).toMatchObject({ kind: 'delivered', remoteId: '901' });
    expect((JSON.parse(got.text) as { content: string }).content).toContain(first);
  });

  it('reaches a receiver signed, under an id of its own, and looks like no signal', async () => {
    answer = json(202, {});
    const webhook = webhookChannel({
      url: `${url}/hook`,
      secret: 'shared-secret',
      idempotent: true,
      wallNow: () => 0,
      ...common,
    });
    const signal = end('tp');
    expect(await webhook.sendEnd?.(signal, `${signal.id}-end`)).toMatchObject({ kind: 'delivered' });
    expect(got.headers['idempotency-key']).toBe(`${signal.id}-end`);
    const body = JSON.parse(got.text) as Record<string, unknown>;
    expect(body).toMatchObject({
      type: 'end',
      end: { signal_id: signal.id, side: 'BUY', status: 'tp', exit_price: 1.0751, r: 1.4951 },
    });
    expect(body).not.toHaveProperty('signal');
    const timestamp = String(got.headers['x-anso-timestamp']);
    expect(got.headers['x-anso-signature']).toBe(
      `sha256=${createHmac('sha256', 'shared-secret').update(`${timestamp}.${got.text}`).digest('hex')}`,
    );
  });

  it('reaches the platform where it has a path for it', async () => {
    answer = json(200, { signal_id: 'e1' });
    const platform = { url, path: '/in', idempotent: false, timeoutMs: 1000, perMinute: 60 };
    expect('sendEnd' in communityChannel(platform)).toBe(false);
    const signal = end('sl', { r: -1.02345678, exit_price: 1.0700812 });
    const channel = communityChannel({ ...platform, endPath: '/ended' });
    expect(await channel.sendEnd?.(signal, `${signal.id}-end`)).toMatchObject({ kind: 'delivered' });
    expect(got.path).toBe('/ended');
    expect(got.headers['idempotency-key']).toBe(`${signal.id}-end`);
    expect(JSON.parse(got.text)).toEqual({
      signal_id: signal.id,
      symbol: 'EURUSD',
      action: 'BUY',
      timeframe: '1h',
      status: 'sl',
      entry: 1.0721,
      exit_price: 1.07008,
      r: -1.0235,
      ended_at: Date.UTC(2026, 0, 7),
    });
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
    expect(JSON.parse(got.text)).toMatchObject({ chat_id: '@c', text: 'BUY BTCUSD\nTP 110.000, 61 %' });
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
      content: 'BUY BTCUSD\nTP 110.000, 61 %',
      allowed_mentions: { parse: [] },
    });
    answer = json(429, { retry_after: 0.65 });
    expect(await channel.send(signal, 1)).toMatchObject({ kind: 'retry', afterMs: 650 });
  });
});

describe('webhookChannel', () => {
  it('contains the odds and the break-even', async () => {
    answer = json(202, {});
    const channel = webhookChannel({
      url: `${url}/hook`,
      secret: 'shared-secret',
      template,
      idempotent: true,
      wallNow: () => 0,
      timeoutMs: 1000,
      perMinute: 60,
    });
    await channel.send(signal, 1);
    const { prob_tp_hit, breakeven_probability, expected_r } = signal.risk_metrics;
    expect(JSON.parse(got.text)).toMatchObject({
      signal: { prob_tp_hit, breakeven_probability, expected_r },
    });
  });

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
