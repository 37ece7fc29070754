import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');

describe('the client package', () => {
  it('builds what its exports name, and that runs with nothing installed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'anso-client-'));
    const manifest = JSON.parse(await readFile(join(root, 'client/package.json'), 'utf8')) as {
      exports: Record<'.', { types: string; default: string }>;
    };
    const paths = manifest.exports['.'];
    const built = (path: string) => join(folder, path.replace('./dist/', ''));
    await run(join(root, 'node_modules/.bin/tsc'), [
      '-p',
      join(root, 'client/tsconfig.json'),
      '--outDir',
      folder,
    ]);
    expect(await readFile(built(paths.types), 'utf8')).toContain('export declare function createClient');
    const { stdout } = await run(process.execPath, [
      '--input-type=module',
      '-e',
      `const { createClient } = await import(${JSON.stringify(`file://${built(paths.default)}`)});
       console.log(createClient({ url: 'http://127.0.0.1:1' }).state().prices)`,
    ]);
    expect(stdout.trim()).toBe('idle');
    await rm(folder, { recursive: true });
  });
});
