import { z } from 'zod';
import * as wire from '../../schema/wire.ts';

type Json = Record<string, unknown>;

const fromServer = {
  subscribed: wire.SubscribedFrame,
  unsubscribed: wire.UnsubscribedFrame,
  priceUpdate: wire.PriceFrame,
  candle: wire.CandleFrame,
  signalUpdate: wire.SignalFrame,
  signalResolved: wire.ResolvedFrame,
  feed: wire.FeedFrame,
  pong: wire.PongFrame,
  error: wire.ErrorFrame,
};
const fromClient = { priceRequest: wire.PriceRequest, signalRequest: wire.SignalRequest };

const common = ['subscribed', 'unsubscribed', 'feed', 'pong', 'error'];
const channels = {
  prices: {
    address: '/ws',
    description: 'Prices and candles. The latest of a symbol wins for a slow client.',
    sent: [...common, 'priceUpdate', 'candle'],
    taken: ['priceRequest'],
  },
  signals: {
    address: '/ws/signals',
    description:
      'Signals, none dropped: a client that falls too far behind is closed with 1013 and resumes by `since`.',
    sent: [...common, 'signalUpdate', 'signalResolved'],
    taken: ['signalRequest'],
  },
};

/** AsyncAPI 3.0 of both WebSocket feeds, generated from the schemas of their frames. */
export function asyncApi(version: string): Json {
  const operations: Json = {};
  for (const [name, channel] of Object.entries(channels)) {
    const messages = (keys: readonly string[]) =>
      keys.map((key) => ({ $ref: `#/channels/${name}/messages/${key}` }));
    const target = { $ref: `#/channels/${name}` };
    operations[`${name}Out`] = { action: 'send', channel: target, messages: messages(channel.sent) };
    operations[`${name}In`] = { action: 'receive', channel: target, messages: messages(channel.taken) };
  }
  return {
    asyncapi: '3.0.0',
    info: { title: 'Anso Vision', version, description: 'JSON text frames over WebSocket.' },
    channels: Object.fromEntries(
      Object.entries(channels).map(([name, { address, description, sent, taken }]) => [
        name,
        {
          address,
          description,
          messages: Object.fromEntries(
            [...sent, ...taken].map((key) => [key, { $ref: `#/components/messages/${key}` }]),
          ),
        },
      ]),
    ),
    operations,
    components: { messages: { ...messagesOf(fromServer, 'output'), ...messagesOf(fromClient, 'input') } },
  };
}

function messagesOf(schemas: Readonly<Record<string, z.ZodType>>, io: 'input' | 'output'): Json {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const { $schema: _schema, ...payload } = z.toJSONSchema(schema, { io, target: 'draft-7' });
      return [name, { name, contentType: 'application/json', payload }];
    }),
  );
}
