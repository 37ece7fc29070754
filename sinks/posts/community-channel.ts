import type { Channel } from './channel.ts';
import { type Judge, recordOf, saysNo, saysYes } from './confirmation.ts';
import { communityPost } from './community-post.ts';
import { postJson } from './post-json.ts';
import { resultOf } from './result-of.ts';

/** The community platform: one POST a signal, with the signal's id as Idempotency-Key and in the body. */
export function communityChannel(options: {
  /** Base of the platform. */
  url: string;
  path: string;
  apiKey?: string | undefined;
  /** Does the platform honour Idempotency-Key? */
  idempotent: boolean;
  timeoutMs: number;
  perMinute: number;
}): Channel {
  const { url, path, apiKey, idempotent, timeoutMs, perMinute } = options;
  const target = `${url.replace(/\/+$/, '')}${path}`;
  return {
    name: 'community',
    idempotent,
    timeoutMs,
    pace: { perMinute },
    async send(signal) {
      const post = communityPost(signal);
      if (typeof post === 'string') return { kind: 'final', answer: post };
      const key: Record<string, string> = apiKey === undefined ? {} : { 'X-API-Key': apiKey };
      const end = await postJson(target, {
        headers: { 'Idempotency-Key': signal.id, ...key },
        body: JSON.stringify(post),
        timeoutMs,
      });
      return resultOf(end, {
        secrets: apiKey === undefined ? [] : [apiKey],
        remoteId: ['signal_id'],
        confirms,
        knownBy409: true,
      });
    },
  };
}

/** `{message, signal_id, status: "stored", …}`; newer platforms answer 201 and 202, perhaps without a body. */
const confirms: Judge = ({ status, text, json }) => {
  if (text.trim() === '') return status === 201 || status === 202 ? 'yes' : 'unclear';
  if (saysNo(json)) return 'no';
  const id = recordOf(json)?.['signal_id'];
  const isNamed = (typeof id === 'string' && id !== '') || typeof id === 'number';
  return isNamed || saysYes(json) ? 'yes' : 'unclear';
};
