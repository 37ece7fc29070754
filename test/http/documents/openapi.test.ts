import { describe, expect, it } from 'vitest';
import { routesOf } from '../../../http/create-app.ts';
import { openApi } from '../../../http/documents/openapi.ts';
import { httpDeps } from '../harness.ts';

interface Operation {
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly operationId: string;
  readonly security?: unknown;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: { readonly type?: string; readonly pattern?: string };
  }[];
  readonly requestBody?: { readonly required: boolean; readonly content: object };
  readonly responses: Record<
    string,
    { readonly description: string; readonly content: Record<string, unknown> }
  >;
}
interface Document {
  readonly info: { readonly description: string };
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object> };
}

const routes = routesOf(httpDeps());
const document = openApi(routes, '1.2.3') as unknown as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method} ${path}`,
    method,
    path,
    operation,
  })),
);
const operationOf = (name: string) => operations.find((one) => one.name === name)!.operation;

describe('openApi', () => {
  it('says what it describes, in which version, and how to show a key', () => {
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Anso Vision', version: '1.2.3', license: { name: 'MIT', identifier: 'MIT' } },
      servers: [{ url: './' }],
      components: {
        securitySchemes: {
          key: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
          bearer: { type: 'http', scheme: 'bearer' },
        },
      },
    });
    expect(document.info.description).toContain('`{success:false,error,code}`');
    expect(document.info.description).toContain('(asyncapi.json)');
  });

  it('gives the pattern of a text, and none to a number, which a request writes as a text too', () => {
    const schemas = operations.flatMap(({ operation }) => operation.parameters.map(({ schema }) => schema));
    const typesOf = (all: typeof schemas) => new Set(all.map(({ type }) => type));
    expect(typesOf(schemas)).toContain('integer');
    expect(typesOf(schemas.filter(({ pattern }) => pattern !== undefined))).toEqual(new Set(['string']));
  });

  it('has each route under its method and path, with its answers', () => {
    const bounded = '429 503';
    const bodied = '400 413 415';
    const table = operations.map(
      ({ name, operation }) => `${name}: ${Object.keys(operation.responses).join(' ')}`,
    );
    const privileged = '401 403';
    expect(table.toSorted()).toEqual(
      [
        `get /analyze/{symbol}: 200 400 404 409 ${bounded} default`,
        `get /api/signals/queue: 200 ${bounded} default`,
        `get /candles/{symbol}: 200 400 404 ${bounded} default`,
        'get /health: 200 default',
        'get /metrics: 200 default',
        'get /news: 200 default',
        `get /performance: 200 400 404 ${bounded} default`,
        `get /performance/trades: 200 400 404 ${bounded} default`,
        'get /ready: 200 503 default',
        `get /signals/{id}: 200 400 404 ${bounded} default`,
        `get /signals: 200 400 404 ${bounded} default`,
        'get /symbols: 200 default',
        `get /strategies: 200 ${bounded} default`,
        `get /symbols/search: 200 400 403 ${bounded} default`,
        `get /withheld: 200 400 404 ${bounded} default`,
        `post /admin/login-links: 200 ${privileged} 429 default`,
        `post /analyze: 200 ${bodied} ${bounded} default`,
        `post /api/candle-complete: 200 400 ${privileged} 409 413 415 ${bounded} default`,
      ].toSorted(),
    );
  });

  it('gives each a tag, a summary, and an id of its own', () => {
    for (const { name, operation } of operations) {
      const entry = routes.find(
        ({ method, path }) => name === `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`,
      )!;
      expect(operation.tags, name).toEqual([entry.tag]);
      expect(operation.summary, name).toBe(entry.summary);
      expect(operation.description, name).toBe(entry.description);
      for (const text of [entry.tag, entry.summary, entry.description]) expect(text, name).not.toBe('');
    }
    expect(operations.map(({ operation }) => operation.operationId).toSorted()).toEqual([
      'getAnalyzeSymbol',
      'getApiSignalsQueue',
      'getCandlesSymbol',
      'getHealth',
      'getMetrics',
      'getNews',
      'getPerformance',
      'getPerformanceTrades',
      'getReady',
      'getSignals',
      'getSignalsId',
      'getStrategies',
      'getSymbols',
      'getSymbolsSearch',
      'getWithheld',
      'postAdminLoginLinks',
      'postAnalyze',
      'postApiCandleComplete',
    ]);
    expect(new Set(routes.map(({ tag }) => tag))).toEqual(
      new Set(['analysis', 'pipeline', 'market', 'signals', 'operations']),
    );
  });

  it('describes every answer, in every form it has', () => {
    const error = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };
    for (const { name, operation } of operations) {
      for (const [status, { description, content }] of Object.entries(operation.responses)) {
        expect(description, `${name} ${status}`).not.toBe('');
        const ofDocument = ['400', '401', '403', '413', '415', '429', 'default'].includes(status);
        if (ofDocument) expect(content, `${name} ${status}`).toEqual(error);
      }
    }
    expect(operationOf('get /candles/{symbol}').responses['200']!.content).toEqual({
      'application/json': { schema: { $ref: '#/components/schemas/Candles' } },
      'text/csv': { schema: { type: 'string' } },
    });
    expect(operationOf('get /metrics').responses['200']!.content).toEqual({
      'text/plain': { schema: { type: 'string' } },
    });
  });

  it('asks for a key where the route does', () => {
    const guarded = operations.filter(({ operation }) => operation.security !== undefined);
    expect(guarded.map(({ name }) => name).toSorted()).toEqual([
      'post /admin/login-links',
      'post /api/candle-complete',
    ]);
    for (const { operation } of guarded) expect(operation.security).toEqual([{ key: [] }, { bearer: [] }]);
  });

  it('asks for what stands in the path, and for a body; what stands in the query may be left out', () => {
    const parametersOf = (name: string) =>
      operationOf(name).parameters.map((one) => `${one.in} ${one.name}${one.required ? '' : '?'}`);
    expect(parametersOf('get /candles/{symbol}')).toEqual([
      'path symbol',
      'query interval?',
      'query outputsize?',
      'query before?',
      'query format?',
    ]);
    expect(parametersOf('get /signals/{id}')).toEqual(['path id']);
    expect(parametersOf('get /health')).toEqual([]);
    for (const name of ['post /analyze', 'post /api/candle-complete']) {
      const { required, content } = operationOf(name).requestBody!;
      expect([required, Object.keys(content)]).toEqual([true, ['application/json']]);
    }
    expect(operationOf('get /signals')).not.toHaveProperty('requestBody');
  });

  it('names its schemas, each once, and says nowhere which draft they are of', () => {
    expect(Object.keys(document.components.schemas).toSorted()).toEqual([
      'Analysis',
      'CandleComplete',
      'Candles',
      'Decision',
      'Delivery',
      'Error',
      'Health',
      'News',
      'OneSignal',
      'Outcome',
      'Performance',
      'Queue',
      'Ready',
      'Signal',
      'Signals',
      'Symbols',
    ]);
    expect(JSON.stringify(document)).not.toMatch(/"\$(?:schema|id)"/);
    // What is named is referred to, within other schemas too.
    expect(JSON.stringify(document.components.schemas['Signals'])).toContain('"#/components/schemas/Signal"');
  });
});
