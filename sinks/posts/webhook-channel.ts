import { createHmac } from 'node:crypto';
import type { Channel } from './channel.ts';
import { type Judge, saysNo } from './confirmation.ts';
import { messageText } from './message-text.ts';
import { postJson } from './post-json.ts';
import { resultOf } from './result-of.ts';

/**
 * Any receiver of the operator's. `X-Anso-Signature` is `sha256=` and the hex HMAC-SHA256, under the secret, of the header
 * `X-Anso-Timestamp` (Unix seconds), a dot and the body; a receiver refuses old timestamps.
 */
export function webhookChannel(options: {
  url: string;
  secret: string;
  template: string;
  /** Does the receiver honour Idempotency-Key? */
  idempotent: boolean;
  timeoutMs: number;
  perMinute: number;
  /** Unix ms, compared by the receiver with its own. */
  wallNow: () => number;
}): Channel {
  const { url, secret, template, idempotent, timeoutMs, perMinute, wallNow } = options;
  return {
    name: 'webhook',
    idempotent,
    timeoutMs,
    pace: { perMinute },
    async send(signal) {
      const { id, symbol, timeframe, entry, tp, sl, confidence, reasoning, created_at, expires_at } = signal;
      const body = JSON.stringify({
        type: 'signal',
        text: messageText(template, signal, 4096),
        signal: {
          id,
          symbol,
          timeframe,
          action: signal.signal_type,
          entry,
          tp,
          sl,
          confidence,
          reasoning,
          created_at,
          expires_at,
        },
      });
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
    },
  };
}

/** Receivers answer what they like, or nothing, with a 2xx; but neither a web page, nor half of a JSON, nor a no. */
const confirms: Judge = ({ text, json }) => {
  if (saysNo(json)) return 'no';
  return json === undefined && /^\uFEFF?\s*[{[]/.test(text) ? 'unclear' : 'yes';
};
