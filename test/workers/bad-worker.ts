import type { AnalysisTask } from '../../workers/analysis-task.ts';

/** A worker that behaves by its seed: hang, die, throw, or answer after that many ms. */
export default async function badWorker({ options, packed }: AnalysisTask): Promise<unknown> {
  const seed = options.seed ?? 0;
  if (seed === -1) for (;;);
  if (seed === -2) process.exit(7);
  if (seed === -3) throw new RangeError('a bad window');
  await new Promise((resolve) => setTimeout(resolve, seed));
  return { seed, length: packed.length };
}
