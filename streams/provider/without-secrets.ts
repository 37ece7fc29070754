import type { FeedEvent } from './feed-event.ts';

/** The provider's reasons are shown to everybody, and may repeat the key that it was asked with. */
export function withoutSecrets(event: FeedEvent, scrub: (text: string) => string): FeedEvent {
  if (event.kind === 'state' && event.reason !== undefined) return { ...event, reason: scrub(event.reason) };
  if (event.kind !== 'symbols') return event;
  return { ...event, refused: event.refused.map((one) => ({ ...one, reason: scrub(one.reason) })) };
}
