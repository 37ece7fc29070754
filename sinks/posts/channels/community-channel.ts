import { secretMask } from '../../../schema/secrets/mask-secrets.ts';
import type { Secret } from '../../../schema/secrets/secret.ts';
import type { Channel, Lookup, SendResult } from './channel.ts';
import { type Judge, leavesOpen, recordOf, saysNo, saysYes } from './confirmation.ts';
import { communityEnd } from './community-end.ts';
import { communityPost } from './community-post.ts';
import { interpretLookup } from './interpret-lookup.ts';
import { interpretResponse } from './interpret-response.ts';
import { outsideText } from './outside-text.ts';
import { remoteIdOf } from './remote-id.ts';
import { sendRequest } from './send-request.ts';
import { sendWindow } from './send-window.ts';

/** A lookup holds up other posts while it waits, and is repeated, ms. */
const lookupTimeoutMs = 3_000;

/** The community platform: one POST per signal, with the signal's id as Idempotency-Key and in the body. */
export function communityChannel(options: {
  /** Base URL of the platform. */
  url: Secret;
  path: Secret;
  /** Path for the ends of signals; without it ends are not posted. */
  endPath?: Secret | undefined;
  /** Path where the platform can be asked whether it has a post; without it ambiguous posts are not asked about. */
  lookupPath?: Secret | undefined;
  /** See Lookup. @default 10_000 */
  lookupSettleMs?: number;
  apiKey?: Secret | undefined;
  /** Decimals of the platform's prices. @default 5 */
  decimals?: number;
  /** Does the platform honour Idempotency-Key? */
  idempotent: boolean;
  timeoutMs: number;
  perMinute: number;
}): Channel {
  const { url, path, endPath, lookupPath, apiKey, idempotent, timeoutMs, perMinute } = options;
  const { decimals = 5, lookupSettleMs = 10_000 } = options;
  const clean = outsideText(
    secretMask([url, path, endPath, lookupPath, apiKey].filter((one) => one !== undefined)),
  );
  const { admit } = sendWindow(perMinute);
  const target = (to: Secret) => `${url.reveal().replace(/\/+$/, '')}${to.reveal()}`;
  const headers = (id: string) => ({
    'Idempotency-Key': id,
    ...(apiKey !== undefined && { 'X-API-Key': apiKey.reveal() }),
  });
  const send = async (to: Secret, id: string, body: object | string): Promise<SendResult> => {
    if (typeof body === 'string') return { kind: 'final', answer: body };
    const end = await sendRequest(target(to), {
      headers: headers(id),
      body: JSON.stringify(body),
      timeoutMs,
      admit,
    });
    return interpretResponse(end, { clean, remoteId: ['signal_id'], confirms, knownBy409: true });
  };
  const lookupAt = (to: Secret): Lookup => ({
    settleMs: lookupSettleMs,
    ask: async (id) =>
      interpretLookup(
        await sendRequest(withId(target(to), id), {
          headers: headers(id),
          timeoutMs: Math.min(timeoutMs, lookupTimeoutMs),
        }),
        id,
        clean,
      ),
  });
  return {
    name: 'community',
    idempotent,
    timeoutMs,
    pace: { perMinute },
    send: (signal) => send(path, signal.id, communityPost(signal, decimals)),
    ...(endPath !== undefined && {
      sendEnd: (signal, id) => send(endPath, id, communityEnd(signal, decimals)),
    }),
    ...(lookupPath !== undefined && { lookup: lookupAt(lookupPath) }),
  };
}

/** The id in place of `{id}`, else as the query `idempotency_key`. */
function withId(url: string, id: string): string {
  const written = encodeURIComponent(id);
  if (url.includes('{id}')) return url.replaceAll('{id}', written);
  return `${url}${url.includes('?') ? '&' : '?'}idempotency_key=${written}`;
}

/**
 * A success is `{message, signal_id, status: "stored", …}`; newer platforms respond with 201 or 202, perhaps without a body. An id that no
 * platform gives (no word, no whole number, a control character in it) confirms nothing, whatever stands beside it.
 */
const confirms: Judge = ({ status, text, json }) => {
  if (text === '') return status === 201 || status === 202 ? 'yes' : 'unclear';
  if (saysNo(json)) return 'no';
  if (leavesOpen(json)) return 'unclear';
  const id = recordOf(json)?.['signal_id'] ?? undefined;
  if (id !== undefined) return remoteIdOf(id) === undefined ? 'unclear' : 'yes';
  return saysYes(json) ? 'yes' : 'unclear';
};
