import { createHmac } from 'node:crypto';
import type { Channel, SendResult } from './channel.ts';
import { type Judge, leavesOpen, saysNo, tellsTrouble } from './confirmation.ts';
import { postJson } from './post-json.ts';
import { interpretResponse } from './interpret-response.ts';
import { webhookEnd, webhookSignal } from './webhook-bodies.ts';

/**
 * Any receiver that the operator runs. `X-Anso-Signature` is `sha256=` and the hex HMAC-SHA256, under the secret, of the header
 * `X-Anso-Timestamp` (Unix seconds), a dot and the body; a receiver should refuse old timestamps.
 */
export function webhookChannel(options: {
  url: string;
  secret: string;
  template: string;
  /** Template of the text about a signal's end; without it no end is sent. */
  endTemplate?: string | undefined;
  /** Does the receiver honour Idempotency-Key? */
  idempotent: boolean;
  timeoutMs: number;
  perMinute: number;
  /** The wall clock, Unix ms: the receiver compares it with its own. */
  wallNow: () => number;
}): Channel {
  const { url, secret, template, endTemplate, idempotent, timeoutMs, perMinute, wallNow } = options;
  const send = async (id: string, content: object): Promise<SendResult> => {
    const body = JSON.stringify(content);
    const timestamp = String(Math.floor(wallNow() / 1000));
    const end = await postJson(url, {
      headers: {
        'Idempotency-Key': id,
        'X-Anso-Timestamp': timestamp,
        'X-Anso-Signature': `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`,
      },
      body,
      timeoutMs,
    });
    return interpretResponse(end, { secrets: [secret], remoteId: ['id'], confirms, knownBy409: true });
  };
  return {
    name: 'webhook',
    idempotent,
    timeoutMs,
    pace: { perMinute },
    send: (signal) => send(signal.id, webhookSignal(signal, template)),
    ...(endTemplate !== undefined && {
      sendEnd: (signal, postId) => send(postId, webhookEnd(signal, endTemplate)),
    }),
  };
}

/** Any 2xx is a confirmation, with or without a body, except a web page, truncated JSON or an explicit refusal. */
const confirms: Judge = ({ text, json }) => {
  if (saysNo(json)) return 'no';
  if (json !== undefined) return leavesOpen(json) ? 'unclear' : 'yes';
  return /^\uFEFF?\s*[{[]/.test(text) || tellsTrouble(text) ? 'unclear' : 'yes';
};
