import { execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from '../e2e/browser.ts';
import { dataFolder, startServer, type RunningServer } from '../support/server.ts';
import { needs } from '../support/needs.ts';

const run = promisify(execFile);
const example = (name: string) => join(import.meta.dirname, '../../examples', name);
const python = '/usr/bin/python3';

/** A whole minute may have to pass before a 1min close is decided, and another where the server started in the midst of one. */
const mostMs = 180_000;

let folder: Awaited<ReturnType<typeof dataFolder>>;
let server: RunningServer;
beforeAll(async () => {
  folder = await dataFolder();
  server = await startServer({ DATA_DIR: folder.path }, { withinMs: 60_000 });
});
afterAll(async () => {
  await server.stop('SIGTERM');
  await folder.remove();
});

/** Runs a program that never ends by itself until its output fits, and gives it. */
async function outputOf(file: string, parameters: string[], fits: (output: string) => boolean) {
  const program = spawn(file, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  try {
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`it said only: ${output}`)), mostMs);
      const hear = (chunk: Buffer) => {
        output += chunk.toString();
        if (!fits(output)) return;
        clearTimeout(late);
        resolve();
      };
      program.stdout.on('data', hear);
      program.stderr.on('data', hear);
      program.once('exit', (code) => {
        clearTimeout(late);
        reject(new Error(`it ended with ${code}: ${output}`));
      });
    });
  } finally {
    program.removeAllListeners('exit');
    program.kill('SIGKILL');
  }
  return output;
}

/** A price of a symbol, and a decision of each of its timeframes. */
const hasBoth = (output: string) =>
  /^BTCUSD \d+(?:\.\d+)?$/m.test(output) && /^BTCUSD 1min .*(?:BUY|SELL|WAIT) \S/m.test(output);

describe('examples', () => {
  it('tour.sh asks every route, and analyses 250 candles', async () => {
    const { stdout } = await run('sh', [example('tour.sh'), server.url]);
    expect(stdout).toMatch(/POST \/analyze with 250 candles\n\{"success":true,"symbol":"BTCUSD"/);
    expect(stdout).toContain('id,created_at,symbol');
  });

  it('tour.sh goes by PORT, and ends where no server answers', async () => {
    const { port } = new URL(server.url);
    const { stdout } = await run('sh', [example('tour.sh')], { env: { ...process.env, PORT: port } });
    expect(stdout).toContain('POST /analyze with 250 candles\n{"success":true');
    // Nothing can listen at port 0.
    const nowhere = run('sh', [example('tour.sh'), 'http://127.0.0.1:0']);
    await expect(nowhere).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no server answers at http://127.0.0.1:0') as string,
    });
  });

  it('client.ts follows prices and signals', { timeout: mostMs + 20_000 }, async () => {
    expect(hasBoth(await outputOf(process.execPath, [example('client.ts'), server.url], hasBoth))).toBe(true);
  });

  it('client.py follows prices and signals', { ...needs.websockets, timeout: mostMs + 20_000 }, async () => {
    const url = server.url.replace('http', 'ws');
    expect(hasBoth(await outputOf(python, [example('client.py'), url], hasBoth))).toBe(true);
  });

  it(
    'page.html shows prices and signals, opened from disk',
    { ...needs.chromium, timeout: mostMs + 20_000 },
    async () => {
      const browser = await launch();
      try {
        const page = await browser.newPage();
        await page.goto(`file://${example('page.html')}?server=${new URL(server.url).host}`);
        await page.getByText(/^BTCUSD [\d.]+ at /).waitFor({ timeout: 60_000 });
        await page
          .getByText(/^BTCUSD 1min (?:BUY|SELL|WAIT): /)
          .first()
          .waitFor({ timeout: mostMs });
      } finally {
        await browser.close();
      }
    },
  );

  it('README.md shows the CSV that the server gives', async () => {
    const readme = await readFile(example('../README.md'), 'utf8');
    const answer = await fetch(`${server.url}/signals?format=csv&limit=1`);
    const header = (await answer.text()).split('\r\n')[0]!;
    // As `cut` gives them: ranges and single columns.
    const shown = [...readme.matchAll(/signals\?format=csv' \| cut -d, -f([\d,-]+)\n(.*)\n/g)];
    expect(shown).toHaveLength(2);
    for (const [, fields = '', line] of shown) {
      const columns = fields.split(',').flatMap((part) => {
        const [first = 0, last = first] = part.split('-').map(Number);
        return header.split(',').slice(first - 1, last);
      });
      expect(line).toBe(columns.join(','));
    }
  });

  it('AnsoVision.mq5 asks for columns that the server gives, with cursors that it takes', async () => {
    const source = await readFile(example('AnsoVision.mq5'), 'utf8');
    const needed = [.../needed\[\] = \{([^}]*)\}/.exec(source)![1]!.matchAll(/"(\w+)"/g)].map(
      ([, name]) => name,
    );
    const places = /enum Column \{([^}]*)\}/
      .exec(source)![1]!
      .split(',')
      .map((name) => name.trim().toLowerCase());
    expect(places).toEqual(needed);

    const first = await fetch(`${server.url}/signals?format=csv&limit=1`);
    const columns = (await first.text()).split('\n')[0]!.split(',');
    expect(columns).toEqual(expect.arrayContaining(needed));
    const cursor = first.headers.get('x-latest') ?? '0';
    const later = await fetch(`${server.url}/signals?format=csv&limit=100&status=open&since=${cursor}`);
    expect(later.status).toBe(200);
    expect(later.headers.get('x-latest')).toBe(cursor);
  });
});
