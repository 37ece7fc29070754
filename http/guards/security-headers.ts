import helmet from 'koa-helmet';
import type { Middleware } from 'koa';

const none = ["'none'"];
const self = ["'self'"];
const policy = {
  defaultSrc: none,
  scriptSrc: self,
  styleSrc: self,
  imgSrc: ["'self'", 'data:'],
  fontSrc: self,
  connectSrc: self,
  manifestSrc: self,
  workerSrc: self,
  mediaSrc: ["'self'", 'data:'],
  formAction: self,
  frameAncestors: none,
  baseUri: none,
};

/** Pages of libraries that write style attributes; their scripts come from files all the same. */
const styled = ['/docs', '/admin/queues'];

/** Security headers. No HSTS and no upgrade to https: whether there is TLS is the proxy's matter. */
export function securityHeaders(): Middleware {
  const strict = headers(policy);
  const loose = headers({ ...policy, styleSrc: ["'self'", "'unsafe-inline'"] });
  return (ctx, next) => {
    // `url`, not `path`: Koa cannot read a path from a malformed target, and its answer needs the headers too.
    const [asked = ''] = ctx.url.split('?');
    const isStyled = styled.some((path) => asked === path || asked.startsWith(`${path}/`));
    return isStyled ? loose(ctx, next) : strict(ctx, next);
  };
}

function headers(directives: Record<string, string[]>): Middleware {
  return helmet({
    contentSecurityPolicy: { useDefaults: false, directives },
    strictTransportSecurity: false,
    // With no-referrer a browser sends `Origin: null` for our own form, which would then be refused as foreign.
    referrerPolicy: { policy: 'same-origin' },
  });
}
