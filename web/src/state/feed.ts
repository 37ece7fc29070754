import type { FeedFrame } from '../../../schema/wire.ts';
import { createStore } from './create-store.ts';

/** What stands between the market and this page: our link to the server, and the server's to its provider. */
export interface Feed {
  /** `lost` since `linkSince`: everything shown is as old as that. */
  readonly link: 'connecting' | 'open' | 'lost';
  readonly linkSince: number;
  readonly state: FeedFrame['state'] | 'unknown';
  readonly since: number;
  /** The server's reason. */
  readonly reason?: string | undefined;
}

export const feed = createStore<Feed>({
  link: 'connecting',
  linkSince: Date.now(),
  state: 'unknown',
  since: 0,
});
