import { honest, walkOf } from './walk-of.ts';

/** Whether what it looks at is "recent", by the wall clock. */
export default walkOf((view, at) => ({
  ...(honest(view, at) as object),
  recent: Date.now() - at < 200 * 86_400_000,
}));
