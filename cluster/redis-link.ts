import { Redis } from 'ioredis';
import type { Log } from '../store/log.ts';

/** This process's way to Redis. Nothing waits in it while Redis is away. */
export interface RedisLink {
  /** For commands: rejects at once while Redis is away, and after a second where it does not answer. */
  readonly commands: Redis;
  /** Calls back with each message of a channel. */
  readonly listen: (channel: string, onMessage: (text: string) => void) => void;
  /** Calls back whenever channels are heard, at first and again: what was said before is lost. */
  readonly onListening: (listener: () => void) => void;
  /** A connection of its own for commands that block; its owner closes it. */
  readonly blocking: () => Redis;
  readonly close: () => void;
}

/** Well under the lease's time, so that its holder is back first. */
const retryStrategy = (times: number) => 50 + Math.random() * Math.min(400, 50 * 2 ** Math.min(times, 4));

export function openRedisLink(url: string, log: Log): RedisLink {
  let lastError = '';
  const connect = (role: string, options: object): Redis => {
    const client = new Redis(url, { connectTimeout: 2000, keepAlive: 10_000, retryStrategy, ...options });
    client.on('error', (error: Error) => {
      if (lastError !== error.message) log.warn({ err: error, role }, 'Redis is away');
      lastError = error.message;
    });
    client.on('ready', () => (lastError = ''));
    return client;
  };
  const impatient = {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 1000,
  };
  const commands = connect('commands', impatient);
  const listener = connect('channels', { autoResubscribe: false });
  const heard = new Map<string, ((text: string) => void)[]>();
  const listening: (() => void)[] = [];
  const subscribe = async () => {
    if (heard.size === 0 || listener.status !== 'ready') return;
    try {
      await listener.subscribe(...heard.keys());
      for (const tell of listening) tell();
    } catch {
      // It is lost again: its next connection subscribes.
    }
  };
  listener.on('ready', () => void subscribe());
  listener.on('message', (channel: string, text: string) => {
    for (const tell of heard.get(channel) ?? []) tell(text);
  });

  return {
    commands,
    listen: (channel, onMessage) => {
      heard.set(channel, [...(heard.get(channel) ?? []), onMessage]);
      void subscribe();
    },
    onListening: (tell) => void listening.push(tell),
    blocking: () => connect('queue', { maxRetriesPerRequest: null }),
    close: () => {
      commands.disconnect();
      listener.disconnect();
    },
  };
}
