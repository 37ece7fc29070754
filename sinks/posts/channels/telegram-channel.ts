import { secretMask } from '../../../schema/secrets/mask-secrets.ts';
import type { Secret } from '../../../schema/secrets/secret.ts';
import type { Channel, SendResult } from './channel.ts';
import { type Judge, parsedJson, recordOf } from './confirmation.ts';
import { messageText } from './message-text.ts';
import { movedChat } from './moved-chat.ts';
import { interpretResponse } from './interpret-response.ts';
import { outsideText } from './outside-text.ts';
import { remoteIdOf } from './remote-id.ts';
import { type RequestEnd, sendRequest } from './send-request.ts';
import { sendWindow } from './send-window.ts';
import { testText } from './test-text.ts';

/** Telegram takes messages of 4096 characters. */
const longest = 4096;

/** A Telegram chat, through the Bot API (sendMessage). Telegram does not drop duplicates. */
export function telegramChannel(options: {
  /** Base URL of the Bot API. */
  url: Secret;
  botToken: Secret;
  chatId: string;
  template: string;
  /** Template of the message about a signal's end; without it none is sent. */
  endTemplate?: string | undefined;
  timeoutMs: number;
  perMinute: number;
}): Channel {
  const { url, botToken, chatId, template, endTemplate, timeoutMs, perMinute } = options;
  const clean = outsideText(secretMask([url, botToken]));
  const { admit } = sendWindow(perMinute);
  const target = () => `${url.reveal().replace(/\/+$/, '')}/bot${botToken.reveal()}/sendMessage`;
  const chat = movedChat(chatId);
  const say = async (text: string): Promise<SendResult> => {
    const to = await chat.current();
    // Plain text: without parse_mode nothing in the text is taken as markup.
    const body = { chat_id: to, text, link_preview_options: { is_disabled: true } };
    const end = await sendRequest(target(), { headers: {}, body: JSON.stringify(body), timeoutMs, admit });
    const answer = telegramAnswer(end);
    if (answer.movedTo !== undefined && answer.movedTo !== to) {
      await chat.follow(answer.movedTo).catch(() => {});
      return { kind: 'retry', answer: `not sent: ${chat.note() ?? ''}` };
    }
    return interpretResponse(answer.end, {
      clean,
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
    sendTest: () => say(testText),
    ...(endTemplate !== undefined && {
      sendEnd: (signal) => say(messageText(endTemplate, signal, longest)),
    }),
  };
}

/** `{ok: true, result: {message_id, …}}`, or `{ok: false, error_code, description}`. */
const confirms: Judge = ({ json }) => {
  const body = recordOf(json);
  if (body?.['ok'] === false) return 'no';
  const id = recordOf(body?.['result'])?.['message_id'];
  return body?.['ok'] === true && remoteIdOf(id) !== undefined ? 'yes' : 'unclear';
};

/** The response with the status that its body names, which a proxy may have changed, and the chat's new id where it has moved. */
function telegramAnswer(end: RequestEnd): {
  readonly end: RequestEnd;
  readonly movedTo?: string | undefined;
} {
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
