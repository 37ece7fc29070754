import { describe, expect, it } from 'vitest';
import { settingsHealth } from '../../../app/health/settings-health.ts';
import { cardOf } from '../../../app/shared-settings.ts';
import { parseConfig } from '../../../config.ts';
import type { ProcessCard } from '../../../schema/cluster.ts';

const shared = {
  DATABASE_URL: 'postgres://anso:sesame@db/anso',
  REDIS_URL: 'redis://redis',
  TWELVEDATA_API_KEY: 'k'.repeat(32),
  COMMUNITY_TRADING_URL: 'https://user:sesame@platform.example/x',
  COMMUNITY_API_KEY: 'sesame',
};
const card = (id: string, ROLES: string, over: Record<string, string> = {}): ProcessCard =>
  cardOf(id, parseConfig({ ...shared, ROLES, ...over }));
const health = (own: ProcessCard, others: readonly ProcessCard[], ingest = 'I') =>
  settingsHealth({ own, others: () => others, ingest: () => ingest });

describe('settingsHealth', () => {
  it('is well where all agree, in whatever order symbols are written, and compares what both read alone', () => {
    const ingest = card('I', 'ingest', { SYMBOLS: 'BTC/USD,ETH/USD', RISK_MAX_PER_DAY: '3' });
    const gateway = card('G', 'gateway', { SYMBOLS: 'ETHUSD,BTCUSD', RISK_MAX_PER_DAY: '9' });
    const delivery = card('D', 'delivery', { SYMBOLS: 'AAPL' });
    for (const own of [ingest, gateway, delivery]) {
      const all = [ingest, gateway, delivery].filter((one) => one !== own);
      expect(health(own, all).parts()).toEqual({ settings: { state: 'ok', processes: 3 } });
      expect(health(own, all).reasons()).toEqual([]);
    }
  });

  it('names what differs from the ingest at work, and lets nobody but the other be not ready', () => {
    const ingest = card('I', 'ingest', { TIMEFRAMES: '1h,4h' });
    const gateway = card('G', 'gateway', { TIMEFRAMES: '1h,2h' });
    const said = 'TIMEFRAMES is 1h,2h here and 1h,4h there (ingest I)';
    expect(health(gateway, [ingest]).parts()).toMatchObject({ settings: { state: 'down', reason: said } });
    expect(health(gateway, [ingest]).reasons()).toEqual([`settings: ${said}`]);
    expect(health(ingest, [gateway]).parts()).toMatchObject({ settings: { state: 'degraded' } });
    expect(health(ingest, [gateway]).reasons()).toEqual([]);
    expect(health(gateway, [ingest], 'nobody').reasons()).toEqual([]);
  });

  it('finds two ingests with other limits, and a channel that only the delivery has', () => {
    const ingest = card('I', 'ingest', { RISK_MIN_REWARD: '1' });
    expect(
      health(card('S', 'ingest', { RISK_MIN_REWARD: '2' }), [ingest])
        .reasons()
        .join(),
    ).toContain('RISK_MIN_REWARD is 2 here and 1 there');
    const without = card('I', 'ingest', { COMMUNITY_TRADING_URL: '', COMMUNITY_API_KEY: '' });
    expect(health(card('D', 'delivery'), [without]).reasons().join()).toContain(
      'COMMUNITY_TRADING_URL is set here and unset there',
    );
  });

  it('finds two deliveries of which one cannot ask about posts, or believes the answer sooner', () => {
    const asks = { COMMUNITY_LOOKUP_PATH: '/sesame/{id}', COMMUNITY_LOOKUP_SETTLE_MS: '20000' };
    const others = [card('D', 'delivery', asks)];
    expect(health(card('E', 'delivery', asks), others).reasons()).toEqual([]);
    const said = health(card('E', 'delivery'), others, 'D').reasons().join();
    expect(said).toContain('COMMUNITY_LOOKUP_PATH is unset here and set there');
    expect(said).toContain('COMMUNITY_LOOKUP_SETTLE_MS is 10000 here and 20000 there');
  });

  it('shows no secret, and long values in short', () => {
    const symbols = Array.from(
      { length: 200 },
      (_, i) => `Q${String.fromCharCode(65 + (i % 26), 65 + ((i / 26) | 0))}/USD`,
    );
    const long = card('I', 'ingest,gateway,delivery', {
      SYMBOLS: symbols.join(','),
      MAX_SYMBOLS: '200',
      COMMUNITY_SIGNAL_PATH: '/sesame',
      COMMUNITY_END_PATH: '/sesame',
      COMMUNITY_LOOKUP_PATH: '/sesame',
      DISCORD_WEBHOOK_URL: 'https://discord.example/sesame',
      TELEGRAM_BOT_TOKEN: '1:sesame',
      TELEGRAM_CHAT_ID: '@signals',
      WEBHOOK_URL: 'https://hook.example/sesame',
      WEBHOOK_SECRET: 'sesame-sesame-sesame-sesame-sesame',
    });
    expect(JSON.stringify(long)).not.toMatch(/sesame|platform\.example/);
    expect(JSON.stringify(long).length).toBeLessThan(6000);
    const other = card('G', 'gateway', { SYMBOLS: symbols.slice(1).join(','), MAX_SYMBOLS: '200' });
    expect(health(other, [long]).reasons()).toHaveLength(1);
  });
});
