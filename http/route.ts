import type { Context } from 'koa';
import type { z } from 'zod';

/** What a route answers with one status: JSON of a schema, or another media type. */
interface AnswerShape {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** Other media types that it comes in, `text/csv` say. */
  readonly types?: readonly string[];
}

export interface RouteInput<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Whom limits count: the client's address. */
  readonly caller: string;
  readonly ctx: Context;
}

/** One row of the routes table: the router, the OpenAPI document and the tests are made of these. */
export interface Route {
  readonly method: 'get' | 'post';
  /** As koa-router writes it: `/candles/:symbol`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly privileged: boolean;
  /** Does it wait its turn, and refuse with 429 or 503 where too many wait? */
  readonly isBounded: boolean;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly answers: Readonly<Record<number, AnswerShape>>;
  /** Parses its input first, then asks; what it returns is the body, unless it set one. */
  readonly handle: (input: {
    params: unknown;
    query: unknown;
    body: () => unknown;
    caller: string;
    ctx: Context;
  }) => Promise<unknown>;
}

type Out<T> = T extends z.ZodType ? z.output<T> : undefined;

/** A route whose handler gets what its schemas made of the input. Input that does not fit is a ZodError. */
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
    /** Runs parsing the body and handling in the caller's turn of bounded work. */
    bounded?: <T>(caller: string, work: () => Promise<T>) => Promise<T>;
    /** An answer to a body that is not worth parsing; undefined goes on. */
    early?: (body: unknown) => unknown;
    handle: (input: RouteInput<Out<P>, Out<Q>, Out<B>>) => unknown;
  },
): Route {
  const { handle, bounded, early, ...rest } = definition;
  return {
    privileged: false,
    isBounded: bounded !== undefined,
    ...(rest as Omit<Route, 'handle' | 'privileged' | 'isBounded'>),
    handle: async ({ params, query, body, caller, ctx }) => {
      const parsedParams = definition.params?.parse(params) as Out<P>;
      const parsedQuery = definition.query?.parse(query) as Out<Q>;
      const run = async (): Promise<unknown> => {
        const raw = definition.body === undefined ? undefined : body();
        const answer = early?.(raw);
        if (answer !== undefined) return answer;
        const parsedBody = definition.body?.parse(raw) as Out<B>;
        return await handle({ params: parsedParams, query: parsedQuery, body: parsedBody, caller, ctx });
      };
      return bounded === undefined ? await run() : await bounded(caller, run);
    },
  };
}
