export interface HeartbeatOptions {
  readonly now: () => number;
  /** Time between pings, ms. */
  readonly intervalMs: number;
  /** Uniform in [0, 1): spreads the pings of clients that connected at the same time. */
  readonly random: () => number;
  readonly ping: () => void;
  /** Called when a ping has no pong by the time the next one is due. */
  readonly onMissed: () => void;
}

/** Detects a client that no longer responds: a pong missing when the next ping is due. */
export interface Heartbeat {
  /** Sends an extra ping; its pong counts like any other. */
  readonly ping: () => void;
  /** Call regularly: sends a ping when one is due. */
  readonly beat: (now: number) => void;
  /** Call when a pong has arrived. False where none was expected. */
  readonly pong: () => boolean;
}

export function createHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { now, intervalMs, random } = options;
  // The first ping comes after half an interval to one.
  let pingAt = now() + intervalMs * (0.5 + random() / 2);
  let awaitingSince: number | undefined;
  const ping = () => {
    awaitingSince ??= now();
    options.ping();
  };
  return {
    ping,
    beat: (time) => {
      if (time < pingAt) return;
      pingAt = time + intervalMs;
      if (awaitingSince === undefined) ping();
      else if (time - awaitingSince >= intervalMs / 2) options.onMissed();
    },
    pong: () => {
      const isAwaited = awaitingSince !== undefined;
      awaitingSince = undefined;
      return isAwaited;
    },
  };
}
