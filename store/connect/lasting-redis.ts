import { type Command, Redis, type RedisOptions } from 'ioredis';
import { redisAddress } from './redis-address.ts';

/** Delay before a connection that ended by itself is made anew, ms. */
const againMs = 200;

/**
 * A connection to Redis that its owner alone ends. With Sentinels ioredis 6.0 ends one for good, without asking for the delay of a retry, where they
 * tell of a new primary while it connects: `failoverDetector` and the connecting share one flag.
 */
export class LastingRedis extends Redis {
  #isOver = false;

  constructor(url: string, options: Omit<RedisOptions, 'replyMapping'> & { replyMapping?: 'legacy' }) {
    super(redisAddress(url), options);
    this.on('end', () => {
      if (!this.#isOver) setTimeout(() => this.#connectAgain(), againMs);
    });
  }

  override disconnect(reconnect = false): void {
    if (!reconnect) this.#isOver = true;
    super.disconnect(reconnect);
  }

  override sendCommand(command: Command, ...rest: unknown[]): unknown {
    if (command.name === 'quit') this.#isOver = true;
    return (super.sendCommand as (...parameters: unknown[]) => unknown)(command, ...rest);
  }

  #connectAgain(): void {
    if (this.#isOver || this.status !== 'end') return;
    // Whoever listens for errors hears of it, and `end` comes again.
    this.connect().catch(() => {});
  }
}
