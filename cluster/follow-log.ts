import type { SignalLogFrame } from '../schema/wire.ts';
import type { Log } from '../store/log.ts';
import type { Store } from '../store/open-store.ts';

export interface FollowLogOptions {
  readonly log: Pick<Store['log'], 'since'>;
  /** Offset of the last known frame. */
  readonly offset: number;
  /** Receives each frame once, in order. */
  readonly onFrame: (frame: SignalLogFrame) => void;
  /** Frames were deleted before they were read: more were written than the store keeps. Reading ends. */
  readonly onGap: (missing: number) => void;
  readonly logger: Log;
  /** Polling interval, for frames whose notice was lost, ms. @default 1000 */
  readonly everyMs?: number;
}

export interface LogFollower {
  /** Reads new frames. Resolves when all that were committed before are delivered, or when reading fails. */
  readonly read: () => Promise<void>;
  readonly close: () => void;
}

/** Reads the store's signal log as it grows. */
export function followLog(options: FollowLogOptions): LogFollower {
  const { log, onFrame, onGap, logger, everyMs = 1000 } = options;
  let { offset } = options;
  let isAway = false;
  let isOver = false;
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  const page = 100;
  const readOnce = async () => {
    try {
      for (let isMore = true; isMore && !isOver;) {
        const frames = await log.since(offset, page);
        isMore = frames.length === page;
        for (const frame of frames) {
          if (isOver) return;
          if (frame.offset !== offset + 1) {
            isOver = true;
            onGap(offset + 1);
            return;
          }
          offset = frame.offset;
          onFrame(frame);
        }
      }
      isAway = false;
    } catch (error) {
      if (!isAway) logger.warn({ err: error }, 'the signal log cannot be read: signals are delayed');
      isAway = true;
    }
  };
  const start = () => {
    running = readOnce().finally(() => (running = undefined));
    return running;
  };
  // The current read may have begun before the newest commit: then another follows it.
  const read = () => {
    if (running === undefined) return start();
    next ??= running.then(() => {
      next = undefined;
      return start();
    });
    return next;
  };
  const timer = setInterval(() => void read(), everyMs);
  return {
    read,
    close: () => {
      isOver = true;
      clearInterval(timer);
    },
  };
}
