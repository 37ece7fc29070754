import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chown, chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { postgresUser } from '../../../store/embedded/postgres-user.ts';
import { freePort } from '../free-port.ts';
import { ownTime } from '../own-time.ts';
import { until } from '../until.ts';
import { temporaryFolder } from './database.ts';

export interface Proxy {
  readonly port: number;
  /** Of the certificate that it shows for `localhost`, PEM: as an authority it vouches for itself. */
  readonly certificate: string;
  /** Where that lies. */
  readonly certificateFile: string;
  dispose(): Promise<void>;
}

/** The settings that the documentation shows, by the name of their file. */
export const shownSettings = (name: string): Promise<string> =>
  readFile(join(import.meta.dirname, '../../../ops', name), 'utf8');

/** Puts what an operator puts there in place of each example; one that is not there is a fault of the test. */
export function filledIn(text: string, values: readonly (readonly [string | RegExp, string])[]): string {
  let filled = text;
  for (const [example, value] of values) {
    const next = filled.replace(example, () => value);
    if (next === filled) throw new Error(`there is no ${String(example)} in ${filled}`);
    filled = next;
  }
  return filled;
}

/** An nginx of our own on a loopback port, unprivileged. `site`: the content of its `http` block, with the examples still in it. */
export function nginx(site: string, upstream: number): Promise<Proxy> {
  return start(async ({ folder, port, certificate, key }) => {
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${join(folder, name)};`)
      .join('\n');
    const filled = filledIn(site, [
      ['listen 443 ssl', `listen 127.0.0.1:${port} ssl`],
      [/server_name \S+;/, 'server_name localhost;'],
      [/ssl_certificate +\S+;/, `ssl_certificate ${certificate};`],
      [/ssl_certificate_key +\S+;/, `ssl_certificate_key ${key};`],
    ]).replaceAll('127.0.0.1:8080', `127.0.0.1:${upstream}`);
    await writeFile(
      join(folder, 'nginx.conf'),
      `daemon off;\nworker_processes 1;\npid ${join(folder, 'pid')};\nerror_log stderr warn;\nevents {}\nhttp {\naccess_log off;\n${temporary}\n${filled}}\n`,
    );
    return ['nginx', ['-e', 'stderr', '-p', folder, '-c', join(folder, 'nginx.conf')]];
  });
}

/** A Caddy of our own on a loopback port, unprivileged. `site`: the shown Caddyfile. */
export function caddy(site: string, ...upstreams: readonly number[]): Promise<Proxy> {
  return start(async ({ folder, port, certificate, key }) => {
    const filled = filledIn(site, [
      [
        /^\S+\.example\.org \{/m,
        `https://localhost:${port} {\n  bind 127.0.0.1\n  tls ${certificate} ${key}`,
      ],
      [/\S+:8080(?: \S+:8080)*/, upstreams.map((port) => `127.0.0.1:${port}`).join(' ')],
    ]);
    await writeFile(
      join(folder, 'Caddyfile'),
      `{\n  admin off\n  auto_https disable_redirects\n  skip_install_trust\n}\n${filled}`,
    );
    return ['caddy', ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')]];
  });
}

interface Place {
  readonly folder: string;
  readonly port: number;
  /** Paths. */
  readonly certificate: string;
  readonly key: string;
}

async function start(prepare: (place: Place) => Promise<[string, string[]]>): Promise<Proxy> {
  const temporary = await temporaryFolder();
  const { path } = temporary;
  const folder = join(path, 'proxy');
  await mkdir(folder);
  const [certificate, key] = [join(path, 'certificate.pem'), join(path, 'key.pem')];
  // Of the tests' own date, which need not be the machine's.
  execFileSync(
    'openssl',
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout ${key} -out ${certificate}`.split(
      ' ',
    ),
    { stdio: 'ignore' },
  );
  await chmod(key, 0o644);
  const port = await freePort();
  const [program, parameters] = await prepare({ folder, port, certificate, key });
  const identity = await postgresUser();
  if (identity !== undefined) await chown(folder, identity.uid, identity.gid);
  let said = '';
  const child: ChildProcess = spawn(program, parameters, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...ownTime(), HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    ...identity,
  });
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
  const gone = new Promise<void>((done) => child.once('exit', () => done()));
  const dispose = async () => {
    child.kill('SIGTERM');
    await gone;
    await temporary.remove();
  };
  try {
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`${program} ended: ${said}`);
      return answers(port);
    });
  } catch (error) {
    await dispose();
    throw error;
  }
  return { port, certificate: await readFile(certificate, 'utf8'), certificateFile: certificate, dispose };
}

const answers = (port: number) =>
  new Promise<boolean>((done) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      done(true);
    });
    socket.on('error', () => done(false));
  });
