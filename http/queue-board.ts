import type { Context, Middleware } from 'koa';
import { clientAddress } from './guards/client-address.ts';
import type { ErrorAnswer } from '../schema/rest.ts';
import type { Log } from '../store/log.ts';
import type { Store } from '../store/open-store.ts';
import type { PostQueue } from '../store/queue/backend.ts';

/** Nothing is loaded from other hosts: the page would fetch its fonts from a third party. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export interface BoardOptions {
  readonly queues: readonly PostQueue[];
  readonly store: Pick<Store, 'outbox'>;
  readonly log: Pick<Log, 'info'>;
  /** Proxies in front. */
  readonly trustProxy: number;
  /** The server's clock, Unix ms. */
  readonly now: () => number;
  /** @default /admin/queues */
  readonly basePath?: string;
}

/**
 * The operator's page of the queues: inspect, retry, promote, remove. It is behind the key check of the privileged routes.
 * What the operator does is written to the outbox first, which is what counts, and to the log: a post whose signal has
 * expired or ended cannot be retried, a removed one is not sent, and "retry all" leaves parked ones, which may have been
 * accepted, alone. Beyond the board's own actions, `PUT …/JOB/delivered` marks a parked post as found on the platform.
 */
export function queueBoard(options: BoardOptions): Middleware {
  const { queues, basePath = '/admin/queues' } = options;
  let opened: Promise<Middleware> | undefined;
  /** Loaded by the first who looks: it is a tenth of all modules, and a start waits for it. */
  const openBoard = () =>
    (opened ??= import('./bull-board.ts').then(({ bullBoard }) => bullBoard(queues, basePath)));
  const operator = operatorActions(options);

  return async (ctx, next) => {
    if (ctx.path !== basePath && !ctx.path.startsWith(`${basePath}/`)) {
      await next();
      return;
    }
    ctx.set('Content-Security-Policy', contentSecurityPolicy);
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
      const done = await operator(ctx, ctx.path.slice(basePath.length));
      if (done) return;
    }
    const board = await openBoard();
    await board(ctx, next);
    if (typeof ctx.body === 'string')
      ctx.body = ctx.body.replaceAll(/<link[^>]*fonts\.googleapis\.com[^>]*>/g, '');
  };
}

const codes: Readonly<Record<number, string>> = {
  403: 'not_allowed',
  409: 'conflict',
  415: 'unsupported_media_type',
};

/** Applies an action to the outbox. True where the response is complete, false where the board continues. */
function operatorActions({ queues, store: { outbox }, log, trustProxy, now }: BoardOptions) {
  const refuse = (ctx: Context, status: number, reason: string) => {
    ctx.status = status;
    // `message` is what the board shows.
    ctx.body = {
      success: false,
      error: reason,
      code: codes[status]!,
      message: reason,
    } satisfies ErrorAnswer & {
      message: string;
    };
    return true;
  };
  return async (ctx: Context, path: string): Promise<boolean> => {
    if (Number(ctx.get('Content-Length') || 0) > 0 && !ctx.is('json'))
      return refuse(ctx, 415, 'only application/json is taken');
    const [, name, first, second] = /^\/api\/queues\/([^/]+)\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
    const queue = queues.find((one) => one.name === name);
    if (ctx.method !== 'PUT' || queue === undefined) return refuse(ctx, 403, 'not allowed here');
    const idOf = (jobId: string) => jobId.slice(0, -(queue.name.length + 1));
    const write = (action: string, what: object) =>
      log.info(
        { action, channel: queue.name, ...what, from: clientAddress(ctx.req, trustProxy) },
        'the operator',
      );

    if (first === 'retry' && second === 'failed') {
      const jobs = await queue.getFailed(0, -1);
      let retried = 0;
      for (const job of jobs) {
        // Nobody has looked on the platform for each parked one: those are retried one by one.
        const options = { now: now(), looked: false };
        if ((await outbox.requeue(job.data.id, queue.name, options)) !== undefined) continue;
        await job.retry('failed');
        retried += 1;
      }
      write('retry all', { retried });
      ctx.body = { retried, skipped: jobs.length - retried };
      return true;
    }
    if (first === 'clean' && (second === 'completed' || second === 'failed')) {
      write('clean', { state: second });
      return false;
    }
    if (first === undefined || second === undefined) return refuse(ctx, 403, 'not allowed here');
    const id = idOf(first);
    if (second === 'retry') {
      const reason = await outbox.requeue(id, queue.name, { now: now(), looked: true });
      if (reason !== undefined) return refuse(ctx, 409, `cannot be sent again: ${reason}`);
      write('retry', { id });
      return false;
    }
    if (second === 'delivered') {
      const reason = await outbox.confirm(id, queue.name, now());
      if (reason !== undefined) return refuse(ctx, 409, reason);
      write('delivered', { id });
      // The worker finds the post delivered and ends its job so; it sends nothing.
      const job = await queue.getJob(first);
      if (await job?.isFailed()) await job?.retry('failed');
      ctx.status = 204;
      return true;
    }
    if (second === 'promote') {
      await outbox.hurry(id, queue.name);
      write('promote', { id });
      return false;
    }
    if (second === 'clean') {
      const wasToBeSent = await outbox.withdraw(id, queue.name, now());
      write('remove', { id, wasToBeSent });
      return false;
    }
    return refuse(ctx, 403, 'not allowed here');
  };
}
