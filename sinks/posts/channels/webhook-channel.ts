import { createHmac } from 'node:crypto';
import { secretMask } from '../../../schema/secrets/mask-secrets.ts';
import type { Secret } from '../../../schema/secrets/secret.ts';
import type { Channel, SendResult } from './channel.ts';
import { type Judge, leavesOpen, saysNo, tellsTrouble } from './confirmation.ts';
import { interpretResponse } from './interpret-response.ts';
import { outsideText } from './outside-text.ts';
import { sendRequest } from './send-request.ts';
import { sendWindow } from './send-window.ts';
import { testText } from './test-text.ts';
import { webhookEnd, webhookSignal } from './webhook-bodies.ts';

/**
 * Any receiver that the operator runs. `X-Anso-Signature` is `sha256=` and the hex HMAC-SHA256, under the secret, of the header
 * `X-Anso-Timestamp` (Unix seconds), a dot and the body; a receiver should refuse old timestamps.
 */
export function webhookChannel(options: {
  url: Secret;
  secret: Secret;
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
  const clean = outsideText(secretMask([url, secret]));
  const { admit } = sendWindow(perMinute);
  const send = async (id: string, content: object): Promise<SendResult> => {
    const body = JSON.stringify(content);
    const timestamp = String(Math.floor(wallNow() / 1000));
    const end = await sendRequest(url.reveal(), {
      headers: {
        'Idempotency-Key': id,
        'X-Anso-Timestamp': timestamp,
        'X-Anso-Signature': `sha256=${createHmac('sha256', secret.reveal()).update(`${timestamp}.${body}`).digest('hex')}`,
      },
      body,
      timeoutMs,
      admit,
    });
    return interpretResponse(end, { clean, remoteId: ['id'], confirms, knownBy409: true });
  };
  return {
    name: 'webhook',
    idempotent,
    timeoutMs,
    pace: { perMinute },
    send: (signal) => send(signal.id, webhookSignal(signal, template)),
    sendTest: (id) => send(id, { type: 'test', text: testText }),
    ...(endTemplate !== undefined && {
      sendEnd: (signal, postId) => send(postId, webhookEnd(signal, endTemplate)),
    }),
  };
}

/** Any 2xx is a confirmation, with or without a body, except a web page, truncated JSON, what is no text, or an explicit refusal. */
const confirms: Judge = ({ text, json }) => {
  if (saysNo(json)) return 'no';
  if (json !== undefined) return leavesOpen(json) ? 'unclear' : 'yes';
  return /^\uFEFF?\s*[{[]/.test(text) || isNoText(text) || tellsTrouble(text) ? 'unclear' : 'yes';
};

/** Compressed or otherwise binary, or of another encoding than UTF-8. */
const isNoText = (text: string): boolean => /[\p{Cc}\uFFFD]/u.test(text.replaceAll(/[\t\r\n]/g, ''));
