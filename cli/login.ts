import { ownKeyFile, readOwnKey } from '../app/configuration/own-key.ts';
import { loadConfig } from '../app/configuration/read-config.ts';
import type { Config } from '../config.ts';
import { LoginLinkAnswer } from '../schema/rest.ts';
import { networkReason } from '../schema/outside/network-reason.ts';
import { command, CommandError, UsageError } from './command.ts';
import { reachableUrl } from '../app/web/reachable-url.ts';

const help = `Usage: npm run login [-- --url URL]

Prints a link that logs a browser in to the queues of a running server. It works once, within ten minutes. The key is one of API_KEYS
or, where that is not set, the one in DATA_DIR; it is not printed.

  --url URL   the server, which is asked there and gets the key: an address of yours that answers from here (default: that of HOST and PORT)`;

/** A key of the server, as whoever may read its configuration or its DATA_DIR knows it. */
async function keyOf(config: Config): Promise<string> {
  const [configured] = config.API_KEYS ?? [];
  if (configured !== undefined) return configured.reveal();
  const path = ownKeyFile(config);
  const own = await readOwnKey(path);
  if (own === undefined) throw new CommandError(`there is no key in ${path} yet: the first start makes it`);
  return own;
}

await command({ help, options: { url: { type: 'string' } } }, async ({ url }) => {
  const { config } = loadConfig();
  const base = (url ?? reachableUrl(config)).replace(/\/+$/, '');
  if (!/^https?:$/.test(URL.parse(base)?.protocol ?? ''))
    throw new UsageError('--url: a URL beginning with http:// or https:// is needed');
  const headers = { 'x-api-key': await keyOf(config) };
  const response = await fetch(`${base}/admin/login-links`, {
    method: 'POST',
    headers,
    // The key would go along to another host.
    redirect: 'error',
    signal: AbortSignal.timeout(5000),
  }).catch((error: unknown) => {
    throw new CommandError(
      `${base} does not answer: ${networkReason(error)}; start the server, or name its address by --url`,
    );
  });
  const body: unknown = await response.json().catch(() => undefined);
  const answer = LoginLinkAnswer.safeParse(body);
  if (answer.success) console.log(`${base}${answer.data.path}`);
  else {
    const { error = 'no answer of an Anso Vision server' } = (body ?? {}) as { error?: string };
    throw new CommandError(`${base} gives no link: ${response.status}, ${error}`);
  }
});
