import type { Channel } from './channel.ts';
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
      });
    },
  };
}
