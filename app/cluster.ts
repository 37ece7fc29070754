import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type Names, namesOf } from '../cluster/names.ts';
import { type NewestTerm, newestTerm } from '../cluster/newest-term.ts';
import { openRedisLink, type RedisLink } from '../cluster/redis-link.ts';
import { exchangeCards } from '../cluster/processes.ts';
import { followSnapshots, type Snapshots } from '../cluster/snapshot.ts';
import type { Store } from '../store/open-store.ts';
import type { Context } from './context.ts';
import type { HealthSource } from './health/health.ts';
import { settingsHealth } from './health/settings-health.ts';
import { cardOf } from './shared-settings.ts';

/** How this process speaks to the others of its installation. */
export interface Cluster {
  readonly link: RedisLink;
  readonly names: Names;
  /** Names this process; no other has the same. */
  readonly id: string;
  readonly snapshots: Snapshots;
  /** Whether all its processes have the settings that must agree. */
  readonly settings: HealthSource;
  /** Of the ingests that this process has heard of. */
  readonly terms: NewestTerm;
}

export async function openCluster({ config, log, own, random }: Context, store: Store): Promise<Cluster> {
  const link = own(openRedisLink(config.REDIS_URL!.reveal(), log, random));
  const names = namesOf(store.epoch);
  const id = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const terms = newestTerm(await store.term.latest());
  const snapshots = own(await followSnapshots(link.commands, names.snapshot, terms, undefined, link.deafMs));
  const card = cardOf(id, config);
  const { others } = own(exchangeCards(link.commands, names, card));
  const settings = settingsHealth({ own: card, others, ingest: () => snapshots.current()?.ingest });
  return { link, names, id, snapshots, terms, settings };
}
