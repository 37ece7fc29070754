import { randomUUID } from 'node:crypto';
import type { Config } from '../../config.ts';
import type { Channel } from '../../sinks/posts/channels/channel.ts';
import { configuredChannels } from '../../sinks/posts/channels/configured-channels.ts';
import { type Finding, fail, ok } from './finding.ts';

/** Which settings switch a channel on. */
const settings: Readonly<Record<string, string>> = {
  community: 'COMMUNITY_TRADING_URL and COMMUNITY_API_KEY',
  telegram: 'TELEGRAM_BOT_TOKEN and TELEGRAM_CHAT_ID',
  discord: 'DISCORD_WEBHOOK_URL',
  webhook: 'WEBHOOK_URL and WEBHOOK_SECRET',
};

export const channelNames = Object.keys(settings);

/**
 * Sends a test message to each of these channels, as a post is sent, and says what became of it. One that takes nothing but trades is asked
 * about a post that it cannot have, where it can be asked, and else left alone.
 */
export async function sendTests(
  config: Config,
  names: readonly string[],
  wallNow: () => number,
): Promise<Finding[]> {
  const channels = configuredChannels(config, wallNow);
  return Promise.all(
    names.map(async (name) => {
      const channel = channels.find((one) => one.name === name);
      if (channel === undefined)
        return fail(name, 'is not configured', `set ${settings[name] ?? 'its address'}`);
      return channel.sendTest === undefined ? askIt(channel) : testIt(channel, channel.sendTest);
    }),
  );
}

async function testIt(channel: Channel, send: NonNullable<Channel['sendTest']>): Promise<Finding> {
  const { name } = channel;
  const result = await send(`test-${randomUUID()}`);
  if (result.kind === 'delivered') return ok(name, `took the test message (${result.answer})`);
  const moved = channel.note?.();
  if (moved !== undefined) return fail(name, result.answer, moved);
  if (result.kind === 'ambiguous')
    return fail(
      name,
      `may have taken the test message: ${result.answer}`,
      'look there whether it has arrived',
    );
  return fail(name, result.answer, `correct ${settings[name] ?? 'its address'}`);
}

async function askIt({ name, lookup }: Channel): Promise<Finding> {
  const why = 'takes nothing but signals, which its followers copy: a test would be a trade';
  if (lookup === undefined)
    return fail(
      name,
      why,
      'set COMMUNITY_LOOKUP_PATH where it can be asked: then address and key are tried by that',
    );
  const { kind, answer } = await lookup.ask(`test-${randomUUID()}`);
  if (kind === 'absent')
    return ok(
      name,
      `was sent nothing, and says that it has no post of an invented id: it takes the key (${answer})`,
    );
  if (kind === 'there')
    return fail(
      name,
      `claims to have a post of an invented id (${answer})`,
      'correct COMMUNITY_LOOKUP_PATH: its word is of no use',
    );
  return fail(
    name,
    `was asked about an invented id: ${answer}`,
    `correct ${settings[name]!} or COMMUNITY_LOOKUP_PATH`,
  );
}
