import { z } from 'zod';
import { AnalyzeAnswer, CandleCompleteAnswer } from '../../schema/analyze.ts';
import { PerformanceAnswer } from '../../schema/performance.ts';
import * as rest from '../../schema/rest.ts';
import { SignalAnswer, SignalsAnswer } from '../../schema/signal-list.ts';
import * as signal from '../../schema/signal.ts';
import type { Route } from '../route.ts';

type Json = Record<string, unknown>;

/** Schemas that the document names; whatever else an answer holds stands in its place. */
const named: Readonly<Record<string, z.ZodType>> = {
  Error: rest.ErrorAnswer,
  Decision: signal.Decision,
  Signal: signal.Signal,
  Outcome: signal.Outcome,
  Delivery: signal.Delivery,
  Analysis: AnalyzeAnswer,
  CandleComplete: CandleCompleteAnswer,
  Candles: rest.CandlesAnswer,
  News: rest.NewsAnswer,
  Signals: SignalsAnswer,
  OneSignal: SignalAnswer,
  Performance: PerformanceAnswer,
  Queue: rest.QueueAnswer,
  Symbols: rest.SymbolsAnswer,
  Health: rest.HealthAnswer,
  Ready: rest.ReadyAnswer,
};

/** OpenAPI 3.1 of the routes, generated from the schemas that the routes parse with. */
export function openApi(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Json> = {};
  for (const entry of routes) {
    const path = entry.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [entry.method]: operation(entry) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Anso Vision',
      version,
      description:
        'Trading signals from live ticks. Errors are `{success:false,error,code}`: `code` is for programs, `error` says what ' +
        'is wrong, and where. The WebSocket frames of `/ws` and `/ws/signals` are in [asyncapi.json](asyncapi.json).',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    // Relative to the document's own address, as the specification has it: below a proxy's prefix too.
    servers: [{ url: './' }],
    paths,
    components: {
      schemas: components(named),
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}

/** JSON schemas of named zod schemas, which refer to one another by `#/components/schemas/…`. */
function components(schemas: Readonly<Record<string, z.ZodType>>): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}`, io: 'output' }).schemas;
  return Object.fromEntries(Object.entries(made).map(([id, schema]) => [id, bare(schema)]));
}

function operation(entry: Route): Json {
  return {
    tags: [entry.tag],
    summary: entry.summary,
    ...(entry.description === undefined ? {} : { description: entry.description }),
    operationId: `${entry.method}${entry.path.replaceAll(/[^a-z]+(\w?)/gi, (_, letter: string) => letter.toUpperCase())}`,
    ...(entry.privileged ? { security: [{ key: [] }, { bearer: [] }] } : {}),
    parameters: [...parameters(entry.params, 'path'), ...parameters(entry.query, 'query')],
    ...(entry.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: inputSchema(entry.body) } },
          },
        }),
    responses: responses(entry),
  };
}

function responses(entry: Route): Json {
  const answers: Json = {};
  for (const [status, answer] of Object.entries(entry.answers)) {
    const content: Json = {};
    if (answer.schema !== undefined) content['application/json'] = { schema: reference(answer.schema) };
    for (const type of answer.types ?? []) content[type] = { schema: { type: 'string' } };
    answers[status] = { description: answer.description, content };
  }
  const error = (description: string) => ({
    description,
    content: { 'application/json': { schema: reference(rest.ErrorAnswer) } },
  });
  const { params, query, body } = entry;
  if (params !== undefined || query !== undefined || body !== undefined)
    answers['400'] ??= error('What is wrong, and where.');
  if (body !== undefined) {
    answers['413'] = error('The body has more than 1 MiB.');
    answers['415'] = error('The body is not JSON.');
  }
  if (entry.isBounded) {
    answers['429'] = error('Too many at once from one address; `Retry-After` says when.');
    answers['503'] = error('Too many wait, or the database is away; `Retry-After` says when.');
  }
  if (entry.privileged) {
    answers['401'] = error('An API key is needed, or this one is not known.');
    answers['403'] = error('A page of another origin asks.');
    answers['429'] ??= error('Too many wrong keys; `Retry-After` says when.');
  }
  return { ...answers, default: error('Anything else that fails.') };
}

function reference(schema: z.ZodType): Json {
  const name = Object.keys(named).find((key) => named[key] === schema);
  return name === undefined ? bare(z.toJSONSchema(schema)) : { $ref: `#/components/schemas/${name}` };
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = inputSchema(schema) as {
    properties?: Json;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    description: schema instanceof z.ZodObject ? describedBy(schema, name) : undefined,
    schema: ofItsType(property as Json),
  }));
}

/** A number's text has a pattern, the number that the document names has none. */
function ofItsType({ pattern, ...property }: Json): Json {
  return property['type'] === 'integer' || pattern === undefined ? property : { ...property, pattern };
}

/** The description of a parameter; a JSON schema drops it where the value is transformed. */
function describedBy({ shape }: z.ZodObject, name: string): string | undefined {
  return (shape[name] as z.ZodType | undefined)?.description;
}

function inputSchema(schema: z.ZodType): Json {
  return bare(z.toJSONSchema(schema, { io: 'input' }));
}

function bare(schema: object): Json {
  const { $schema: _schema, $id: _id, ...rest } = schema as Json;
  return rest;
}
