import { execFileSync, spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { given } from '../support/needs.ts';
import { temporaryFolder } from '../support/services/database.ts';

const root = join(import.meta.dirname, '../..');
const file = (name: string) => readFile(join(root, name), 'utf8');

describe('the settings for a proxy in front', () => {
  it('are shown in the documentation as they are', async () => {
    const page = await file('docs/operations.md');
    const names = await readdir(join(root, 'ops/proxy'));
    expect(names.sort()).toEqual(['Caddyfile', 'Caddyfile.sub-path', 'nginx-sub-path.conf', 'nginx.conf']);
    for (const name of names) expect(page).toContain(`\n${await file(`ops/proxy/${name}`)}\`\`\`\n`);
  });
});

const hasVerify = spawnSync('systemd-analyze', ['--version'], { stdio: 'ignore' }).status === 0;

describe('the settings for several machines', () => {
  it('are shown in the documentation as they are', async () => {
    const page = await file('docs/machines.md');
    expect(page).toContain(`\n${await file('ops/balancer/Caddyfile')}\`\`\`\n`);
    for (const role of ['ingest', 'analysis', 'gateway', 'delivery']) {
      expect(page).toContain(`anso-vision@${role}`);
      expect(await file(`ops/roles/${role}.env`)).toMatch(new RegExp(`^ROLES=${role}\nPORT=808\\d\n$`));
    }
  });
});

describe.each([
  ['anso-vision.service', 'anso-vision.service'],
  ['anso-vision@.service', 'anso-vision@ingest.service'],
])('the unit of systemd %s', (name, instance) => {
  it('has nothing that systemd finds fault with', given('systemd-analyze', hasVerify), async () => {
    const unit = await file(`ops/${name}`);
    const folder = await temporaryFolder();
    try {
      const path = join(folder.path, instance);
      await writeFile(path, unit.replaceAll('/opt/anso-vision', root));
      const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
      expect([status, stdout + stderr]).toEqual([0, '']);
    } finally {
      await folder.remove();
    }
  });
});

describe('a checkout', () => {
  it('has the line ends of Unix, whatever git is set to', given('a git repository', isRepository()), () => {
    const names = ['store/migrations/001-tables.sql', '.ci/run', 'examples/tour.sh', 'main.ts'];
    const said = execFileSync('git', ['check-attr', 'eol', '--', ...names], { cwd: root, encoding: 'utf8' });
    expect(said.trim().split('\n')).toEqual(names.map((name) => `${name}: eol: lf`));
  });

  it('leaves out of an image all data and secrets that git leaves out', async () => {
    const entries = async (name: string) =>
      (await file(name))
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.replaceAll(/^\/|\/$/g, ''));
    const built = new Set(['coverage', 'client/dist']);
    expect(await entries('.dockerignore')).toEqual(
      expect.arrayContaining((await entries('.gitignore')).filter((entry) => !built.has(entry))),
    );
  });

  it('has what builds the page among what production installs', () => {
    expect(Object.keys(packageJson.dependencies)).toEqual(
      expect.arrayContaining(['vite', 'preact', 'lightweight-charts']),
    );
  });
});

function isRepository(): boolean {
  return spawnSync('git', ['rev-parse'], { cwd: root, stdio: 'ignore' }).status === 0;
}
