import type { Channel, SendResult } from './channel.ts';
import { messageText } from './message-text.ts';
import { postJson } from './post-json.ts';
import { resultOf } from './result-of.ts';

/** Telegram takes messages of 4096 characters. */
const longest = 4096;

/** A chat of Telegram, through its Bot API (sendMessage). It does not drop repetitions. */
export function telegramChannel(options: {
  /** Of the Bot API. */
  url: string;
  botToken: string;
  chatId: string;
  template: string;
  /** Text of the message that tells a signal's end; without it none is sent. */
  endTemplate?: string | undefined;
  timeoutMs: number;
  perMinute: number;
}): Channel {
  const { url, botToken, chatId, template, endTemplate, timeoutMs, perMinute } = options;
  const target = `${url.replace(/\/+$/, '')}/bot${botToken}/sendMessage`;
  const say = async (text: string): Promise<SendResult> => {
    // Plain text: no parse_mode, so that nothing in a reason can be markup.
    const body = { chat_id: chatId, text, link_preview_options: { is_disabled: true } };
    const end = await postJson(target, { headers: {}, body: JSON.stringify(body), timeoutMs });
    return resultOf(end, {
      secrets: [botToken],
      remoteId: ['result', 'message_id'],
      afterSeconds: ['parameters', 'retry_after'],
    });
  };
  return {
    name: 'telegram',
    idempotent: false,
    timeoutMs,
    pace: { perMinute },
    send: (signal) => say(messageText(template, signal, longest)),
    ...(endTemplate !== undefined && {
      sendEnd: (signal) => say(messageText(endTemplate, signal, longest)),
    }),
  };
}
