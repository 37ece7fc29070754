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
  readonly body?: z.ZodType;
  readonly answers: Readonly<Record<number, AnswerShape>>;
  /** Parses its input first; the returned value is the body, unless the handler set one. */
  readonly handle: (input: {
    params: unknown;
    query: unknown;
    /** Reads the body. */
    text: () => Promise<string>;
    /** Parses it, in a turn of its own. */
    parse: (text: string) => Promise<unknown>;
    caller: string;
    ctx: Context;
  }) => Promise<unknown>;
}

type Out<T> = T extends z.ZodType ? z.output<T> : undefined;

/** A route whose handler receives the input as parsed by its schemas. Invalid input throws a ZodError. */
export function route<
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(
  definition: Omit<Route, 'handle' | 'params' | 'query' | 'body' | 'privileged' | 'isBounded'> & {
    privileged?: boolean;
    params?: P;
    query?: Q;
    body?: B;
    /** Runs parsing and handling within the caller's share of bounded work. */
    bounded?: <T>(caller: string, work: () => Promise<T>) => Promise<T>;
    /** Responds before the body is parsed; undefined continues. */
    early?: (body: unknown) => unknown;
    handle: (input: RouteInput<Out<P>, Out<Q>, Out<B>>) => unknown;
  },
): Route {
  const { handle, bounded, early, ...rest } = definition;
  return {
    privileged: false,
    isBounded: bounded !== undefined,
    ...(rest as Omit<Route, 'handle' | 'privileged' | 'isBounded'>),
    handle: async ({ params, query, text, parse, caller, ctx }) => {
      const parsedParams = definition.params?.parse(params) as Out<P>;
      const parsedQuery = definition.query?.parse(query) as Out<Q>;
      // Before its turn: a slow sender would hold up the work of others.
      const sent = definition.body === undefined ? undefined : await text();
      const run = async (): Promise<unknown> => {
        const raw = sent === undefined ? undefined : await parse(sent);
        const answer = early?.(raw);
        if (answer !== undefined) return answer;
        const parsedBody = definition.body?.parse(raw) as Out<B>;
        return await handle({ params: parsedParams, query: parsedQuery, body: parsedBody, caller, ctx });
      };
      return bounded === undefined ? await run() : await bounded(caller, run);
    },
  };
}
