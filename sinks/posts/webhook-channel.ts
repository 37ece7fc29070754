import { createHmac } from 'node:crypto';
import type { Channel, SendResult } from './channel.ts';
import { type Judge, leavesOpen, saysNo, tellsTrouble } from './confirmation.ts';
import { postJson } from './post-json.ts';
import { resultOf } from './result-of.ts';
import { webhookEnd, webhookSignal } from './webhook-bodies.ts';

/**
 * Any receiver of the operator's. `X-Anso-Signature` is `sha256=` and the hex HMAC-SHA256, under the secret, of the header
 * `X-Anso-Timestamp` (Unix seconds), a dot and the body; a receiver refuses old timestamps.
 */
export function webhookChannel(options: {
  url: string;
  secret: string;
  template: string;
  /** Text of what tells a signal's end; without it none is sent. */
  endTemplate?: string | undefined;
  /** Does the receiver honour Idempotency-Key? */
  idempotent: boolean;
  timeoutMs: number;
  perMinute: number;
  /** Unix ms, compared by the receiver with its own. */
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
    return resultOf(end, { secrets: [secret], remoteId: ['id'], confirms, knownBy409: true });
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

/** Receivers answer what they like, or nothing, with a 2xx; but neither a web page, nor half of a JSON, nor a no. */
const confirms: Judge = ({ text, json }) => {
  if (saysNo(json)) return 'no';
  if (json !== undefined) return leavesOpen(json) ? 'unclear' : 'yes';
  return /^\uFEFF?\s*[{[]/.test(text) || tellsTrouble(text) ? 'unclear' : 'yes';
};
