import { describe, expect, it } from 'vitest';
import { asyncApi } from '../../../http/documents/asyncapi.ts';
import { PriceServerFrame, SignalServerFrame } from '../../../schema/wire.ts';

interface Document {
  asyncapi: string;
  info: { description: string };
  channels: Record<
    string,
    { address: string; description: string; messages: Record<string, { $ref: string }> }
  >;
  operations: Record<string, { action: string; channel: { $ref: string }; messages: { $ref: string }[] }>;
  components: { messages: Record<string, { payload: { properties?: { type?: { const?: string } } } }> };
}

describe('asyncApi', () => {
  const document = asyncApi('1.0.0') as unknown as Document;
  const resolve = (reference: string): unknown =>
    reference
      .slice(2)
      .split('/')
      .reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], document);

  it('refers to what it has', () => {
    const references = JSON.stringify(document).match(/#\/(?:channels|components)\/[\w/]+/g) ?? [];
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references) expect(resolve(reference), reference).toBeDefined();
  });

  it.each([
    ['/ws', PriceServerFrame],
    ['/ws/signals', SignalServerFrame],
  ] as const)('documents every frame of %s', (address, frames) => {
    const channel = Object.values(document.channels).find((one) => one.address === address)!;
    const types = Object.keys(channel.messages).map(
      (name) => document.components.messages[name]?.payload.properties?.type?.const,
    );
    const wanted = frames.options.map((option) => option.shape.type.value);
    expect(types).toEqual(expect.arrayContaining(wanted));
  });

  it('tells what each side sends on each feed', () => {
    const names = Object.entries(document.operations).map(([name, { action, channel, messages }]) => [
      name,
      action,
      channel.$ref,
      messages.map(({ $ref }) => $ref.split('/').at(-1)).join(' '),
    ]);
    const common = 'subscribed unsubscribed feed pong error';
    expect(names).toEqual([
      ['pricesOut', 'send', '#/channels/prices', `${common} priceUpdate candle`],
      ['pricesIn', 'receive', '#/channels/prices', 'priceRequest'],
      ['signalsOut', 'send', '#/channels/signals', `${common} signalUpdate signalResolved`],
      ['signalsIn', 'receive', '#/channels/signals', 'signalRequest'],
    ]);
  });

  it('says of each message what it is, and of itself what it describes', () => {
    expect(document).toMatchObject({ asyncapi: '3.0.0', info: { title: 'Anso Vision', version: '1.0.0' } });
    for (const { description } of [document.info, ...Object.values(document.channels)])
      expect(description).not.toBe('');
    expect(Object.keys(document.components.messages)).toHaveLength(11);
    for (const [name, message] of Object.entries(document.components.messages)) {
      expect(message).toMatchObject({ name, contentType: 'application/json' });
      expect(message.payload).not.toHaveProperty('$schema');
    }
    // A draft without `$ref` beside other words, which tools of AsyncAPI read.
    expect(JSON.stringify(document)).not.toContain('2020-12');
  });
});
