import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../../app/log.ts';
import { ownFolder } from '../../../app/configuration/own-folder.ts';
import { ownKeyFile, readOwnKey, withOwnKey } from '../../../app/configuration/own-key.ts';
import { startProblem } from '../../../app/start-problem.ts';
import { tellOfKey } from '../../../app/configuration/tell-of-key.ts';
import { type Config, parseConfig, secretsOf } from '../../../config.ts';

let folder: string;
let umask: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anso-key-'));
  // What a server is often started with: others may read what it makes, unless it says otherwise.
  umask = process.umask(0o022);
});
afterEach(async () => {
  process.umask(umask);
  await rm(folder, { recursive: true });
});
const configOf = (over: Record<string, string> = {}) =>
  parseConfig({ DATA_DIR: join(folder, 'data'), ...over });
/** As text: two secrets look alike to a matcher. */
const keysIn = ({ API_KEYS }: Pick<Config, 'API_KEYS'>) => API_KEYS?.map((key) => key.reveal());
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('the key that a server makes for itself', () => {
  it('has 256 random bits, in a file and a folder of its owner alone, and stays', async () => {
    const configured = configOf();
    const { config, problem } = await withOwnKey(configured);
    expect(problem).toBeUndefined();
    const [key] = keysIn(config)!;
    const path = join(folder, 'data/api-key');
    expect(ownKeyFile(config)).toBe(path);
    expect(await readFile(path, 'utf8')).toBe(`${key}\n`);
    expect(Buffer.from(key!, 'base64url')).toHaveLength(32);
    expect([await modeOf(path), await modeOf(join(folder, 'data'))]).toEqual(['600', '700']);
    expect(await readdir(join(folder, 'data'))).toEqual(['api-key']);
    expect(keysIn((await withOwnKey(configured)).config)).toEqual([key]);
    // The demo keeps its data elsewhere, and has the same key.
    expect(configured.demo).toBe(true);
    const live = await withOwnKey(configOf({ TWELVEDATA_API_KEY: 'k' }));
    expect(keysIn(live.config)).toEqual([key]);
    // Another folder, another key.
    const other = await withOwnKey(parseConfig({ DATA_DIR: join(folder, 'other') }));
    expect(keysIn(other.config)).not.toEqual([key]);
  });

  it('is one, of many processes that start at once', async () => {
    const all = await Promise.all(Array.from({ length: 50 }, () => withOwnKey(configOf())));
    const keys = all.map(({ config }) => keysIn(config)?.[0]);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toBeDefined();
    expect(await readdir(join(folder, 'data'))).toEqual(['api-key']);
  });

  it('is not made where API_KEYS is set, nor read', async () => {
    const { config } = await withOwnKey(configOf({ API_KEYS: 'one-key-1, other-key-2' }));
    expect(keysIn(config)).toEqual(['one-key-1', 'other-key-2']);
    await expect(stat(join(folder, 'data'))).rejects.toThrow('ENOENT');
  });

  it('is made for an empty API_KEYS too', async () => {
    expect(keysIn((await withOwnKey(configOf({ API_KEYS: '' }))).config)).toHaveLength(1);
  });

  it('may be the operator’s own, of at least 128 bits; what is no key is no way in', async () => {
    const path = join(folder, 'data/api-key');
    await mkdir(join(folder, 'data'));
    await writeFile(path, ' of-the-operator-0123456789 \r\n', { mode: 0o644 });
    expect(keysIn((await withOwnKey(configOf())).config)).toEqual(['of-the-operator-0123456789']);
    expect(await modeOf(path)).toBe('600');
    for (const text of ['', '\n', 'short', 'x'.repeat(21), `two words ${'x'.repeat(30)}`, 'ü'.repeat(30)]) {
      await writeFile(path, text);
      const { config, problem } = await withOwnKey(configOf());
      expect(keysIn(config), JSON.stringify(text)).toBeUndefined();
      expect(startProblem(problem)).toBe(
        `${path} holds no key of at least 22 characters: remove it, and the next start makes one`,
      );
      await expect(readOwnKey(path)).rejects.toThrow('holds no key');
    }
  });

  it('cannot be made where the folder is a file: a sentence says so', async () => {
    await writeFile(join(folder, 'data'), '');
    const { problem } = await withOwnKey(configOf());
    expect(startProblem(problem)).toMatch(/data: is no folder: set DATA_DIR$/);
  });

  it('is never told, its file is: once, with a warning where processes may have several', async () => {
    const logged = async (over: Record<string, string>) => {
      const lines: string[] = [];
      const { config } = await withOwnKey(configOf(over));
      const log = createLog({
        level: 'trace',
        pretty: false,
        secrets: secretsOf(config),
        destination: { write: (line) => void lines.push(line) },
      });
      tellOfKey(config, log);
      // Whatever else would print it.
      log.error(`key ${keysIn(config)![0]!}`);
      expect(lines.join('')).not.toContain(keysIn(config)![0]!);
      return lines.slice(0, -1).map((line) => JSON.parse(line) as Record<string, unknown>);
    };
    const path = join(folder, 'data/api-key');
    expect(await logged({})).toMatchObject([
      { level: 30, path, msg: expect.stringContaining('API_KEYS') as string },
    ]);
    const cluster = {
      ROLES: 'gateway',
      DATABASE_URL: 'postgres://localhost/x',
      REDIS_URL: 'redis://localhost',
    };
    expect(await logged(cluster)).toMatchObject([
      { level: 40, path, msg: expect.stringContaining('give all of them the same API_KEYS') as string },
    ]);
    expect(await logged({ API_KEYS: 'one-key-1' })).toEqual([]);
  });
});

describe('ownFolder', () => {
  it('makes all folders on the way for their owner alone', async () => {
    expect(await ownFolder(join(folder, 'a/b'))).toBeUndefined();
    expect([await modeOf(join(folder, 'a')), await modeOf(join(folder, 'a/b'))]).toEqual(['700', '700']);
  });

  it('closes what an earlier version left open, with the recordings in it, and leaves PostgreSQL’s alone', async () => {
    const data = join(folder, 'data');
    await mkdir(join(data, 'demo/ticks'), { recursive: true });
    await mkdir(join(data, 'postgres'));
    await mkdir(join(data, 'history/BTCUSD'), { recursive: true });
    const files = [
      'calendar.json',
      'demo/calendar.json',
      'demo/ticks/ticks-1.gz',
      'history/BTCUSD/2024-01.candles',
    ];
    for (const name of files) await writeFile(join(data, name), '');
    await writeFile(join(data, 'postgres/x'), '');
    await chmod(data, 0o755);
    expect(await ownFolder(data)).toBeUndefined();
    for (const name of ['', 'demo', 'demo/ticks', 'history/BTCUSD'])
      expect(await modeOf(join(data, name)), name).toBe('700');
    for (const name of files) expect(await modeOf(join(data, name)), name).toBe('600');
    expect(await modeOf(join(data, 'postgres/x'))).toBe('644');
  });

  it('leaves a folder alone that holds other things too, and says so', async () => {
    const home = join(folder, 'home');
    await mkdir(home);
    await writeFile(join(home, 'letter.txt'), '');
    expect(await ownFolder(home)).toBe(
      `other users may look into ${home} (mode 755): give this server a DATA_DIR of its own, with mode 700`,
    );
    expect([await modeOf(home), await modeOf(join(home, 'letter.txt'))]).toEqual(['755', '644']);
  });
});
