import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataFolder, startServer } from '../support/server.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anso-config-'));
});
afterEach(() => rm(folder, { recursive: true }));

const root = join(import.meta.dirname, '../..');
/** Runs a command in a folder with this `.env`, until it ends. */
const run = (file: string, env: Record<string, string> = {}, timeout = 40_000) =>
  new Promise<{ code: number; output: string }>((done) => {
    const options = { cwd: folder, env: { PATH: process.env['PATH'], LOG_PRETTY: 'false', ...env }, timeout };
    execFile(process.execPath, [join(root, file)], options, (error, out, err) =>
      done({ code: error === null ? 0 : Number(error.code ?? -1), output: out + err }),
    );
  });
const dotEnv = (bytes: string | Uint8Array) => writeFile(join(folder, '.env'), bytes);
/** A last line that no server starts with: what is said of the others is seen without starting one. */
const stopper = 'CLOCK=canary-clock\n';
const live = 'COMMUNITY_TRADING_URL=https://platform.example\nCOMMUNITY_API_KEY=canary-platform\n';
const stack = /\n\s+at |"stack"/;

describe('a server whose .env is not what it seems', () => {
  it('is live with a byte order mark before its key', async () => {
    await dotEnv(`\ufeffTWELVEDATA_API_KEY=canary-key\n${live}${stopper}`);
    const { code, output } = await run('main.ts');
    expect(code).toBe(78);
    expect(output.trim().split('\n')).toEqual(['bad configuration:', '  CLOCK: must be one of wall, feed']);
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['has no key', live, /COMMUNITY_TRADING_URL: is set, but TWELVEDATA_API_KEY is not/],
    [
      'has a misspelt key',
      `TWELVE_DATA_API_KEY=canary-key\n${live}`,
      /COMMUNITY_TRADING_URL: is set, but TWELVEDATA_API_KEY is not[\s\S]*look also at this:\n.*TWELVE_DATA_API_KEY.*is TWELVEDATA_API_KEY meant\?/,
    ],
    [
      'is UTF-16',
      Buffer.from(`\ufeffTWELVEDATA_API_KEY=canary-key\n${live}`, 'utf16le'),
      /\.env line 1: is UTF-16/,
    ],
    ['is YAML', `${live}TWELVEDATA_API_KEY: canary-key\n`, /\.env line 3: is no assignment/],
    [
      'cuts a key',
      `TWELVEDATA_API_KEY=canary-key#x\n${live}PORT=x`,
      /line 1: the value of TWELVEDATA_API_KEY was cut/,
    ],
    [
      'has a broken URL',
      'REDIS_URL=redis://:canary%off@127.0.0.1:1\n',
      /REDIS_URL: a % in its user, password/,
    ],
    [
      'has a broken database',
      'DATABASE_URL=postgres://u:canary%off@127.0.0.1:1/d',
      /DATABASE_URL: a % in its user/,
    ],
    ['trusts a yes', 'TRUST_PROXY=yes', /TRUST_PROXY: the number of proxies is needed/],
  ])('ends with 78 and says why where it %s, as the doctor does', async (_, bytes, said) => {
    await dotEnv(bytes);
    const server = await run('main.ts');
    const doctor = await run('cli/doctor.ts');
    expect([server.code, doctor.code]).toEqual([78, 1]);
    expect(server.output).toMatch(said);
    for (const part of said.source.split('[\\s\\S]*').slice(0, 1))
      expect(doctor.output).toMatch(new RegExp(part));
    for (const { output } of [server, doctor]) {
      expect(output).not.toMatch(stack);
      expect(output).not.toContain('canary');
    }
  });
});

describe('a server that cannot start', () => {
  it('says in a sentence that its port is taken, or its folder in use', async () => {
    const data = await dataFolder();
    const taken = createServer();
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const other = await run('main.ts', { DATA_DIR: data.path, PORT: String(port) });
    const begun = (await readdir(data.path)).filter((name) => name !== 'api-key');
    taken.close();
    const first = await startServer({ DATA_DIR: data.path }, { withinMs: 60_000 });
    const second = await run('main.ts', { DATA_DIR: data.path, PORT: '0' });
    await first.stop();
    await data.remove();

    expect(other.output).toContain(`could not start: port ${port} on 127.0.0.1 is taken by another program`);
    expect(second.output).toMatch(
      /could not start: the folder \S+ is in use by another server or command of Anso Vision, process \d+: stop it \(a server: `npm stop`\), or set another DATA_DIR/,
    );
    // Before the work of a first start, and without any of it.
    expect(begun).toEqual([]);
    expect(other.output).not.toContain('created the database');
    for (const { code, output } of [other, second]) {
      expect(code).toBe(1);
      expect(output).not.toMatch(stack);
    }
  });
});
