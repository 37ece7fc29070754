import type { Channel, SendResult } from './channel.ts';
import { messageText } from './message-text.ts';
import { postJson } from './post-json.ts';
import { resultOf } from './result-of.ts';

/** Discord takes messages of 2000 characters. */
const longest = 2000;

/** A channel of Discord, through its webhook. It does not drop repetitions. */
export function discordChannel(options: {
  /** The webhook's address, which is its key too. */
  url: string;
  template: string;
  /** Text of the message that tells a signal's end; without it none is sent. */
  endTemplate?: string | undefined;
  timeoutMs: number;
  perMinute: number;
}): Channel {
  const { url, template, endTemplate, timeoutMs, perMinute } = options;
  const target = new URL(url);
  // Then the answer names the message.
  target.searchParams.set('wait', 'true');
  const say = async (content: string): Promise<SendResult> => {
    // Nothing in a reason may call anybody.
    const body = { content, allowed_mentions: { parse: [] } };
    const end = await postJson(target.href, { headers: {}, body: JSON.stringify(body), timeoutMs });
    return resultOf(end, {
      secrets: [target.pathname.split('/').at(-1)!],
      remoteId: ['id'],
      afterSeconds: ['retry_after'],
    });
  };
  return {
    name: 'discord',
    idempotent: false,
    timeoutMs,
    pace: { perMinute },
    send: (signal) => say(messageText(template, signal, longest)),
    ...(endTemplate !== undefined && {
      sendEnd: (signal) => say(messageText(endTemplate, signal, longest)),
    }),
  };
}
