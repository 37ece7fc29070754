import type { Channel, SendResult } from './channel.ts';
import { communityEnd } from '../community-end.ts';
import { type Judge, leavesOpen, recordOf, saysNo, saysYes } from './confirmation.ts';
import { communityPost } from './community-post.ts';
import { postJson } from './post-json.ts';
import { interpretResponse } from './interpret-response.ts';

/** The community platform: one POST per signal, with the signal's id as Idempotency-Key and in the body. */
export function communityChannel(options: {
  /** Base URL of the platform. */
  url: string;
  path: string;
  /** Path for the ends of signals; without it ends are not posted. */
  endPath?: string | undefined;
  apiKey?: string | undefined;
  /** Decimals of the platform's prices. @default 5 */
  decimals?: number;
  /** Does the platform honour Idempotency-Key? */
  idempotent: boolean;
  timeoutMs: number;
  perMinute: number;
}): Channel {
  const { url, path, endPath, apiKey, decimals = 5, idempotent, timeoutMs, perMinute } = options;
  const base = url.replace(/\/+$/, '');
  const send = async (target: string, id: string, body: object | string): Promise<SendResult> => {
    if (typeof body === 'string') return { kind: 'final', answer: body };
    const key: Record<string, string> = apiKey === undefined ? {} : { 'X-API-Key': apiKey };
    const end = await postJson(target, {
      headers: { 'Idempotency-Key': id, ...key },
      body: JSON.stringify(body),
      timeoutMs,
    });
    return interpretResponse(end, {
      secrets: apiKey === undefined ? [] : [apiKey],
      remoteId: ['signal_id'],
      confirms,
      knownBy409: true,
    });
  };
  return {
    name: 'community',
    idempotent,
    timeoutMs,
    pace: { perMinute },
    send: (signal) => send(`${base}${path}`, signal.id, communityPost(signal, decimals)),
    ...(endPath !== undefined && {
      sendEnd: (signal, id) => send(`${base}${endPath}`, id, communityEnd(signal, decimals)),
    }),
  };
}

/** A success is `{message, signal_id, status: "stored", …}`; newer platforms respond with 201 or 202, perhaps without a body. */
const confirms: Judge = ({ status, text, json }) => {
  if (text.trim() === '') return status === 201 || status === 202 ? 'yes' : 'unclear';
  if (saysNo(json)) return 'no';
  if (leavesOpen(json)) return 'unclear';
  const id = recordOf(json)?.['signal_id'];
  const isNamed = (typeof id === 'string' && id !== '') || typeof id === 'number';
  return isNamed || saysYes(json) ? 'yes' : 'unclear';
};
