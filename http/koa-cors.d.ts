declare module '@koa/cors' {
  import type { Context, Middleware } from 'koa';
  export default function cors(options: {
    origin: (ctx: Context) => string;
    allowMethods: string[];
    allowHeaders: string[];
    exposeHeaders: string[];
    maxAge: number;
  }): Middleware;
}
