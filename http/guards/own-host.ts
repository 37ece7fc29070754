import type { IncomingMessage } from 'node:http';
import type { Middleware } from 'koa';
import { Problem } from '../problem.ts';
import { isLoopback, parseAddress } from './address.ts';
import { isForwarded } from './client-address.ts';
import { hostOf, isOfThisMachine } from './host.ts';

/**
 * Why a request is refused by its Host or target: it has not exactly one plain Host, its target is no path (`GET http://…`), or it came
 * over loopback under a foreign name. A browser on this machine can be made to do the last, by a name that first resolves to its page and then to 127.0.0.1
 * (DNS rebinding). A trusted proxy in front passes whatever name it serves.
 */
export function hostProblem(request: IncomingMessage, trustProxy: number): Problem | undefined {
  const host = hostOf(request);
  if (host === undefined)
    return new Problem(400, 'bad_request', 'one Host header with a name or an address is needed');
  if (!request.url?.startsWith('/'))
    return new Problem(400, 'bad_request', 'what is asked for must begin with /');
  const isOverLoopback = isLoopbackText(request.socket.localAddress);
  if (!isOverLoopback || isOfThisMachine(host) || (trustProxy > 0 && isForwarded(request))) return undefined;
  return new Problem(
    403,
    'foreign_host',
    'this Host is not served on loopback; behind a proxy set TRUST_PROXY',
  );
}

function isLoopbackText(text: string | undefined): boolean {
  const address = parseAddress(text ?? '');
  return address !== undefined && isLoopback(address);
}

/** Refuses the requests that `hostProblem` names, before anything else is asked about them. */
export function ownHost(trustProxy: number): Middleware {
  return async (ctx, next) => {
    const problem = hostProblem(ctx.req, trustProxy);
    if (problem !== undefined) throw problem;
    await next();
  };
}
