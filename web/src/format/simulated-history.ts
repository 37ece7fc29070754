import type { Decision } from '../../../schema/signal.ts';

/** Was it decided on the simulated history that fills a fresh demo, rather than while the server ran? */
export const isSimulatedHistory = ({ lineage }: Pick<Decision, 'lineage'>): boolean =>
  lineage['simulated_history'] === true;
