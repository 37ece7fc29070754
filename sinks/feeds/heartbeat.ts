export interface HeartbeatOptions {
  readonly now: () => number;
  /** Time between pings, ms. */
  readonly intervalMs: number;
  /** Uniform in [0, 1): clients of one moment are not pinged in one moment. */
  readonly random: () => number;
  readonly ping: () => void;
  /** A ping was not answered until the next one was due. */
  readonly onMissed: () => void;
}

/** Whether a client still answers. Two pings without a pong, and it is gone. */
export interface Heartbeat {
  /** Sends a ping outside its turn; its pong counts as any. */
  readonly ping: () => void;
  /** Time has gone on: pings where it is due. */
  readonly beat: (now: number) => void;
  /** A pong has come. False where none was awaited. */
  readonly pong: () => boolean;
}

export function createHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { now, intervalMs, random } = options;
  // Spread from the first beat on.
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
