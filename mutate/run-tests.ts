import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { endServers } from './end-servers.ts';

export interface TestRun {
  /** `empty`: nothing was asked that could have failed. `late`: stopped at the time limit. */
  readonly result: 'passed' | 'failed' | 'late' | 'empty';
  readonly ms: number;
  /** What failed first: a test's name, or the end of what vitest printed. */
  readonly failure: string;
  /** The slowest test, ms. */
  readonly slowestMs: number;
}

export interface TestLimits {
  /** Of the whole run. @default none */
  readonly runMs?: number;
  /** Of each of its processes, seconds of CPU. @default none */
  readonly cpuS?: number;
  /** Of one test or hook that states none of its own, ms. @default those of the project */
  readonly testMs?: number;
}

/** Runs test files of a checkout until the first failure. What they started is gone when it answers. */
export async function runTests(
  root: string,
  files: readonly string[],
  limits: TestLimits = {},
): Promise<TestRun> {
  if (files.length === 0) return { result: 'empty', ms: 0, failure: '', slowestMs: 0 };
  const begun = performance.now();
  // Short: a socket's path has at most 107 bytes.
  const folder = mkdtempSync('/tmp/anso-m-');
  // The user postgres must pass it.
  chmodSync(folder, 0o755);
  const report = join(folder, 'report.json');
  const { runMs, testMs, cpuS = 'unlimited' } = limits;
  const vitest = [
    'run',
    '--bail=1',
    '--maxWorkers=1',
    '--no-color',
    '--reporter=json',
    `--outputFile=${report}`,
  ];
  if (testMs !== undefined) vitest.push(`--testTimeout=${testMs}`, `--hookTimeout=${2 * testMs}`);
  const start = [process.execPath, join(root, 'node_modules/vitest/vitest.mjs'), ...vitest, ...files];
  const program = spawn(
    'sh',
    ['-c', 'ulimit -t "$0" && exec "$@"', String(cpuS), ...start],
    // A group of its own, so that its workers end with it.
    {
      cwd: root,
      detached: true,
      env: { ...process.env, TEST_FOLDER: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let printed = '';
  for (const stream of [program.stdout, program.stderr]) {
    stream.on('data', (chunk: Buffer) => (printed = (printed + chunk.toString()).slice(-2_000)));
  }
  let isLate = false;
  const stop = () => process.kill(-program.pid!, 'SIGKILL');
  const timer = setTimeout(
    () => {
      isLate = true;
      stop();
    },
    runMs ?? 2 ** 31 - 1,
  );
  process.once('exit', stop);
  const code = await new Promise((done) => program.once('close', done));
  process.off('exit', stop);
  clearTimeout(timer);
  const { tests, slowestMs } = readReport(report);
  await endServers(folder);
  rmSync(folder, { recursive: true, force: true });
  const failed = tests.find(({ status }) => status === 'failed')?.fullName;
  return {
    result: isLate
      ? 'late'
      : code !== 0
        ? 'failed'
        : tests.some(({ status }) => status === 'passed')
          ? 'passed'
          : 'empty',
    ms: performance.now() - begun,
    failure: code === 0 ? '' : (failed ?? printed.trim().slice(-300)),
    slowestMs,
  };
}

interface ReportedTest {
  readonly status: string;
  readonly fullName: string;
  readonly duration?: number | null;
}

function readReport(file: string): { tests: ReportedTest[]; slowestMs: number } {
  let report: { testResults: { assertionResults: ReportedTest[] }[] };
  try {
    report = JSON.parse(readFileSync(file, 'utf8')) as typeof report;
  } catch {
    return { tests: [], slowestMs: 0 };
  }
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  return { tests, slowestMs: Math.max(0, ...tests.map(({ duration }) => duration ?? 0)) };
}
