import { callbackify } from 'node:util';
import { Client } from 'pg';

/** How long the hosts have to say which of them takes writes, ms: less than any caller waits for a connection. */
const askMs = 1000;
/** How long an answer holds, ms: a pool that fills asks once. */
const freshMs = 250;

/**
 * A Client for Pool that connects to whichever of the hosts takes writes, as libpq does with `target_session_attrs=read-write`. All are asked
 * at once at each connect, so a failover is followed by the next connection. `urls`: of one host each.
 */
export function primaryClient(urls: readonly string[]): typeof Client {
  let asked: { readonly at: number; readonly url: Promise<string> } | undefined;
  const primary = (): Promise<string> => {
    if (asked === undefined || performance.now() - asked.at > freshMs)
      asked = { at: performance.now(), url: findPrimary(urls) };
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

/** The first host that says that it takes writes. Rejects as a refused connection does, with what each host said. */
async function findPrimary(urls: readonly string[]): Promise<string> {
  const asking = urls.map(async (url) => {
    const client = new Client({
      connectionString: url,
      connectionTimeoutMillis: askMs,
      query_timeout: askMs,
    });
    client.on('error', () => {});
    try {
      await client.connect();
      const { rows } = await client.query<{ standby: boolean }>(`select pg_is_in_recovery() as standby`);
      if (rows[0]!.standby) throw new Error('is a standby');
      return url;
    } catch (error) {
      const { message, code } = error as Error & { code?: string };
      throw Object.assign(new Error(`${client.host}:${client.port}: ${message || code}`, { cause: error }), {
        code,
      });
    } finally {
      void client.end().catch(() => {});
    }
  });
  try {
    return await Promise.any(asking);
  } catch (error) {
    const { errors } = error as AggregateError & { errors: (Error & { code?: string })[] };
    const [first] = errors;
    // A refused password or a missing database is said as it is: it will not go by.
    const isWrong = errors.every(({ code }) => /^(?:28|3D|42)/.test(code ?? ''));
    throw Object.assign(
      new Error(`no host takes writes: ${errors.map(({ message }) => message).join('; ')}`),
      {
        code: isWrong ? first!.code : 'ECONNREFUSED',
      },
    );
  }
}
