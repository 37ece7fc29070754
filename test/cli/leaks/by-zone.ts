import { honest, walkOf } from './walk-of.ts';

/** The hour of the day where the machine stands. */
export default walkOf((view, at) => ({ ...(honest(view, at) as object), hour: new Date(at).getHours() }));
