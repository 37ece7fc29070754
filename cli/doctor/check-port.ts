import type { Config } from '../../config.ts';
import { reachableUrl } from '../../app/web/reachable-url.ts';
import { tryPort } from '../../app/web/try-port.ts';
import { type Finding, fail, ok, off } from './finding.ts';
import { networkReason } from '../../schema/outside/network-reason.ts';

/** Is the port free, or held by a server of ours already? `running`: that server answers, so that other checks leave it alone. */
export async function checkPort({
  HOST,
  PORT,
}: Pick<Config, 'HOST' | 'PORT'>): Promise<{ readonly running: boolean; readonly finding: Finding }> {
  if (PORT === 0) return { running: false, finding: ok('port', 'any free one is taken') };
  const problem = await tryPort({ HOST, PORT }).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error,
  );
  if (problem === undefined)
    return { running: false, finding: ok('port', `${PORT} on ${HOST} can be listened on`) };
  if (problem.code === 'EADDRINUSE') {
    const version = await versionAt(HOST, PORT);
    return version === undefined
      ? {
          running: false,
          finding: fail(
            'port',
            `${PORT} on ${HOST} is taken by another program`,
            `stop it (\`ss -ltnp 'sport = :${PORT}'\` names it), or set another PORT`,
          ),
        }
      : { running: true, finding: off('port', `${PORT} is served by Anso Vision ${version} already`) };
  }
  const todo =
    problem.code === 'EACCES'
      ? 'ordinary users may not take ports below 1024: use a higher PORT behind a proxy'
      : 'set HOST to an address of this machine';
  return { running: false, finding: fail('port', `${PORT} on ${HOST}: ${networkReason(problem)}`, todo) };
}

async function versionAt(HOST: string, PORT: number): Promise<string | undefined> {
  try {
    const answer = await fetch(`${reachableUrl({ HOST, PORT })}/health`, {
      signal: AbortSignal.timeout(3000),
    });
    const { version, parts } = (await answer.json()) as { version?: unknown; parts?: unknown };
    return typeof version === 'string' && typeof parts === 'object' ? version : undefined;
  } catch {
    return undefined;
  }
}
