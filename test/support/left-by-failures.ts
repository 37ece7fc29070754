import { beforeEach, type RunnerTask } from 'vitest';

const begun = new Set<RunnerTask>();
const hasFailed = ({ result }: RunnerTask): boolean =>
  result?.state === 'fail' || (result?.retryCount ?? 0) > 0;

beforeEach(({ task }) => {
  begun.add(task);
});

// An attempt that fails half-way awaits no more of what it began, and its end rejects that. Whether the failure counts is what
// the retry decides; without this mark a run was red in which every test passed.
process.prependListener('unhandledRejection', (error: unknown) => {
  if (error instanceof Error && [...begun].some(hasFailed)) Object.assign(error, { isLeftByFailure: true });
});
