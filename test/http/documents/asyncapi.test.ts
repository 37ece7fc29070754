import { describe, expect, it } from 'vitest';
import { asyncApi } from '../../../http/documents/asyncapi.ts';
import { PriceServerFrame, SignalServerFrame } from '../../../schema/wire.ts';

interface Document {
  asyncapi: string;
  channels: Record<string, { address: string; messages: Record<string, { $ref: string }> }>;
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
});
