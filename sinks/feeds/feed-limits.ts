/** Limits of one connection. */
export interface FeedLimits {
  /** Subscribed symbols of one connection. @default 200 */
  readonly maxSubscriptions: number;
  /** Time between two pings, ms; a client that misses one pong is disconnected. @default 20 s */
  readonly pingIntervalMs: number;
  /** Unacknowledged bytes from which prices are conflated. @default 256 KiB */
  readonly windowBytes: number;
  /** Unacknowledged bytes above which a connection is closed with 1013. @default 1 MiB */
  readonly maxBacklogBytes: number;
  /** Client frames accepted in a burst, and per second. @default 300, 20 */
  readonly inboundBurst: number;
  readonly inboundPerSecond: number;
  /** Bytes of client frames accepted in a burst, and per second. @default 1.25 MiB, 40 KiB */
  readonly inboundBurstBytes: number;
  readonly inboundBytesPerSecond: number;
  /** Bytes of answers (snapshots, replays) in a burst, and per second; above them nothing is subscribed. @default 2 MiB, 64 KiB */
  readonly answerBurstBytes: number;
  readonly answerBytesPerSecond: number;
  /** Refused client frames after which the connection is closed with 1008. @default 1,000 */
  readonly inboundTolerance: number;
  /** Time limit of the closing handshake, ms. @default 2 s */
  readonly closeTimeoutMs: number;
}

export const feedLimits: FeedLimits = Object.freeze({
  maxSubscriptions: 200,
  pingIntervalMs: 20_000,
  windowBytes: 256 * 1024,
  maxBacklogBytes: 1024 * 1024,
  inboundBurst: 300,
  inboundPerSecond: 20,
  inboundBurstBytes: 1_280 * 1024,
  inboundBytesPerSecond: 40 * 1024,
  answerBurstBytes: 2 * 1024 * 1024,
  answerBytesPerSecond: 64 * 1024,
  inboundTolerance: 1_000,
  closeTimeoutMs: 2_000,
});
