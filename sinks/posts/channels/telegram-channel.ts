import type { Channel, SendResult } from './channel.ts';
import { type Judge, parsedJson, recordOf } from './confirmation.ts';
import { messageText } from './message-text.ts';
import { movedChat } from './moved-chat.ts';
import { type PostEnd, postJson } from './post-json.ts';
import { interpretResponse } from './interpret-response.ts';

/** Telegram takes messages of 4096 characters. */
const longest = 4096;

/** A Telegram chat, through the Bot API (sendMessage). Telegram does not drop duplicates. */
export function telegramChannel(options: {
  /** Base URL of the Bot API. */
  url: string;
  botToken: string;
  chatId: string;
  template: string;
  /** Template of the message about a signal's end; without it none is sent. */
  endTemplate?: string | undefined;
  timeoutMs: number;
  perMinute: number;
}): Channel {
  const { url, botToken, chatId, template, endTemplate, timeoutMs, perMinute } = options;
  const target = `${url.replace(/\/+$/, '')}/bot${botToken}/sendMessage`;
  const chat = movedChat(chatId);
  const say = async (text: string): Promise<SendResult> => {
    const to = await chat.current();
    // Plain text: without parse_mode nothing in the text is taken as markup.
    const body = { chat_id: to, text, link_preview_options: { is_disabled: true } };
    const end = await postJson(target, { headers: {}, body: JSON.stringify(body), timeoutMs });
    const answer = telegramAnswer(end);
    if (answer.movedTo !== undefined && answer.movedTo !== to) {
      await chat.follow(answer.movedTo).catch(() => {});
      return { kind: 'retry', answer: `not sent: ${chat.note() ?? ''}` };
    }
    return interpretResponse(answer.end, {
      secrets: [botToken],
      remoteId: ['result', 'message_id'],
      afterSeconds: ['parameters', 'retry_after'],
      confirms,
    });
  };
  return {
    name: 'telegram',
    idempotent: false,
    timeoutMs,
    pace: { perMinute },
    keep: chat.keep,
    note: chat.note,
    send: (signal) => say(messageText(template, signal, longest)),
    ...(endTemplate !== undefined && {
      sendEnd: (signal) => say(messageText(endTemplate, signal, longest)),
    }),
  };
}

/** `{ok: true, result: {message_id, …}}`, or `{ok: false, error_code, description}`. */
const confirms: Judge = ({ json }) => {
  const body = recordOf(json);
  if (body?.['ok'] === false) return 'no';
  return body?.['ok'] === true && recordOf(body['result']) !== undefined ? 'yes' : 'unclear';
};

/** The response with the status that its body names, which a proxy may have changed, and the chat's new id where it has moved. */
function telegramAnswer(end: PostEnd): { readonly end: PostEnd; readonly movedTo?: string | undefined } {
  if (end.kind !== 'answered') return { end };
  const body = recordOf(parsedJson(end.body));
  if (body?.['ok'] !== false) return { end };
  const code = body['error_code'];
  const id = recordOf(body['parameters'])?.['migrate_to_chat_id'];
  const isId =
    typeof id === 'number' ? Number.isSafeInteger(id) : typeof id === 'string' && /^-?\d+$/.test(id);
  return {
    end: typeof code === 'number' && code >= 400 && code < 600 ? { ...end, status: code } : end,
    movedTo: isId ? String(id) : undefined,
  };
}
