import { run, type Identity } from './run.ts';

const name = 'postgres';

/**
 * PostgreSQL refuses to run as root: then it runs as the user `postgres`, created if missing. Undefined where we are
 * an ordinary user already.
 */
export async function postgresUser(): Promise<Identity | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const known = await lookUp();
  if (known !== undefined) return known;
  const ways: [string, string[]][] = [
    ['useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name]],
    ['adduser', ['-S', '-D', '-H', name]],
  ];
  const failures: unknown[] = [];
  for (const [program, parameters] of ways) {
    try {
      await run(program, parameters);
      const created = await lookUp();
      if (created !== undefined) return created;
    } catch (error) {
      failures.push(error);
    }
  }
  throw new AggregateError(
    failures,
    'the embedded PostgreSQL cannot run as root and the user `postgres` could not be created: create it, run as an ordinary user, or set DATABASE_URL',
  );
}

async function lookUp(): Promise<Identity | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid), gid: Number(gid) };
  } catch {
    return undefined;
  }
}
