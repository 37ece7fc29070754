import type { Context } from 'koa';
import type { z } from 'zod';

/** The response of a route with one status: JSON of a schema, or another media type. */
interface AnswerShape {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** Other media types that it is available in, such as `text/csv`. */
  readonly types?: readonly string[];
}

export interface RouteInput<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The key that limits count by: the client's address. */
  readonly caller: string;
  readonly ctx: Context;
}

/** One row of the routes table, from which the router, the OpenAPI document and the tests are built. */
export interface Route {
  readonly method: 'get' | 'post';
  /** As koa-router writes it: `/candles/:symbol`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly privileged: boolean;
  /** Is it limited by a FairGate, which refuses with 429 or 503 where too many requests wait? */
  readonly isBounded: boolean;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  /** Of its body, for the documents. */
  readonly body?: z.ZodType;
  readonly answers: Readonly<Record<number, AnswerShape>>;
  /** Parses its input first; the returned value is the body, unless the handler set one. */
  readonly handle: (input: {
    params: unknown;
    query: unknown;
    /** Reads the body. */
    bytes: () => Promise<Buffer>;
    /** The bytes are needed no longer. */
    release: () => void;
    caller: string;
    ctx: Context;
  }) => Promise<unknown>;
}

type Out<T> = T extends z.ZodType ? z.output<T> : undefined;

interface RouteBody<T> {
  readonly schema: z.ZodType;
  readonly parse: (bytes: Buffer) => Promise<T>;
}

/** A route whose handler receives the input as parsed by its schemas. Invalid input throws a ZodError. */
export function route<
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B = undefined,
>(
  definition: Omit<Route, 'handle' | 'params' | 'query' | 'body' | 'privileged' | 'isBounded'> & {
    privileged?: boolean;
    params?: P;
    query?: Q;
    body?: RouteBody<B>;
    /** Runs parsing and handling within the caller's share of bounded work. */
    bounded?: <T>(caller: string, work: () => Promise<T>) => Promise<T>;
    handle: (input: RouteInput<Out<P>, Out<Q>, B>) => unknown;
  },
): Route {
  const { handle, bounded, body, ...rest } = definition;
  return {
    privileged: false,
    isBounded: bounded !== undefined,
    ...(rest as Omit<Route, 'handle' | 'privileged' | 'isBounded' | 'body'>),
    ...(body !== undefined && { body: body.schema }),
    handle: async ({ params, query, bytes, release, caller, ctx }) => {
      const parsedParams = definition.params?.parse(params) as Out<P>;
      const parsedQuery = definition.query?.parse(query) as Out<Q>;
      // Before its turn: a slow sender would hold up the work of others.
      const sent = body === undefined ? undefined : await bytes();
      const run = async (): Promise<unknown> => {
        const parsedBody = (sent === undefined ? undefined : await body!.parse(sent)) as B;
        release();
        return await handle({ params: parsedParams, query: parsedQuery, body: parsedBody, caller, ctx });
      };
      return bounded === undefined ? await run() : await bounded(caller, run);
    },
  };
}
