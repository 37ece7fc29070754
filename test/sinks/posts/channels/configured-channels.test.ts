import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../config.ts';
import { configuredChannels } from '../../../../sinks/posts/channels/configured-channels.ts';

/** Keys of the provider and the platform: without them the demo may not post. */
const everyChannel = {
  TWELVEDATA_API_KEY: 'of-the-provider',
  COMMUNITY_TRADING_URL: 'https://community.example',
  COMMUNITY_API_KEY: 'of-the-platform',
  TELEGRAM_BOT_TOKEN: '1:a',
  TELEGRAM_CHAT_ID: '@c',
  DISCORD_WEBHOOK_URL: 'https://discord.example/api/webhooks/1/k',
  WEBHOOK_URL: 'https://hook.example',
  WEBHOOK_SECRET: 'long-enough',
};

describe('configuredChannels', () => {
  it('creates the channels that have an address, and no other', () => {
    expect(configuredChannels(parseConfig({}), Date.now)).toEqual([]);
    const all = configuredChannels(parseConfig(everyChannel), Date.now);
    expect(all.map(({ name, pace }) => [name, pace.perMinute])).toEqual([
      ['community', 60],
      ['telegram', 20],
      ['discord', 30],
      ['webhook', 60],
    ]);
  });

  it('sends ends to the channels that are configured for them', () => {
    const withEnds = (environment: Record<string, string>) =>
      configuredChannels(parseConfig({ ...everyChannel, ...environment }), () => 0).flatMap((channel) =>
        channel.sendEnd === undefined ? [] : channel.name,
      );
    expect(withEnds({})).toEqual(['telegram', 'discord', 'webhook']);
    expect(withEnds({ COMMUNITY_END_PATH: '/ended' })[0]).toBe('community');
    expect(withEnds({ TELEGRAM_ENDS: 'false', WEBHOOK_ENDS: 'false' })).toEqual(['discord']);
    expect(withEnds({ DISCORD_ENDS: 'false' })).toEqual(['telegram', 'webhook']);
  });

  it.each([
    [{ END_TEMPLATE: '{result}' }, /\{result\} is unknown/],
    [{ MESSAGE_TEMPLATE: '{exit}' }, /\{exit\} is unknown/],
    [{ TELEGRAM_BOT_TOKEN: '1:a' }, /TELEGRAM_CHAT_ID/],
    [{ WEBHOOK_URL: 'https://hook.example' }, /WEBHOOK_SECRET/],
    [{ MESSAGE_TEMPLATE: '{symbl}' }, /\{symbl\} is unknown/],
  ])('refuses %o', (environment, reason) => {
    expect(() => parseConfig(environment)).toThrow(reason);
  });
});
