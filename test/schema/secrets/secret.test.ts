import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../config.ts';
import { Secret } from '../../../schema/secrets/secret.ts';

const text = 'c4nary-7Qx';

describe('Secret', () => {
  const secret = new Secret(text);
  /** As code without types would take it. */
  const untyped = secret as unknown as string;

  it.each<[string, () => string]>([
    ['a template', () => `it is ${untyped}`],
    ['a sum', () => 'x'.concat(untyped)],
    ['String', () => String(secret)],
    ['JSON', () => JSON.stringify({ deep: [secret] })],
    ['inspect', () => inspect({ deep: [secret] }, { depth: 9, showHidden: true, getters: true })],
    ['a bare inspect', () => inspect(secret, { customInspect: false, showHidden: true })],
    [
      'its fields',
      () =>
        JSON.stringify([
          Object.entries(secret),
          Object.getOwnPropertyNames(secret),
          Object.assign({}, secret),
        ]),
    ],
    ['a clone', () => inspect(structuredClone({ secret }))],
    ['an error', () => inspect(new Error(`no ${untyped}`, { cause: secret }))],
  ])('is not told by %s', (_, print) => expect(print()).not.toContain('c4nary'));

  it('is told where it is revealed', () => expect(secret.reveal()).toBe(text));

  it('is what a configuration holds of keys and addresses', () => {
    const addresses = `https://us3r:${text}@h.example/${text}`;
    const config = parseConfig({
      TWELVEDATA_API_KEY: text,
      TWELVEDATA_WS_URL: `wss://h.example/${text}`,
      TWELVEDATA_REST_URL: addresses,
      COMMUNITY_TRADING_URL: addresses,
      COMMUNITY_SIGNAL_PATH: `/${text}`,
      COMMUNITY_END_PATH: `/${text}`,
      COMMUNITY_LOOKUP_PATH: `/${text}/{id}`,
      COMMUNITY_API_KEY: text,
      TELEGRAM_URL: addresses,
      TELEGRAM_BOT_TOKEN: text,
      TELEGRAM_CHAT_ID: '@chat',
      DISCORD_WEBHOOK_URL: addresses,
      WEBHOOK_URL: `${addresses}?k=${text}`,
      WEBHOOK_SECRET: text,
      FINLIGHT_API_KEY: text,
      FINLIGHT_URL: addresses,
      CALENDAR_URL: addresses,
      BACKEND_URL: addresses,
      BACKEND_API_KEY: text,
      DATABASE_URL: `postgres://us3r:${text}@h.example/${text}`,
      REDIS_URL: `redis://:${text}@h.example`,
    });
    for (const printed of [JSON.stringify(config), inspect(config, { depth: 9, showHidden: true })])
      expect(printed).not.toContain('c4nary');
  });
});
