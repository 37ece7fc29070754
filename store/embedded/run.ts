import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Who a program runs as; undefined: as ourselves. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** A clean environment: none of our variables, which may hold keys, reach a program of another user. */
export const plainEnvironment: Readonly<Record<string, string>> = Object.freeze({
  PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
});

/** Runs a program to its end and returns its output. Rejects with the end of its output where it fails. */
export async function run(
  file: string,
  parameters: readonly string[],
  options: { identity?: Identity | undefined; cwd?: string; timeoutMs?: number } = {},
): Promise<string> {
  try {
    const { stdout } = await execute(file, parameters, {
      ...options.identity,
      cwd: options.cwd ?? '/',
      env: plainEnvironment,
      timeout: options.timeoutMs ?? 60_000,
    });
    return stdout.trim();
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().slice(-800);
    throw new Error(`${file} failed: ${said || (error as Error).message}`, { cause: error });
  }
}
