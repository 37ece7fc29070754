import type { WalkTask } from '../../../cli/audit/walk.ts';
import { honest, walkOf } from './walk-of.ts';

const shared = globalThis as typeof globalThis & { lastPrice?: number };
const walk = walkOf((view) => ({
  direction: shared.lastPrice! > view.close.at(-1)! ? 'BUY' : 'SELL',
  base: honest(view, 0),
}));

/** Something that ran before has left the end of the data in a global. */
export default (task: WalkTask) => {
  shared.lastPrice = task.minutes.close.at(-1)!;
  return walk(task);
};
