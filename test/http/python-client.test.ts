import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { needs } from '../support/needs.ts';
import { serveFeeds, signal } from './harness.ts';

const python = '/usr/bin/python3';

describe('an independent client (python3-websockets)', needs.websockets, () => {
  it('talks to both sockets', async () => {
    const feeds = await serveFeeds();
    let offset = 0;
    const timer = setInterval(() => {
      offset++;
      for (const symbol of ['BTCUSD', 'XAUUSD']) {
        feeds.prices.publishTick({
          symbol,
          price: offset,
          eventTime: Date.now(),
          receivedTime: Date.now(),
        });
      }
      feeds.signals.publish({
        type: 'signal_update',
        symbol: 'BTCUSD',
        timeframe: '1h',
        signal: signal({ id: `id${offset}` }),
        signal_changed: true,
        timestamp: offset,
        epoch: 'e1',
        offset,
      });
    }, 30);
    try {
      const script = `${import.meta.dirname}/python-client.py`;
      const { stdout } = await promisify(execFile)(python, [script, feeds.url], { timeout: 60_000 });
      expect(stdout.trim()).toBe('ok');
    } finally {
      clearInterval(timer);
      await feeds.stop();
    }
  });
});
