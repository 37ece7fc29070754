import { AHEAD, byFuture, walkOf } from './walk-of.ts';

/** A view shares its memory with all that comes after it. */
export default walkOf((view) => {
  const all = new Float64Array(view.close.buffer);
  return byFuture(view, all[view.close.byteOffset / 8 + view.close.length - 1 + AHEAD]);
});
