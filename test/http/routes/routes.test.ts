import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { routesOf } from '../../../http/create-app.ts';
import { ErrorAnswer } from '../../../schema/rest.ts';
import {
  candle,
  httpDeps,
  httpOptions,
  keyed,
  posted,
  serve,
  signal,
  type TestServer,
  trade,
} from '../harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await serve(httpDeps());
});
afterAll(() => server.stop());

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(server.url + path, {
    method: 'POST',
    headers: { ...keyed, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

const requests: Record<string, () => Promise<Response>> = {
  'post /analyze 200': () => post('/analyze', { symbol: 'btc/usd', candles: posted(250) }),
  'post /analyze 400': () => post('/analyze', { symbol: 'BTCUSD', candles: posted(249) }),
  'get /analyze/:symbol 200': () => fetch(`${server.url}/analyze/btc%2Fusd?timeframe=1h`),
  'get /analyze/:symbol 404': () => fetch(`${server.url}/analyze/NOPE`),
  'get /analyze/:symbol 409': () => fetch(`${server.url}/analyze/BTCUSD?timeframe=4h`),
  'post /api/candle-complete 200': () =>
    post('/api/candle-complete', { symbol: 'BTCUSD', timeframe: '1h', candles: posted(300) }),
  'post /api/candle-complete 409': () =>
    post('/api/candle-complete', { symbol: 'OPEN', timeframe: '1h', candles: posted(300) }),
  'post /api/candle-complete 400': () =>
    post('/api/candle-complete', { symbol: 'BTCUSD', timeframe: '7min', candles: posted(300) }),
  'get /candles/:symbol 200': () => fetch(`${server.url}/candles/BTCUSD?interval=1h&outputsize=5`),
  'get /candles/:symbol 404': () => fetch(`${server.url}/candles/NOPE`),
  'get /symbols 200': () => fetch(`${server.url}/symbols`),
  'get /symbols/search 200': () => fetch(`${server.url}/symbols/search?query=ap%20ple`),
  'get /symbols/search 400': () => fetch(`${server.url}/symbols/search?query=%20`),
  'get /news 200': () => fetch(`${server.url}/news`),
  'get /signals 200': () => fetch(`${server.url}/signals?symbol=BTCUSD&limit=10&since=1690000000`),
  'get /signals 404': () => fetch(`${server.url}/signals?symbol=NOSUCH`),
  'get /signals/:id 200': () => fetch(`${server.url}/signals/a1b2c3`),
  'get /signals/:id 404': () => fetch(`${server.url}/signals/none`),
  'get /withheld 200': () => fetch(`${server.url}/withheld?symbol=BTCUSD&limit=5`),
  'get /withheld 404': () => fetch(`${server.url}/withheld?symbol=NOSUCH`),
  'get /performance 200': () => fetch(`${server.url}/performance?symbol=BTCUSD`),
  'get /performance 404': () => fetch(`${server.url}/performance?symbol=NOSUCH`),
  'get /performance/trades 200': () => fetch(`${server.url}/performance/trades?symbol=BTCUSD&side=BUY`),
  'get /performance/trades 404': () => fetch(`${server.url}/performance/trades?symbol=NOSUCH`),
  'get /health 200': () => fetch(`${server.url}/health`),
  'get /ready 200': () => fetch(`${server.url}/ready`),
  'get /api/signals/queue 200': () => fetch(`${server.url}/api/signals/queue`),
  'post /admin/login-links 200': () =>
    fetch(`${server.url}/admin/login-links`, { method: 'POST', headers: keyed }),
  'get /metrics 200': () => fetch(`${server.url}/metrics`),
};

interface Operation {
  readonly parameters: readonly { readonly name: string; readonly description?: string }[];
  readonly responses: Record<string, unknown>;
  readonly requestBody?: unknown;
}

describe('every route', () => {
  const routes = routesOf(httpDeps());

  it('is asked by this test', () => {
    const asked = new Set(Object.keys(requests).map((name) => name.slice(0, name.lastIndexOf(' '))));
    expect(asked).toEqual(new Set(routes.map((entry) => `${entry.method} ${entry.path}`)));
  });

  it.each(Object.keys(requests))('answers in the form of its schema: %s', async (name) => {
    const [method, path, status] = name.split(' ');
    const shape = routes.find((entry) => entry.method === method && entry.path === path)?.answers[
      Number(status)
    ];
    const response = await requests[name]!();
    expect(response.status).toBe(Number(status));
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const schema = shape?.schema ?? (Number(status) < 400 ? undefined : ErrorAnswer);
    if (schema !== undefined) fits(schema, await response.json());
  });

  it('is in the OpenAPI document, with every status and schema it has', async () => {
    const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, Operation>>;
      components: { schemas: Record<string, unknown> };
    };
    for (const entry of routes) {
      const operation = document.paths[entry.path.replaceAll(/:(\w+)/g, '{$1}')]?.[entry.method];
      expect(operation, entry.path).toBeDefined();
      for (const status of Object.keys(entry.answers)) expect(operation?.responses).toHaveProperty(status);
      expect(operation?.requestBody !== undefined).toBe(entry.body !== undefined);
      const statuses = Object.keys(operation!.responses);
      expect(statuses.includes('400')).toBe([entry.params, entry.query, entry.body].some(Boolean));
      expect(statuses.includes('413')).toBe(entry.body !== undefined);
      expect(statuses.includes('429')).toBe(entry.isBounded || entry.privileged);
      expect(statuses.includes('401')).toBe(entry.privileged);
      for (const { name, description } of operation!.parameters) expect(description, name).toBeDefined();
    }
    const references = JSON.stringify(document).match(/"#\/components\/schemas\/\w+"/g) ?? [];
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references) {
      expect(document.components.schemas).toHaveProperty(
        reference.slice('"#/components/schemas/'.length, -1),
      );
    }
  });
});

describe('a body', () => {
  const answer = async (body: unknown, path = '/analyze') => {
    const response = await post(path, body);
    return { status: response.status, ...((await response.json()) as { error: string; code: string }) };
  };
  const withCandle = (index: number, over: Record<string, unknown>) => {
    const candles = posted(250);
    candles[index] = { ...candles[index]!, ...over };
    return { symbol: 'BTCUSD', candles };
  };

  it.each<[string, unknown, string]>([
    [
      'too few candles',
      { symbol: 'X', candles: posted(249) },
      'candles: at least 250 are needed, 249 received',
    ],
    ['no symbol', { candles: posted(250) }, 'symbol: a symbol is needed'],
    ['a negative price', withCandle(17, { close: -1 }), 'candles[17].close: must be above 0'],
    ['a price of zero', withCandle(17, { open: 0 }), 'candles[17].open: must be above 0'],
    ['NaN as text', withCandle(3, { low: 'NaN' }), 'candles[3].low: must be a finite number'],
    ['null', withCandle(3, { low: null }), 'candles[3].low: must be a finite number'],
    ['high below low', withCandle(9, { high: 1, low: 2 }), 'candles[9].high: must not be below low (1 < 2)'],
    ['a duplicate', withCandle(9, { time: posted(250)[4]!.time }), 'candles[9]: has the time of candles[4]'],
    ['a date that is none', withCandle(9, { time: '2024-02-30 10:00:00' }), 'candles[9].time: must be Unix'],
    ['no time', withCandle(9, { time: undefined }), 'candles[9].time: is missing'],
    ['nothing but empty times', withCandle(9, { time: null, datetime: ' ' }), 'candles[9].time: is missing'],
    ['a date of two forms', withCandle(9, { time: '2026.11-28 03:00' }), 'candles[9].time: must be Unix'],
    [
      'a volume that is none',
      withCandle(9, { volume: 'much' }),
      'candles[9].volume: must be a finite number',
    ],
    ['a volume below 0', withCandle(9, { volume: -1 }), 'candles[9].volume: must be 0 or above'],
    [
      'candles of 5 min under 1h',
      { symbol: 'X', timeframe: '1h', candles: posted(250, '5min') },
      'candles: are 5 min apart, which is no 1h',
    ],
    [
      'candles of 3 min without a timeframe',
      {
        symbol: 'X',
        candles: posted(250).map((bar, i) => Object.assign(bar, { time: 1_700_000_400 + i * 180 })),
      },
      'timeframe: is not given, and candles 3 min apart are of no timeframe',
    ],
    ['two NULs', `${JSON.stringify({ symbol: 'X', candles: posted(250) })}\0\0`, 'the body must be JSON'],
    ['no object', [], 'the body must be an object'],
    ['not JSON', '{"symbol": oops}', 'the body must be JSON: Unexpected token'],
    ['nothing', '', 'the body must be JSON: it is empty'],
    [
      "a language's NaN",
      JSON.stringify(withCandle(17, { close: 'mark' })).replace('"mark"', 'NaN'),
      'candles[17].close: must be a finite number',
    ],
    [
      'a number too large',
      JSON.stringify(withCandle(5, { high: 1 })).replace('"high":1,', '"high":1e999,'),
      'candles[5].high: must be a finite number',
    ],
  ])('with %s is refused with what and where', async (_, body, message) => {
    const paths = ['/analyze', '/api/candle-complete'];
    for (const path of message.startsWith('candles: at least') ? paths.slice(0, 1) : paths) {
      const { status, error } = await answer(body, path);
      expect(status, path).toBe(400);
      expect(error, path).toContain(message);
    }
  });

  it.each<[string, unknown]>([
    ['a NUL behind it, as MQL5 sends it', `${JSON.stringify({ symbol: 'X', candles: posted(250) })}\0`],
    ['an empty volume', withCandle(9, { volume: '' })],
    ['volumes of null', withCandle(9, { volume: null })],
    ['volumes as text', withCandle(9, { volume: ' 12.5 ' })],
    ['a time of null beside `datetime`', withCandle(9, { time: null, datetime: '2023-11-15 07:20:00' })],
    ['times as MT5 writes them', withCandle(9, { time: '2023.11.15 07:20' })],
    ['times as MT5 writes them, with seconds', withCandle(9, { time: '2023.11.15 07:20:00' })],
  ])('with %s is taken', async (_, body) => {
    for (const path of ['/analyze', '/api/candle-complete'])
      expect((await post(path, body)).status, path).toBe(200);
  });

  it('may give times in any form and order, and prices as text; those beyond 250 come along', async () => {
    let seen: readonly { openTime: number; open: number }[] = [];
    const own = await serve(
      httpDeps({
        analyse: async (input) => {
          seen = input.candles;
          return (await import('../harness.ts')).decision();
        },
      }),
    );
    const candles = posted(253).map(({ time, open, ...rest }, i) => {
      const text = new Date(time * 1000).toISOString();
      const form = [
        { time },
        { timestamp: time * 1000 },
        { datetime: text },
        { datetime: text.slice(0, 19).replace('T', ' ') },
      ][i % 4];
      return Object.assign({}, form, rest, { open: String(open) });
    });
    const response = await fetch(`${own.url}/analyze`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ symbol: 'X', candles: candles.reverse() }),
    });
    expect(response.status).toBe(200);
    expect(((await response.json()) as { symbol: string }).symbol).toBe('BTCUSD');
    expect(seen.map((bar) => [bar.openTime, bar.open])).toEqual(
      posted(253).map((bar) => [bar.time * 1000, bar.open]),
    );
    await own.stop();
  });

  it('of too few candles receives that status before any other', async () => {
    const response = await post('/api/candle-complete', { symbol: 5, candles: [null, 'x'] });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      success: false,
      status: 'insufficient_data',
      required: 250,
      received: 2,
    });
  });

  it('over its limit is refused', async () => {
    const { status, code, error } = await answer(`"${'x'.repeat(1_100_000)}"`);
    expect([status, code]).toEqual([413, 'too_large']);
    expect(error).toBe('the body has more than 1048576 bytes');
  });

  it('that is a form or plain text is refused', async () => {
    for (const type of [
      'application/x-www-form-urlencoded',
      'text/plain',
      'multipart/form-data; boundary=x',
    ]) {
      for (const path of ['/analyze', '/api/candle-complete', '/admin/queues/api/queues/community/pause']) {
        expect((await post(path, 'a=b', { 'content-type': type })).status, `${path} ${type}`).toBe(415);
      }
    }
  });
});

describe('errors', () => {
  it.each([
    ['/nothing', 'GET', 404, 'not_found'],
    ['/analyze', 'PUT', 405, 'method_not_allowed'],
    ['/candles/BTCUSD?interval=7min', 'GET', 400, 'bad_request'],
    ['/candles/BTCUSD?outputsize=0', 'GET', 400, 'bad_request'],
    ['/candles/%E0%A4%A', 'GET', 400, 'bad_request'],
    ['/signals?limit=-1', 'GET', 400, 'bad_request'],
    ['/signals?before=yesterday', 'GET', 400, 'bad_request'],
    ['/signals?limit=1&limit=2', 'GET', 400, 'bad_request'],
    ['/..%2f..%2fpackage.json', 'GET', 404, 'not_found'],
  ])('have one shape: %s %s → %i', async (path, method, status, code) => {
    const response = await fetch(server.url + path, { method });
    expect(response.status).toBe(status);
    const body = (await response.json()) as { code: string };
    fits(ErrorAnswer, body);
    expect(body.code).toBe(code);
  });

  it('of a wrong method name the right ones', async () => {
    const response = await fetch(`${server.url}/signals`, { method: 'DELETE' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('HEAD, GET');
    expect(await response.json()).toMatchObject({ error: 'this route takes HEAD, GET' });
  });

  it('are none of ours where the caller hangs up in the middle of a file', async () => {
    const errors: unknown[] = [];
    const own = await serve(httpDeps({ onError: (error) => void errors.push(error) }));
    // The bundle is 1.5 MB: more than the socket's buffers hold.
    const socket = connect(Number(new URL(own.url).port), '127.0.0.1');
    socket.write('GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(socket, 'data');
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(errors).toEqual([]);
    await own.stop();
  });

  it('of ours reveal no internals', async () => {
    const errors: unknown[] = [];
    const own = await serve(
      httpDeps({
        signals: { list: async () => Promise.reject(new Error('password=canary')), get: async () => null },
        onError: (error) => void errors.push(error),
      }),
    );
    const response = await fetch(`${own.url}/signals`);
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).not.toContain('canary');
    expect(JSON.parse(text)).toMatchObject({ success: false, code: 'internal' });
    expect(errors).toHaveLength(1);
    await own.stop();
  });

  it('answers 503 with Retry-After while the database is away', async () => {
    const away = Object.assign(new Error('the database system is starting up'), { code: '57P03' });
    const own = await serve(
      httpDeps({
        signals: { list: async () => Promise.reject(away), get: async () => Promise.reject(away) },
        onError: () => {},
      }),
    );
    const response = await fetch(`${own.url}/signals`);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(await response.json()).toMatchObject({ success: false, code: 'store_away' });
    await own.stop();
  });
});

describe('the other forms', () => {
  it('gives candles and signals as CSV', async () => {
    const candles = await fetch(`${server.url}/candles/BTCUSD?format=csv`);
    expect(candles.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(await candles.text()).toBe(
      'time,datetime,open,high,low,close,volume,complete,volume_kind,simulated_history\r\n' +
        '1700000400,2023-11-14T22:20:00.000Z,1,2,0.5,1.5,10,true,ticks,0\r\n',
    );
    const signals = await fetch(`${server.url}/signals?format=csv`);
    expect(signals.headers.get('x-latest')).toBe('1700000001000_a1b2c3');
    const [header = '', row = ''] = (await signals.text()).split('\r\n');
    expect(row).toContain('a1b2c3,1700000001000,BTCUSD,1h,BUY,100,103,98');
    expect(header).toMatch(/,prob_tp_hit,breakeven_probability,expected_r,simulated_history$/);
    expect(row).toMatch(/,0\.4,0\.41,0\.05,0$/);
  });

  it('marks the simulated history of the demo in CSV as in JSON', async () => {
    const [older, newer] = [candle(), candle({ openTime: 1_700_004_000_000, closeTime: 1_700_007_600_000 })];
    const { lineage } = signal();
    const own = await serve(
      httpDeps({
        options: { ...httpOptions, simulatedUntil: older.closeTime },
        candles: async () => [older, newer],
        signals: {
          list: async () => [signal(), signal({ lineage: { ...lineage, simulated_history: true } })],
          get: async () => null,
        },
      }),
    );
    for (const [path, marks] of [
      ['/candles/BTCUSD', ['1', '0']],
      ['/signals', ['0', '1']],
    ] as const) {
      const [header, ...rows] = (await (await fetch(`${own.url}${path}?format=csv`)).text())
        .trim()
        .split('\r\n')
        .map((line) => line.split(',').at(-1));
      expect([header, ...rows], path).toEqual(['simulated_history', ...marks]);
    }
    await own.stop();
  });

  it('gives the place of the next page and of the latest signal, in either form', async () => {
    const many = [3, 2, 1].map((n) => signal({ id: `s${n}`, created_at: n }));
    const asked: unknown[] = [];
    const own = await serve(
      httpDeps({
        signals: {
          list: async (wanted) => {
            asked.push(wanted);
            return wanted.symbol === 'NONE' ? [] : many.slice(0, wanted.limit + 1);
          },
          get: async () => null,
        },
      }),
    );
    const page = async (query: string) => {
      const answer = await fetch(`${own.url}/signals?${query}`);
      const { signals, next, latest } = (await answer.json()) as {
        signals: { id: string }[];
        next: string | null;
        latest: string | null;
      };
      const table = await fetch(`${own.url}/signals?${query}&format=csv`);
      expect([table.headers.get('x-next'), table.headers.get('x-latest')]).toEqual([next, latest]);
      expect((await table.text()).trim().split('\r\n')).toHaveLength(1 + signals.length);
      return [signals.map(({ id }) => id).join(' '), next, latest];
    };
    expect(await page('limit=2')).toEqual(['s3 s2', '2_s2', '3_s3']);
    expect(await page('limit=3')).toEqual(['s3 s2 s1', null, '3_s3']);
    expect(await page('symbol=NONE')).toEqual(['', null, null]);
    expect(await page('symbol=NONE&since=1_s1')).toEqual(['', null, '1_s1']);
    expect(asked.every((wanted) => !Object.hasOwn(wanted as object, 'format'))).toBe(true);
    await own.stop();
  });

  it('gives every column of a signal with its outcome and deliveries', async () => {
    const outcome = {
      status: 'tp',
      resolved_at: 9,
      exit_price: 103,
      r: 1.4,
      mfe: 1.5,
      mae: 0.2,
      ambiguous_bar: true,
    } as const;
    const one = signal({ outcome, status: 'tp' });
    const deliveries = [
      one.deliveries[0]!,
      { ...one.deliveries[0]!, channel: 'telegram', state: 'failed' },
    ] as const;
    const own = await serve(
      httpDeps({
        signals: { list: async () => [{ ...one, deliveries: [...deliveries] }], get: async () => null },
      }),
    );
    expect(await (await fetch(`${own.url}/signals?format=csv`)).text()).toBe(
      'id,created_at,symbol,timeframe,signal_type,entry,tp,sl,confidence,close_time,expires_at,status,' +
        'resolved_at,exit_price,r,mfe,mae,ambiguous_bar,delivery,prob_tp_hit,breakeven_probability,expected_r,simulated_history\r\n' +
        'a1b2c3,1700000001000,BTCUSD,1h,BUY,100,103,98,0.4,1700000000000,1700086400000,tp,' +
        '9,103,1.4,1.5,0.2,true,community:delivered telegram:failed,0.4,0.41,0.05,0\r\n',
    );
    await own.stop();
  });

  it('gives the trades of a query, in the names and units of the backtest, as JSON and CSV', async () => {
    const asked: [unknown, number][] = [];
    const kept = Array.from({ length: 10_001 }, (_, i) => ({ ...trade, id: `t${i}` }));
    const own = await serve(
      httpDeps({
        trades: async (query, limit) => {
          asked.push([query, limit]);
          return query.symbol === 'BTCUSD' ? kept : [{ ...trade, end: 'void', result_r: null }];
        },
      }),
    );
    const ask = (query: string) => fetch(`${own.url}/performance/trades?${query}`);
    const period = 'symbol=BTCUSD&timeframe=1h&side=SELL&since=2026-11-01&until=1795910400';
    const table = await ask(`${period}&format=csv`);
    expect(table.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(table.headers.get('x-complete')).toBe('false');
    const rows = (await table.text()).split('\r\n');
    // The header, the latest 10,000, and what follows the last line.
    expect([rows.length, rows[1]!.split(',')[0]]).toEqual([10_002, 't1']);
    expect(asked).toEqual([
      [
        {
          symbol: 'BTCUSD',
          timeframe: '1h',
          side: 'SELL',
          since: Date.parse('2026-11-01'),
          until: 1_795_910_400_000,
        },
        10_001,
      ],
    ]);
    expect(await (await ask('format=csv')).text()).toBe(
      'id,symbol,timeframe,side,opened_at,closed_at,entry_price,tp_price,sl_price,exit_price,end,result_r,mfe_r,mae_r,' +
        'prob_tp_hit,breakeven_probability,published_prob_tp_hit,expected_r,levels_end,ambiguous_candle,simulated_history\r\n' +
        'a1b2c3,BTCUSD,1h,BUY,2026-11-27T10:00:00.000Z,2026-11-27T14:03:00.000Z,100,110,95,110,void,,2,0.3,' +
        '0.5,0.34,0.6123,0.2,tp,0,0\r\n',
    );
    expect(await (await ask('')).json()).toMatchObject({ count: 1, complete: true });
    expect(await (await ask(period)).json()).toMatchObject({ count: 10_000, complete: false });
    await own.stop();
  });

  it.each([
    ['side=WAIT', 'must be BUY or SELL'],
    ['since=yesterday', 'must be Unix s, Unix ms or ISO'],
    ['until=2026-02-30', 'must be Unix s, Unix ms or ISO'],
    ['since=2026-11-02&until=2026-11-01', 'must be later than since'],
    ['since=2026-11-01&until=2026-11-01', 'must be later than since'],
  ])('says what is wrong with a query of results: %s', async (query, error) => {
    for (const path of ['/performance', '/performance/trades']) {
      const response = await fetch(`${server.url}${path}?${query}`);
      expect(response.status).toBe(400);
      expect(((await response.json()) as { error: string }).error).toContain(error);
    }
  });

  it('serves the API documents, the page that shows them, and of its files those it needs', async () => {
    const typeOf = async (path: string) => {
      const { status, headers } = await fetch(server.url + path);
      return [status, headers.get('content-type')];
    };
    expect(await typeOf('/openapi.json')).toEqual([200, 'application/json; charset=utf-8']);
    expect(await typeOf('/asyncapi.json')).toEqual([200, 'application/json; charset=utf-8']);
    expect(await typeOf('/docs')).toEqual([200, 'text/html; charset=utf-8']);
    expect(await typeOf('/docs/start.js')).toEqual([200, 'text/javascript; charset=utf-8']);
    expect(await typeOf('/docs/swagger-ui.css')).toEqual([200, 'text/css; charset=utf-8']);
    expect(await typeOf('/docs/swagger-ui-bundle.js')).toEqual([200, 'text/javascript; charset=utf-8']);
    expect(await typeOf('/docs/favicon-32x32.png')).toEqual([200, 'image/png']);
    expect((await typeOf('/docs/package.json'))[0]).toBe(404);
    const page = await (await fetch(`${server.url}/docs`)).text();
    for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js', 'start.js', 'favicon-32x32.png'])
      expect(page).toContain(`"./docs/${file}"`);
    expect(await (await fetch(`${server.url}/docs/start.js`)).text()).toContain("'../openapi.json'");
  });

  it('serves the page with the right caching', async () => {
    const page = await fetch(server.url);
    expect(page.status).toBe(200);
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const asset = await fetch(`${server.url}/assets/app-1a2b.js`);
    expect(asset.headers.get('cache-control')).toContain('immutable');
    // fetch adds `no-cache` of its own to such a request.
    const again = await new Promise<IncomingMessage>((resolve) => {
      get(server.url, { headers: { 'if-modified-since': page.headers.get('last-modified')! } }, resolve);
    });
    again.resume();
    expect(again.statusCode).toBe(304);
  });

  it('serves the page compressed to clients that accept it, with Vary for caches', async () => {
    const ask = async (accepted: string) => {
      const answer = await fetch(`${server.url}/assets/packed.js`, {
        headers: { 'accept-encoding': accepted },
      });
      const { headers } = answer;
      expect(headers.get('vary')).toContain('Accept-Encoding');
      expect(headers.get('cache-control')).toContain('immutable');
      expect(headers.get('content-type')).toContain('javascript');
      expect(await answer.text()).toBe("console.log('packed');\n");
      return headers.get('content-encoding');
    };
    expect(await ask('gzip, deflate, br')).toBe('br');
    expect(await ask('gzip')).toBe('gzip');
    expect(await ask('identity')).toBeNull();
  });

  it('counts requests by route, not by path', async () => {
    await fetch(`${server.url}/candles/SOMETHING`);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('route="/candles/:symbol"');
    expect(metrics).not.toContain('SOMETHING');
  });
});

/** Fits, and says nothing that the schema does not. */
function fits(schema: z.ZodType, value: unknown): void {
  expect(schema.parse(value)).toEqual(value);
}

describe('candles before a time', () => {
  const answer = async (query: string) => {
    const response = await fetch(`${server.url}/candles/BTCUSD?interval=1h&${query}`);
    return { status: response.status, ...((await response.json()) as Record<string, unknown>) };
  };

  it('come with whether there are older ones, and why that is not known', async () => {
    expect(await answer('before=1700000000')).toMatchObject({
      status: 200,
      candles: [{ time: 1_700_000_000 - 3600 }],
      older: 'later',
      older_reason: 'asked',
    });
    expect(await answer('outputsize=5')).not.toHaveProperty('older');
  });

  it.each(['-1', 'x', '1e9', '99999999999', ''])(
    'are refused for a time that is none: `%s`',
    async (before) => {
      expect(await answer(`before=${before}`)).toMatchObject({
        status: 400,
        error: expect.stringContaining('before: must be Unix seconds'),
      });
    },
  );
});
