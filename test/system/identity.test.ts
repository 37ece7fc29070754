import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callingCandles } from '../support/calling-candles.ts';
import { freePort } from '../support/free-port.ts';
import { plainShell } from '../support/plain-shell.ts';
import { dataFolder, type RunningServer, startServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { recordingName } from '../../streams/recording/recorder.ts';

const command = (file: string, parameters: string[], env: Record<string, string>) =>
  new Promise<{ code: number; out: string; err: string }>((done) => {
    const cwd = tmpdir();
    execFile(
      process.execPath,
      [join(import.meta.dirname, '../..', file), ...parameters],
      { cwd, env: { ...plainShell(), ...env }, timeout: 60_000 },
      (error, out, err) => done({ code: error === null ? 0 : Number(error.code ?? -1), out, err }),
    );
  });
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
const close = JSON.stringify({ symbol: 'OUTSIDE', timeframe: '1h', candles: callingCandles() });

describe('a server without API_KEYS', () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let server: RunningServer;
  let key: string;
  const environment = () => ({ DATA_DIR: folder.path, API_KEYS: '', RECORD_TICKS: 'true' });
  const post = (headers: Record<string, string> = {}, to = server.url) =>
    fetch(`${to}/api/candle-complete`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: close,
    });
  const linkOf = ({ log }: RunningServer) =>
    log.flatMap(({ link }) => (typeof link === 'string' ? [link] : []));
  const everyFile = async (path: string): Promise<string[]> =>
    (await readdir(path, { withFileTypes: true, recursive: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  beforeAll(async () => {
    folder = await dataFolder();
    server = await startServer(environment());
    key = (await readFile(join(folder.path, 'api-key'), 'utf8')).trim();
  });
  afterAll(async () => {
    server.process.kill('SIGKILL');
    await folder.remove();
  });

  it('makes a key for its owner alone, tells where, and never which', async () => {
    expect(Buffer.from(key, 'base64url').length * 8).toBeGreaterThanOrEqual(128);
    expect([await modeOf(join(folder.path, 'api-key')), await modeOf(folder.path)]).toEqual(['600', '700']);
    expect(server.log.filter(({ path }) => path === join(folder.path, 'api-key'))).toHaveLength(1);
    expect(JSON.stringify(server.log)).not.toContain(key);
  });

  it('asks for it over loopback too', async () => {
    for (const path of ['/admin/queues', '/admin/queues/api/queues', '/ADMIN/queues'])
      expect([401, 404], path).toContain((await fetch(server.url + path)).status);
    expect((await post()).status).toBe(401);
    expect((await post({ 'x-api-key': key.slice(1) })).status).toBe(401);
    expect((await post({ 'x-api-key': key })).status).toBe(200);
    expect((await post({ authorization: `Bearer ${key}` })).status).toBe(200);
  });

  it('answers nobody through a bare proxy_pass on this machine', async () => {
    // What `proxy_pass http://127.0.0.1:PORT;` alone does: loopback, its Host, and no header that tells of a proxy.
    const target = new URL(server.url);
    const proxy = createServer();
    proxy.on('connection', (socket) => {
      const through = connectTcp(Number(target.port), '127.0.0.1');
      socket.pipe(through).pipe(socket);
      for (const one of [socket, through]) one.on('error', () => {}).on('close', () => socket.destroy());
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    try {
      for (const more of [{}, { 'CF-Connecting-IP': '127.0.0.1' }, { 'X-Forwarded-Port': '443' }]) {
        expect((await post(more, url)).status).toBe(401);
        expect((await fetch(`${url}/admin/queues`, { headers: more })).status).toBe(401);
      }
    } finally {
      proxy.close();
    }
  });

  it('prints a link that lets a browser in once', async () => {
    const [link, ...others] = linkOf(server);
    expect(others).toEqual([]);
    expect(link).toMatch(new RegExp(`^${server.url}/admin/login\\?token=[\\w-]{43}$`));
    const entered = await fetch(link!, { redirect: 'manual' });
    expect(entered.status).toBe(303);
    expect(new URL(entered.headers.get('location')!, link).href).toBe(`${server.url}/`);
    const cookie = entered.headers.get('set-cookie')!.split(';')[0]!;
    expect((await fetch(`${server.url}/admin/queues/api/queues`, { headers: { cookie } })).status).toBe(200);
    expect((await fetch(link!, { redirect: 'manual' })).status).toBe(401);
  });

  it('has another link for whoever may read the key: npm run login', async () => {
    const where = { DATA_DIR: folder.path, PORT: new URL(server.url).port };
    const { code, out } = await command('cli/login.ts', [], where);
    expect(code).toBe(0);
    expect((await fetch(out.trim(), { redirect: 'manual' })).status).toBe(303);
    expect((await fetch(out.trim(), { redirect: 'manual' })).status).toBe(401);
    const elsewhere = await mkdtemp(join(tmpdir(), 'anso-none-'));
    const without = await command('cli/login.ts', ['--url', server.url], { DATA_DIR: elsewhere });
    expect([without.code, without.out]).toEqual([1, '']);
    expect(without.err).toContain(`there is no key in ${elsewhere}/api-key yet`);
    const wrong = await command('cli/login.ts', ['--url', server.url], { API_KEYS: 'not-the-right-key' });
    expect([wrong.code, wrong.out]).toEqual([1, '']);
    expect(wrong.err).toContain('401, this API key is not known');
    const away = await command('cli/login.ts', ['--url', `http://127.0.0.1:${await freePort()}`], {
      API_KEYS: 'not-the-right-key',
    });
    expect([away.code, away.out]).toEqual([1, '']);
    expect(away.err).toMatch(/does not answer: .*ECONNREFUSED/);
    for (const { err } of [without, wrong, away]) expect(err).not.toMatch(/\n\s+at |not-the-right-key/);
    await rm(elsewhere, { recursive: true });
  });

  it('keeps everything in DATA_DIR for its owner alone', async () => {
    const ticks = join(folder.path, 'demo/ticks');
    await until(async () => (await readdir(ticks).catch(() => [])).some((name) => recordingName.test(name)));
    await until(() => stat(join(folder.path, 'demo/calendar.json')).catch(() => undefined));
    for (const path of await everyFile(folder.path)) expect(await modeOf(path), path).toBe('600');
    for (const path of ['demo', 'demo/ticks'])
      expect(await modeOf(join(folder.path, path)), path).toBe('700');
  });

  it('is one server by a link to its DATA_DIR, too', async () => {
    const link = `${folder.path}-link`;
    await symlink(folder.path, link);
    try {
      await expect(startServer({ ...environment(), DATA_DIR: `${link}/` })).rejects.toThrow(
        /exited with 1.*the folder .* is in use by/s,
      );
    } finally {
      await rm(link);
    }
  });

  it('has the same key and another link after a restart', async () => {
    const [before] = linkOf(server);
    expect(await server.stop()).toBe(0);
    server = await startServer(environment());
    expect((await readFile(join(folder.path, 'api-key'), 'utf8')).trim()).toBe(key);
    expect((await post({ 'x-api-key': key })).status).toBe(200);
    const [after] = linkOf(server);
    expect(after).not.toBe(before);
    expect((await fetch(after!, { redirect: 'manual' })).status).toBe(303);
  });
});
