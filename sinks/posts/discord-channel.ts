import type { Channel } from './channel.ts';
import { type Judge, recordOf, saysNo } from './confirmation.ts';
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
  timeoutMs: number;
  perMinute: number;
}): Channel {
  const { url, template, timeoutMs, perMinute } = options;
  const target = new URL(url);
  // Then the answer names the message.
  target.searchParams.set('wait', 'true');
  return {
    name: 'discord',
    idempotent: false,
    timeoutMs,
    pace: { perMinute },
    async send(signal) {
      const body = {
        content: messageText(template, signal, longest),
        // Nothing in a reason may call anybody.
        allowed_mentions: { parse: [] },
      };
      const end = await postJson(target.href, { headers: {}, body: JSON.stringify(body), timeoutMs });
      return resultOf(end, {
        secrets: [target.pathname.split('/').at(-1)!],
        remoteId: ['id'],
        confirms,
        afterSeconds: ['retry_after'],
      });
    },
  };
}

/** The message, which has an id; 204 without a body where a proxy has dropped `wait=true`. Errors have a `code` and a `message`. */
const confirms: Judge = ({ status, text, json }) => {
  if (status === 204 && text === '') return 'yes';
  const body = recordOf(json);
  if (saysNo(body) || (typeof body?.['code'] === 'number' && 'message' in body)) return 'no';
  const id = body?.['id'];
  return typeof id === 'string' && id !== '' ? 'yes' : 'unclear';
};
