import { Redis } from 'ioredis';
import { Client } from 'pg';
import { expect, it } from 'vitest';
import { needs } from '../support/needs.ts';
import { platform } from '../support/services/platform.ts';
import { postgresProcess } from '../support/services/postgres.ts';
import { redisProcess } from '../support/services/redis.ts';
import { until } from '../support/until.ts';
import { allSignals, createWorld, postClose } from '../support/world.ts';

let count = 0;
const canary = () => `c4nary-${String(count++).padStart(2, '0')}-7Qx`;
const percent = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const eachAs = (form: (code: number) => string) => (text: string) =>
  Array.from(text, (character) => form(character.codePointAt(0)!)).join('');

/** How a receiver may repeat what it was sent. */
const encodings: readonly ((text: string) => string)[] = [
  (text) => text,
  percent,
  (text) => percent(percent(text)),
  eachAs((code) => `\\u${code.toString(16).padStart(4, '0')}`),
  eachAs((code) => `&#${code};`),
  (text) => Buffer.from(text).toString('base64'),
];

/** What shows that a text holds a canary, in each of the encodings. */
const signs = [
  /c4n.?ary/i,
  /(?:%(?:25)*63)(?:%(?:25)*34)(?:%(?:25)*6e)/i,
  /%25%36%33%25%33%34%25%36%65/i,
  /u0063[\\ ]*u0034[\\ ]*u006e/i,
  /&#99; ?&#52; ?&#110;/,
  ...[0, 1, 2].map((offset) => {
    const code = Buffer.from(`${'-'.repeat(offset)}c4nary`)
      .toString('base64')
      .replaceAll('=', '');
    return new RegExp(code.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + 6) * 8) / 6)));
  }),
];

it('the signs see a canary in every encoding', () => {
  for (const encode of encodings) {
    const text = encode(`a ${canary()} b`);
    expect(
      signs.some((sign) => sign.test(text)),
      text,
    ).toBe(true);
  }
});

it(
  'no part of any configured address is seen anywhere, however its receiver repeats it',
  needs.redis,
  async () => {
    const password = canary();
    const postgres = await postgresProcess(password);
    await postgres.start();
    const redisPassword = canary();
    const redis = await redisProcess('--requirepass', redisPassword);
    await redis.start();
    const target = await platform();
    const at = (...parts: string[]) => {
      const [user, pass, ...rest] = parts;
      return `${target.url.replace('://', `://${user}:${pass}@`)}${rest.join('')}`;
    };
    /** What it was sent, by the kind of its receiver, in turn, each in another encoding, with another status. */
    let n = 0;
    const statuses = [404, 422, 200, 500, 409, 302, 200, 403];
    target.answer = (response, { path, headers }) => {
      const authorization = headers.authorization ?? '';
      const pieces = [
        ...path.split(/[/?&=]/),
        path,
        authorization,
        Buffer.from(authorization.replace('Basic ', ''), 'base64').toString(),
        headers['x-api-key']?.toString() ?? '',
      ].filter((piece) => piece.length > 5);
      n += 1;
      const said = encodings[n % encodings.length]!(pieces[n % pieces.length]!);
      const text = n % 3 === 0 ? `<html><title>${said}</title>` : n % 3 === 1 ? `{"detail":"${said}"}` : said;
      response
        .writeHead(statuses[n % statuses.length]!, { Location: `/${said.replaceAll('\\', '')}` })
        .end(text);
    };
    target.lookup = (response, id) =>
      void response.writeHead(500).end(`${id} ${encodings[n % 6]!(response.req.url ?? '')}`);
    const keys = [canary(), canary()];
    const world = await createWorld({
      LOG_LEVEL: 'trace',
      API_KEYS: keys.join(','),
      COMMUNITY_TRADING_URL: at(canary(), canary(), '/', canary()),
      COMMUNITY_SIGNAL_PATH: `/${canary()}?${canary()}=${canary()}`,
      COMMUNITY_LOOKUP_PATH: `/${canary()}/{id}`,
      COMMUNITY_END_PATH: `/${canary()}`,
      COMMUNITY_API_KEY: canary(),
      COMMUNITY_RATE_PER_MINUTE: '6000',
      TELEGRAM_URL: at(canary(), canary(), '/', canary()),
      TELEGRAM_BOT_TOKEN: `123456:${canary()}`,
      TELEGRAM_CHAT_ID: '@signals',
      TELEGRAM_RATE_PER_MINUTE: '6000',
      DISCORD_WEBHOOK_URL: at(canary(), canary(), '/api/webhooks/', canary(), '/?', canary(), '=', canary()),
      DISCORD_RATE_PER_MINUTE: '6000',
      WEBHOOK_URL: at(
        canary(),
        canary(),
        '/hook/',
        canary(),
        '/',
        canary(),
        '?k=',
        canary(),
        '&',
        canary(),
        '=1#',
        canary(),
      ),
      WEBHOOK_SECRET: canary(),
      WEBHOOK_RATE_PER_MINUTE: '6000',
      BACKEND_URL: at(canary(), canary(), '/', canary()),
      BACKEND_API_KEY: canary(),
      DATABASE_URL: `${postgres.url}?application_name=${canary()}`,
      REDIS_URL: redis.url.replace('://', `://:${redisPassword}@`),
    });
    expect(count).toBeGreaterThanOrEqual(30);
    const seen: string[] = [];
    const note = (what: string, text: string) => {
      for (const line of text.split('\n'))
        if (signs.some((sign) => sign.test(line))) seen.push(`${what}: ${line.slice(0, 400)}`);
    };
    try {
      const server = await world.start();
      const key = { 'x-api-key': keys[0]! };
      for (let i = 0; i < 14; i++) await postClose(server, `CANARY${i}`, '1h', key);
      await until(() => n > 50, 120_000);
      const tried = async () => (await allSignals(server)).flatMap(({ deliveries }) => deliveries);
      await until(async () => (await tried()).every(({ attempts }) => attempts > 0), 60_000);
      for (const path of ['/health', '/ready', '/metrics', '/signals?limit=200', '/api/signals/queue']) {
        const answer = await fetch(`${server.url}${path}`, { headers: key });
        note(path, await answer.text());
      }
      for (const name of ['community', 'telegram', 'discord', 'webhook'])
        for (const status of ['failed', 'completed', 'delayed', 'active']) {
          const board = await fetch(
            `${server.url}/admin/queues/api/queues?activeQueue=${name}&status=${status}&page=1&jobsPerPage=100`,
            { headers: key },
          );
          note(`board ${name} ${status}`, await board.text());
        }
      const rows = new Client({ connectionString: postgres.url });
      await rows.connect();
      const tables = await rows.query<{ name: string }>(
        `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'bullmq')`,
      );
      for (const { name } of tables.rows)
        for (const { text } of (await rows.query<{ text: string }>(`select t::text as text from ${name} t`))
          .rows)
          note(name, text);
      await rows.end();
      const jobs = new Redis(redis.url, { password: redisPassword });
      let looked = 0;
      for (const name of await jobs.keys('*')) {
        looked += 1;
        const type = await jobs.type(name);
        note('key', name);
        if (type === 'hash') note(name, JSON.stringify(await jobs.hgetall(name)));
        if (type === 'stream') note(name, JSON.stringify(await jobs.xrange(name, '-', '+')));
        if (type === 'zset') note(name, JSON.stringify(await jobs.zrange(name, '0', '-1')));
        if (type === 'string') note(name, (await jobs.get(name)) ?? '');
      }
      jobs.disconnect();
      expect(looked).toBeGreaterThan(50);
      const answers = (await tried()).flatMap(({ last_answer: answer }) => answer ?? []);
      // They were there to be seen: what masks them left its mark.
      expect(answers.filter((answer) => answer.includes('***')).length).toBeGreaterThan(10);
      expect(await server.stop()).toBe(0);
      for (const line of server.log) note('log', JSON.stringify(line));
      expect(seen).toEqual([]);
    } finally {
      await world.dispose();
      await target.close();
      await redis.dispose();
      await postgres.dispose();
    }
  },
);
