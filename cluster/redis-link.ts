import type { Redis } from 'ioredis';
import { LastingRedis } from '../store/connect/lasting-redis.ts';
import type { Log } from '../store/log.ts';

/** This process's connections to Redis. No command is queued during an outage. */
export interface RedisLink {
  /** For commands: rejects at once during an outage, and after a second without an answer. */
  readonly commands: Redis;
  /** Subscribes to a channel: calls back with each message. */
  readonly listen: (channel: string, onMessage: (text: string) => void) => void;
  /** Calls back whenever the channels are subscribed, at first and after each reconnect: messages from before are lost. */
  readonly onListening: (listener: () => void) => void;
  /** How long its channels have not been heard, ms; 0 while they are, or where none is asked for. */
  readonly deafMs: () => number;
  /** A connection of its own for commands that block; its owner closes it. */
  readonly blocking: () => Redis;
  readonly close: () => void;
}

/** `random`: uniform in [0, 1), spreads the reconnects of many processes. */
export function openRedisLink(url: string, log: Log, random: () => number): RedisLink {
  /** Delay before a reconnect, ms: well under the time after which a snapshot expires. */
  const retryStrategy = (times: number) => 50 + random() * Math.min(400, 50 * 2 ** Math.min(times, 4));
  let lastError = '';
  const connect = (role: string, options: object): Redis => {
    const client = new LastingRedis(url, {
      connectTimeout: 2000,
      keepAlive: 10_000,
      retryStrategy,
      ...options,
    });
    client.on('error', (error: Error) => {
      if (lastError !== error.message) log.warn({ err: error, role }, 'Redis is away');
      lastError = error.message;
    });
    client.on('ready', () => (lastError = ''));
    return client;
  };
  const failFast = {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 1000,
  };
  const commands = connect('commands', failFast);
  const listener = connect('channels', { autoResubscribe: false });
  const handlers = new Map<string, ((text: string) => void)[]>();
  const onSubscribed: (() => void)[] = [];
  let deafSince: number | undefined = performance.now();
  const subscribe = async () => {
    if (handlers.size === 0 || listener.status !== 'ready') return;
    try {
      await listener.subscribe(...handlers.keys());
      deafSince = undefined;
      for (const notify of onSubscribed) notify();
    } catch {
      // The connection is lost again: the next one subscribes.
    }
  };
  listener.on('ready', () => void subscribe());
  listener.on('close', () => (deafSince ??= performance.now()));
  listener.on('message', (channel: string, text: string) => {
    for (const handle of handlers.get(channel) ?? []) handle(text);
  });

  return {
    commands,
    listen: (channel, onMessage) => {
      handlers.set(channel, [...(handlers.get(channel) ?? []), onMessage]);
      void subscribe();
    },
    onListening: (listener) => void onSubscribed.push(listener),
    deafMs: () => (handlers.size === 0 || deafSince === undefined ? 0 : performance.now() - deafSince),
    blocking: () => connect('queue', { maxRetriesPerRequest: null }),
    close: () => {
      commands.disconnect();
      listener.disconnect();
    },
  };
}
