import type { Command, Redis, RedisOptions } from 'ioredis';
import { LastingRedis } from '../connect/lasting-redis.ts';

/**
 * Redis' refusals of every command. BullMQ takes them for an error of one job and retries at once, which keeps a core busy;
 * after the error code of a refused connection it waits. So these refusals are given that code.
 */
const refusesAll =
  /NOPERM|NOAUTH|executing the script can't|\bOOM\b|READONLY|MISCONF|NOREPLICAS|CLUSTERDOWN|CROSSSLOT|MOVED|LOADING|MASTERDOWN|Command timed out/;

/**
 * A connection for BullMQ, which sends INFO first and never retries where that fails: `passed` resolves with the
 * text of INFO once a check has shown that a queue can work, and until then BullMQ waits. Where a primary has become a replica
 * it reconnects.
 */
export class QueueRedis extends LastingRedis {
  readonly #url: string;
  readonly #passed: () => Promise<string>;

  constructor(url: string, options: RedisOptions, passed: () => Promise<string>) {
    super(url, {
      ...options,
      enableReadyCheck: false,
      replyMapping: 'legacy',
      reconnectOnError: ({ message }) => message.includes('READONLY'),
    });
    this.#url = url;
    this.#passed = passed;
    Object.defineProperty(this, 'info', { value: () => this.#passed(), configurable: true, writable: true });
  }

  override duplicate(override: RedisOptions = {}): Redis {
    return new QueueRedis(this.#url, { ...this.options, ...override }, this.#passed);
  }

  override sendCommand(command: Command, ...rest: unknown[]): unknown {
    const { reject } = command;
    command.reject = (error: Error) => {
      if (refusesAll.test(error.message)) Object.assign(error, { code: 'ECONNREFUSED' });
      reject(error);
    };
    return super.sendCommand(command, ...rest);
  }
}
