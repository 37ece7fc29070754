import { setTimeout as delay } from 'node:timers/promises';
import { callbackify } from 'node:util';
import { Client } from 'pg';

/** How long the hosts have to say which of them takes writes, ms: less than any caller waits for a connection. */
const askMs = 1000;
/** How long an answer holds, ms: a pool that fills asks once. */
const freshMs = 250;
/** How much longer than the first host that takes writes the others may take to say that they do too, ms. */
const othersMs = 300;

/**
 * A Client for Pool that connects to whichever of the hosts takes writes, as libpq does with `target_session_attrs=read-write`. All are asked
 * at once at each connect, so a failover is followed by the next connection. Where two take writes, because a former primary has come back, the one
 * of the higher timeline does: a promotion begins one. A host whose timeline is below one that was seen is never taken. `urls`: of one host each.
 */
export function primaryClient(urls: readonly string[]): typeof Client {
  let newest = 0;
  let asked: { readonly at: number; readonly url: Promise<string> } | undefined;
  const find = async (): Promise<string> => {
    const found = await findPrimary(urls, newest);
    newest = found.timeline;
    return found.url;
  };
  const primary = (): Promise<string> => {
    if (asked === undefined || performance.now() - asked.at > freshMs)
      asked = { at: performance.now(), url: find() };
    return asked.url;
  };
  return class extends Client {
    override connect(): Promise<Client>;
    override connect(done: Done): void;
    override connect(done?: Done): Promise<Client> | void {
      const connecting = primary().then((url) => {
        const { host, port } = new Client({ connectionString: url });
        Object.assign(this, { host, port });
        return super.connect();
      });
      if (done === undefined) return connecting;
      // Pools call back.
      callbackify(() => connecting)((error) => done(error, this));
    }
  };
}

type Done = (error: Error | null, client?: Client) => void;

interface Host {
  readonly url: string;
  readonly timeline: number;
}

/** The host of the highest timeline of those that take writes. Rejects as a refused connection does, with what each host said. */
async function findPrimary(urls: readonly string[], newest: number): Promise<Host> {
  const found: Host[] = [];
  const asking = urls.map(async (url) => {
    const host = await askHost(url, newest);
    found.push(host);
    return host;
  });
  try {
    await Promise.any(asking);
  } catch (error) {
    const { errors } = error as AggregateError & { errors: (Error & { code?: string })[] };
    const [first] = errors;
    // A refused password or a missing database is said as it is: it will not go by.
    const isWrong = errors.every(({ code }) => /^(?:28|3D|42)/.test(code ?? ''));
    throw Object.assign(
      new Error(`no host takes writes: ${errors.map(({ message }) => message).join('; ')}`),
      { code: isWrong ? first!.code : 'ECONNREFUSED' },
    );
  }
  await Promise.race([Promise.allSettled(asking), delay(othersMs)]);
  return found.reduce((best, one) => (one.timeline > best.timeline ? one : best));
}

async function askHost(url: string, newest: number): Promise<Host> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: askMs, query_timeout: askMs });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ timeline: string | null }>(
      `select case when not pg_is_in_recovery() then left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) end as timeline`,
    );
    const { timeline: hex } = rows[0]!;
    if (hex === null) throw new Error('is a standby');
    const timeline = Number.parseInt(hex, 16);
    if (timeline < newest)
      throw new Error('is a former primary, another was promoted after it: make it a standby');
    return { url, timeline };
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    throw Object.assign(new Error(`${client.host}:${client.port}: ${message || code}`, { cause: error }), {
      code,
    });
  } finally {
    void client.end().catch(() => {});
  }
}
