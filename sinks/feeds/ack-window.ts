export interface AckWindow {
  /** Bytes were written to the socket. Pings after each quarter of the window. */
  readonly wrote: (bytes: number) => void;
  /** A pong has arrived: all bytes written before its ping were received. False where no pong was expected. */
  readonly acknowledge: () => boolean;
  /** Bytes written that the client has not acknowledged. */
  readonly unacknowledgedBytes: () => number;
}

/**
 * Measures how far a client lags behind. A socket's own buffer shows late that a client is slow, since the kernels take
 * megabytes first; so a ping is sent after each quarter of the window, and its pong acknowledges every byte before it.
 */
export function ackWindow(windowBytes: number, ping: () => void): AckWindow {
  let written = 0;
  let marked = 0;
  let acknowledged = 0;
  let pinging = false;
  const mark = () => {
    if (pinging || written - marked < windowBytes / 4) return;
    pinging = true;
    marked = written;
    ping();
  };
  return {
    wrote: (bytes) => {
      written += bytes;
      mark();
    },
    acknowledge: () => {
      if (!pinging) return false;
      pinging = false;
      acknowledged = marked;
      mark();
      return true;
    },
    unacknowledgedBytes: () => written - acknowledged,
  };
}
