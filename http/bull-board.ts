import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { KoaAdapter } from '@bull-board/koa';
import type { Middleware } from 'koa';
import type { PostQueue } from '../store/queue/backend.ts';

/** The board itself, as it comes, below `basePath`. */
export function bullBoard(queues: readonly PostQueue[], basePath: string): Middleware {
  const adapter = new KoaAdapter();
  adapter.setBasePath(basePath);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue)),
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'Anso Vision' } },
  });
  return adapter.registerPlugin();
}
