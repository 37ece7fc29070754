import { z } from 'zod';

const Asked = z.union([
  z.string().transform((text) => text.split(',').map((symbol) => symbol.trim())),
  z.array(z.union([z.string(), z.object({ symbol: z.string() }).transform(({ symbol }) => symbol)])),
]);

const ClientFrame = z.discriminatedUnion('action', [
  z.object({
    action: z.enum(['subscribe', 'unsubscribe']),
    params: z.object({ symbols: Asked }),
  }),
  z.object({ action: z.enum(['heartbeat', 'reset']) }),
]);

export interface SubscribeRequest {
  readonly action: 'subscribe' | 'unsubscribe' | 'heartbeat' | 'reset';
  readonly symbols: readonly string[];
}

/** Parses a client's frame; symbols are one comma-separated string or a list of objects. Null: invalid. */
export function askedSymbols(text: string): SubscribeRequest | null {
  try {
    const frame = ClientFrame.parse(JSON.parse(text));
    const symbols = 'params' in frame ? frame.params.symbols.filter((symbol) => symbol !== '') : [];
    return { action: frame.action, symbols };
  } catch {
    return null;
  }
}
