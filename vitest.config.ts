import { defineConfig } from 'vitest/config';
import { TallyReporter } from './test/support/tally-reporter.ts';

/** What must hold at every point of a crash is not asked twice. */
const crash = ['test/system/*-crash.test.ts', 'test/sinks/posts/kill.test.ts'];
const pure = ['test/models/**', 'test/operators/**', 'test/app/**', 'test/web/**', 'test/*.test.ts'];

/** Of a connection whose other end a test has killed. */
const cutOff = new Set<unknown>(['57P01', 'UND_ERR_SOCKET', 'ECONNRESET']);

interface Unhandled {
  readonly code?: unknown;
  readonly cause?: { readonly code?: unknown };
  readonly isLeftByFailure?: boolean;
}

export default defineConfig({
  test: {
    // Such an error belongs to no test any more, where it comes after its end.
    onUnhandledError: (error) => {
      const { code, cause, isLeftByFailure } = error as Unhandled;
      return isLeftByFailure !== true && !cutOff.has(code) && !cutOff.has(cause?.code);
    },
    setupFiles: ['test/support/left-by-failures.ts'],
    // Bounds against a hang: whoever waits gets what it waits for as soon as it is there, however busy the machine is.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
    // The slow ones wait for processes and clocks rather than compute: four on two cores keep both busy.
    maxWorkers: 4,
    reporters: ['default', new TallyReporter()],
    projects: [
      {
        extends: true,
        test: { name: 'pure', include: pure.map((glob) => glob.replace(/\*\*$/, '**/*.test.ts')) },
      },
      { extends: true, test: { name: 'crash', include: crash } },
      {
        extends: true,
        test: {
          name: 'live',
          include: ['test/**/*.test.ts'],
          exclude: [...pure, ...crash],
          // These race real processes, sockets and clocks: on a busy machine a failure counts if it repeats.
          retry: process.env['CI'] === 'true' ? 2 : 0,
        },
      },
    ],
  },
});
