import type { Pool } from 'pg';
import { isReadOnly, renew } from './database.ts';

const patienceMs = 1_000;

/**
 * Why the database is of no use now, or undefined, within a second. It must write, and have room for more: one that answers and takes no
 * writes, or whose disk is full, is of no use.
 */
export async function tryDatabase(pool: Pool): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((done) => {
    timer = setTimeout(() => done('the database does not answer within a second'), patienceMs);
  });
  const asked = pool.query(trial).then(
    () => undefined,
    async (error: unknown) => {
      // The primary may be elsewhere by now.
      if (isReadOnly(error)) await renew(pool);
      return whyUnusable(error);
    },
  );
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}

const writes = `insert into meta values ('written', '1') on conflict (key) do update set value = excluded.value`;

/** A sort that does not fit into its memory and needs a temporary file of some 200 kB: on a full disk the row above is still written. */
const takesRoom = `select count(*) from (select repeat('x', 80) || n as line from generate_series(1, 2000) n order by line offset 0) lines`;

/**
 * One message, and so one transaction that never waits for this process: every process writes the same row, and one that is cut off between
 * two statements would hold up all others.
 */
const trial = `${writes}; set local work_mem = '64kB'; ${takesRoom}`;

/** A reason for people. */
export function whyUnusable(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  if (isReadOnly(error))
    return `the database takes no writes, it is a standby or set to read only (${message})`;
  if (code === '53100') return `the database's disk is full (${message})`;
  return message || 'the database cannot be reached';
}
