import { honest, walkOf } from './walk-of.ts';

/** Not the future, but no decision that anybody could repeat either. */
export default walkOf((view, at) => ({ ...(honest(view, at) as object), seed: Math.random() }));
