import type { InDoubt } from '../../store/posts/claim-doubt.ts';
import type { Store } from '../../store/open-store.ts';
import type { DoubtEnd } from '../../store/posts/settle-doubt.ts';
import type { Channel, Lookup, LookupResult } from './channels/channel.ts';
import { doubtEnd } from './doubt-end.ts';

/**
 * Asks a channel once whether it has a post in doubt, and gives what follows. An answer that it has none is only worth as much as
 * the lookup: it must know a post that was delivered, or a wrong COMMUNITY_LOOKUP_PATH would double every post in doubt.
 */
export async function askAboutPost(
  {
    store,
    channel,
    lookup,
    now,
    timeOfDay,
  }: {
    readonly store: Pick<Store, 'outbox'>;
    readonly channel: Pick<Channel, 'name'>;
    readonly lookup: Lookup;
    readonly now: () => number;
    readonly timeOfDay: () => number;
  },
  id: string,
  { doubtSince, lateMs, asked, absents, expiresAt }: InDoubt,
): Promise<DoubtEnd> {
  const { settleMs } = lookup;
  const result = await lookup.ask(id);
  const isProven = result.kind === 'absent' && (result.isExplicit || (await knowsDelivered()));
  return doubtEnd(isProven || result.kind !== 'absent' ? result : unproven(result), {
    since: doubtSince,
    lateMs,
    asked,
    absents,
    isProven,
    settleMs,
    expiresAt,
    now: now(),
    timeOfDay: timeOfDay(),
  });

  async function knowsDelivered(): Promise<boolean> {
    const control = await store.outbox.delivered(channel.name, timeOfDay() - settleMs);
    return control !== undefined && (await lookup.ask(control)).kind === 'there';
  }
}

const unproven = ({ answer }: LookupResult): LookupResult => ({
  kind: 'unknown',
  answer: `${answer}; but it knows no post that was delivered either`,
});
