import { secretMask } from '../../../schema/secrets/mask-secrets.ts';
import type { Secret } from '../../../schema/secrets/secret.ts';
import type { Channel, SendResult } from './channel.ts';
import { type Judge, recordOf, saysNo } from './confirmation.ts';
import { messageText } from './message-text.ts';
import { interpretResponse } from './interpret-response.ts';
import { outsideText } from './outside-text.ts';
import { sendRequest } from './send-request.ts';
import { sendWindow } from './send-window.ts';
import { testText } from './test-text.ts';

/** Discord takes messages of 2000 characters. */
const longest = 2000;

/** A Discord channel, through its webhook. Discord does not drop duplicates. */
export function discordChannel(options: {
  /** The webhook's address, which is also its secret. */
  url: Secret;
  template: string;
  /** Template of the message about a signal's end; without it none is sent. */
  endTemplate?: string | undefined;
  timeoutMs: number;
  perMinute: number;
}): Channel {
  const { url, template, endTemplate, timeoutMs, perMinute } = options;
  const clean = outsideText(secretMask([url]));
  const { admit } = sendWindow(perMinute);
  const target = () => {
    const hook = new URL(url.reveal());
    // With it the response contains the message's id.
    hook.searchParams.set('wait', 'true');
    return hook.href;
  };
  const say = async (content: string): Promise<SendResult> => {
    // Nothing in the text may mention (notify) anybody.
    const body = { content, allowed_mentions: { parse: [] } };
    const end = await sendRequest(target(), { headers: {}, body: JSON.stringify(body), timeoutMs, admit });
    return interpretResponse(end, {
      clean,
      remoteId: ['id'],
      confirms,
      afterSeconds: ['retry_after'],
    });
  };
  return {
    name: 'discord',
    idempotent: false,
    timeoutMs,
    pace: { perMinute },
    send: (signal) => say(messageText(template, signal, longest)),
    sendTest: () => say(testText),
    ...(endTemplate !== undefined && {
      sendEnd: (signal) => say(messageText(endTemplate, signal, longest)),
    }),
  };
}

/** A success is the message, which has an id of digits, or 204 without a body where a proxy dropped `wait=true`. Errors have a `code` and a `message`. */
const confirms: Judge = ({ status, text, json }) => {
  if (status === 204 && text === '') return 'yes';
  const body = recordOf(json);
  if (saysNo(body) || (typeof body?.['code'] === 'number' && 'message' in body)) return 'no';
  const id = body?.['id'];
  return typeof id === 'string' && /^\d{1,30}$/.test(id) ? 'yes' : 'unclear';
};
