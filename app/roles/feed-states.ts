import type { FeedFrame } from '../../schema/wire.ts';

/** How long a snapshot may be older than what the bus has told since, ms: it is taken each second, and read each second. */
const snapshotAgeMs = 2500;

export interface FeedStates {
  /** What the ingest says on the bus. */
  readonly hear: (frame: FeedFrame) => void;
  /** What its snapshot says; undefined: there is none. Nothing while the bus has told something newer. */
  readonly read: (frame: FeedFrame | undefined) => void;
}

/** The states of the feed at a gateway: `say` is called with each once. `now`: ms of the monotonic clock; `away`: of a feed that nobody tells of. */
export function feedStates(
  say: (frame: FeedFrame) => void,
  now: () => number,
  away: { readonly since: () => number; readonly reason: () => string },
): FeedStates {
  let told: FeedFrame | undefined;
  let heardAt = -Infinity;
  const tell = (frame: FeedFrame) => {
    if (told?.state === frame.state && told.since === frame.since && told.reason === frame.reason) return;
    told = frame;
    say(frame);
  };
  return {
    hear: (frame) => {
      heardAt = now();
      tell(frame);
    },
    read: (frame) => {
      if (frame === undefined)
        tell({ type: 'feed', state: 'disconnected', since: away.since(), reason: away.reason() });
      else if (now() - heardAt > snapshotAgeMs) tell(frame);
    },
  };
}
