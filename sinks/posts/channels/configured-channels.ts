import type { Secret } from '../../../schema/secrets/secret.ts';
import type { Channel } from './channel.ts';
import { communityChannel } from './community-channel.ts';
import { discordChannel } from './discord-channel.ts';
import { telegramChannel } from './telegram-channel.ts';
import { webhookChannel } from './webhook-channel.ts';

/** The settings that decide where signals are posted. */
export interface ChannelSettings {
  readonly COMMUNITY_TRADING_URL?: Secret | undefined;
  readonly COMMUNITY_SIGNAL_PATH: Secret;
  readonly COMMUNITY_END_PATH?: Secret | undefined;
  readonly COMMUNITY_LOOKUP_PATH?: Secret | undefined;
  readonly COMMUNITY_LOOKUP_SETTLE_MS: number;
  readonly COMMUNITY_API_KEY?: Secret | undefined;
  readonly COMMUNITY_DECIMALS: number;
  readonly COMMUNITY_IDEMPOTENT: boolean;
  readonly COMMUNITY_TIMEOUT_MS: number;
  readonly COMMUNITY_RATE_PER_MINUTE: number;
  readonly MESSAGE_TEMPLATE: string;
  readonly END_TEMPLATE: string;
  readonly TELEGRAM_BOT_TOKEN?: Secret | undefined;
  readonly TELEGRAM_CHAT_ID?: string | undefined;
  readonly TELEGRAM_URL: Secret;
  readonly TELEGRAM_RATE_PER_MINUTE: number;
  readonly TELEGRAM_ENDS: boolean;
  readonly DISCORD_WEBHOOK_URL?: Secret | undefined;
  readonly DISCORD_RATE_PER_MINUTE: number;
  readonly DISCORD_ENDS: boolean;
  readonly WEBHOOK_URL?: Secret | undefined;
  readonly WEBHOOK_SECRET?: Secret | undefined;
  readonly WEBHOOK_IDEMPOTENT: boolean;
  readonly WEBHOOK_RATE_PER_MINUTE: number;
  readonly WEBHOOK_ENDS: boolean;
}

/** The channels that are configured: one without an address is off. */
export function configuredChannels(settings: ChannelSettings, wallNow: () => number): Channel[] {
  const { COMMUNITY_TIMEOUT_MS: timeoutMs, MESSAGE_TEMPLATE: template } = settings;
  const endTemplate = (isTold: boolean) => (isTold ? settings.END_TEMPLATE : undefined);
  const channels: Channel[] = [];
  if (settings.COMMUNITY_TRADING_URL !== undefined)
    channels.push(
      communityChannel({
        url: settings.COMMUNITY_TRADING_URL,
        path: settings.COMMUNITY_SIGNAL_PATH,
        endPath: settings.COMMUNITY_END_PATH,
        lookupPath: settings.COMMUNITY_LOOKUP_PATH,
        lookupSettleMs: settings.COMMUNITY_LOOKUP_SETTLE_MS,
        apiKey: settings.COMMUNITY_API_KEY,
        decimals: settings.COMMUNITY_DECIMALS,
        idempotent: settings.COMMUNITY_IDEMPOTENT,
        timeoutMs,
        perMinute: settings.COMMUNITY_RATE_PER_MINUTE,
      }),
    );
  if (settings.TELEGRAM_BOT_TOKEN !== undefined && settings.TELEGRAM_CHAT_ID !== undefined)
    channels.push(
      telegramChannel({
        url: settings.TELEGRAM_URL,
        botToken: settings.TELEGRAM_BOT_TOKEN,
        chatId: settings.TELEGRAM_CHAT_ID,
        template,
        endTemplate: endTemplate(settings.TELEGRAM_ENDS),
        timeoutMs,
        perMinute: settings.TELEGRAM_RATE_PER_MINUTE,
      }),
    );
  if (settings.DISCORD_WEBHOOK_URL !== undefined)
    channels.push(
      discordChannel({
        url: settings.DISCORD_WEBHOOK_URL,
        template,
        endTemplate: endTemplate(settings.DISCORD_ENDS),
        timeoutMs,
        perMinute: settings.DISCORD_RATE_PER_MINUTE,
      }),
    );
  if (settings.WEBHOOK_URL !== undefined && settings.WEBHOOK_SECRET !== undefined)
    channels.push(
      webhookChannel({
        url: settings.WEBHOOK_URL,
        secret: settings.WEBHOOK_SECRET,
        template,
        endTemplate: endTemplate(settings.WEBHOOK_ENDS),
        idempotent: settings.WEBHOOK_IDEMPOTENT,
        timeoutMs,
        perMinute: settings.WEBHOOK_RATE_PER_MINUTE,
        wallNow,
      }),
    );
  return channels;
}
