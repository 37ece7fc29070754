import type { Config } from '../../config.ts';
import { parsedJson, recordOf } from '../../sinks/posts/channels/confirmation.ts';
import { type Finding, fail, ok } from './finding.ts';
import { networkReason } from '../../schema/outside/network-reason.ts';

type ChannelConfig = Pick<
  Config,
  'TELEGRAM_BOT_TOKEN' | 'TELEGRAM_CHAT_ID' | 'TELEGRAM_URL' | 'DISCORD_WEBHOOK_URL' | 'WEBHOOK_URL'
>;

/** The channels beside the platform, each asked with a question that posts nothing. */
export async function checkChannels(config: ChannelConfig): Promise<Finding[]> {
  const checks: Promise<Finding>[] = [];
  const {
    TELEGRAM_BOT_TOKEN: token,
    TELEGRAM_CHAT_ID: chat,
    DISCORD_WEBHOOK_URL: discord,
    WEBHOOK_URL: hook,
  } = config;
  if (token !== undefined && chat !== undefined)
    checks.push(telegram(config.TELEGRAM_URL.reveal(), token.reveal(), chat));
  if (discord !== undefined) checks.push(discordHook(discord.reveal()));
  if (hook !== undefined) checks.push(webhook(hook.reveal()));
  return Promise.all(checks);
}

async function get(
  url: string,
): Promise<{ status: number; body: Readonly<Record<string, unknown>> | undefined }> {
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(10_000) });
  return { status: answer.status, body: recordOf(parsedJson((await answer.text()).slice(0, 65_536))) };
}

async function telegram(base: string, token: string, chat: string): Promise<Finding> {
  const url = `${base.replace(/\/+$/, '')}/bot${token}/getChat?chat_id=${encodeURIComponent(chat)}`;
  try {
    const { status, body } = await get(url);
    if (body?.['ok'] === true) return ok('telegram', `the bot knows the chat ${chat}`);
    const { description = 'no reason' } = body ?? {};
    const todo = 'check TELEGRAM_BOT_TOKEN and TELEGRAM_CHAT_ID, and that the bot is a member of the chat';
    return fail('telegram', `${status} ${String(description).slice(0, 160)}`, todo);
  } catch (error) {
    return fail('telegram', networkReason(error), 'check TELEGRAM_URL and the network');
  }
}

async function discordHook(url: string): Promise<Finding> {
  try {
    const { status, body } = await get(url);
    return status === 200 && body?.['id'] !== undefined
      ? ok('discord', 'the webhook is there')
      : fail('discord', `${status} to GET of the webhook`, 'make a new webhook and set DISCORD_WEBHOOK_URL');
  } catch (error) {
    return fail('discord', networkReason(error), 'check DISCORD_WEBHOOK_URL and the network');
  }
}

/** A receiver may answer GET as it likes: that it answers is all there is to see. */
async function webhook(url: string): Promise<Finding> {
  const { origin } = new URL(url);
  try {
    const { status } = await get(url);
    return ok('webhook', `${origin} answers (${status} to GET); whether it takes posts, the first one tells`);
  } catch (error) {
    return fail('webhook', `${origin}: ${networkReason(error)}`, 'check WEBHOOK_URL and the network');
  }
}
