import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainShell } from '../support/plain-shell.ts';
import { type DataFolder, dataFolder, type RunningServer, startServer } from '../support/server.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const inRoot = (path: string) => join(root, 'node_modules', path);
const tsc = inRoot('typescript/bin/tsc');
const modes = [
  { module: 'nodenext', moduleResolution: 'nodenext' },
  { module: 'esnext', moduleResolution: 'bundler' },
];

let folder: DataFolder;
let server: RunningServer;
/** Holds the projects. Nothing of ours is found from there but what they install. */
let projects: string;
beforeAll(async () => {
  folder = await dataFolder();
  projects = await mkdtemp(join(tmpdir(), 'anso-projects-'));
  server = await startServer({ DATA_DIR: folder.path });
});
afterAll(async () => {
  await server?.stop();
  await folder.remove();
  await rm(projects, { recursive: true, force: true });
});

async function newProject(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const project = join(projects, name);
  await mkdir(join(project, 'node_modules'), { recursive: true });
  const manifest = { name, version: '1.0.0', private: true, type: 'module' };
  await writeFile(join(project, 'package.json'), JSON.stringify(manifest));
  for (const [path, text] of Object.entries(files)) await writeFile(join(project, path), text);
  return project;
}

/** Compiles a project in every way, strictly and with the types of its libraries looked at. */
async function compile(project: string, ...files: string[]): Promise<void> {
  for (const mode of modes) {
    const compilerOptions = {
      ...mode,
      target: 'es2023',
      lib: ['es2023', 'dom', 'dom.iterable'],
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      outDir: 'built',
    };
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    const { stdout } = await run(process.execPath, [tsc, '-p', project], { cwd: project }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout, mode.module).toBe('');
  }
}

const execute = (project: string, file: string, ...args: string[]) =>
  run(process.execPath, [join(project, file), ...args], { cwd: project, env: plainShell(), timeout: 60_000 });

describe('a project of a developer', () => {
  it(
    'installs the packed client, compiles with its types, and gets prices of a server',
    { timeout: 240_000 },
    async () => {
      const { stdout: packed } = await run('npm', ['pack', '--json', '--pack-destination', projects], {
        cwd: join(root, 'client'),
      });
      // What the build says comes before it.
      const [{ filename }] = JSON.parse(packed.slice(packed.indexOf('[\n'))) as [{ filename: string }];
      const project = await newProject('uses-client', {
        'prices.ts': `
        import { createClient } from 'anso-vision-client';
        const client = createClient({ url: process.argv[2]! });
        for await (const frame of client.prices({ symbols: ['BTCUSD'] })) {
          if (frame.type !== 'price_update') continue;
          const price: number = frame.price;
          // @ts-expect-error a price is a number
          const text: string = frame.price;
          // @ts-expect-error there is no such field
          void frame.prise;
          console.log(JSON.stringify({ symbol: frame.symbol, price, text }));
          break;
        }
        client.close();
      `,
        'globals.d.ts': 'declare const process: { argv: string[] };',
      });
      const install = ['install', '--offline', '--no-audit', '--no-fund', join(projects, filename)];
      await run('npm', install, { cwd: project, env: plainShell() });
      await symlink(inRoot('zod'), join(project, 'node_modules/zod'));
      await compile(project, 'prices.ts', 'globals.d.ts');
      // At run time nothing else is needed.
      await rm(join(project, 'node_modules/zod'));
      const { stdout } = await execute(project, 'built/prices.js', server.url);
      expect(JSON.parse(stdout)).toMatchObject({ symbol: 'BTCUSD', price: expect.any(Number) });
    },
  );

  it(
    'makes types of our OpenAPI that compile, with numbers that are numbers',
    { timeout: 240_000 },
    async () => {
      const project = await newProject('uses-openapi', {
        'candles.ts': `
        import type { operations, paths } from './api.js';
        type Candles = paths['/candles/{symbol}']['get'];
        type Content = Candles['responses'][200]['content'];
        const query: NonNullable<Candles['parameters']['query']> = { interval: '1min', outputsize: 20 };
        // @ts-expect-error a number is no text
        const wrong: typeof query = { outputsize: '20' };
        const url = (format: 'json' | 'csv') =>
          \`\${process.argv[2]}/candles/BTCUSD?interval=\${query.interval}&outputsize=\${query.outputsize}&format=\${format}\`;
        const { candles }: Content['application/json'] = await (await fetch(url('json'))).json();
        const csv: Content['text/csv'] = await (await fetch(url('csv'))).text();
        const range: number = Math.max(...candles.map(({ high, low }) => high - low));
        // @ts-expect-error JSON is no text
        const mixed: Content['text/csv'] = { candles };
        type Signals = operations['getSignals']['responses'][200]['content']['application/json'];
        const { signals }: Signals = await (await fetch(\`\${process.argv[2]}/signals?limit=5\`)).json();
        const odds: (number | null)[] = signals.map(({ risk_metrics }) => risk_metrics.prob_tp_hit);
        console.log(JSON.stringify({ count: candles.length, range, lines: csv.trim().split('\\n').length, odds, wrong, mixed: typeof mixed }));
      `,
        'globals.d.ts': 'declare const process: { argv: string[] };',
      });
      const document = await server.get('/openapi.json');
      await writeFile(join(project, 'openapi.json'), JSON.stringify(document));
      await run(
        process.execPath,
        [
          '--import',
          join(import.meta.dirname, 'with-compiler.ts'),
          inRoot('openapi-typescript/bin/cli.js'),
          join(project, 'openapi.json'),
          '-o',
          join(project, 'api.ts'),
        ],
        { cwd: project },
      );
      await compile(project, 'candles.ts', 'globals.d.ts');
      const { stdout } = await execute(project, 'built/candles.js', server.url);
      expect(JSON.parse(stdout)).toMatchObject({ count: 20, lines: 21, range: expect.any(Number) });
    },
  );
});
