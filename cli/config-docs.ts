import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { Environment } from '../config.ts';
import { command } from './command.ts';

/** One variable of the configuration as its documentation shows it. `fallback` undefined where unset is the default. */
export interface Variable {
  readonly name: string;
  readonly fallback: string | undefined;
  readonly description: string;
}

/** Every variable of the schema, in the schema's order. */
export function variables(): Variable[] {
  return Object.entries(Environment.shape).map(([name, type]) => {
    const meta = z.globalRegistry.get(type);
    return {
      name,
      fallback: meta?.default as string | undefined,
      description: meta?.description ?? '',
    };
  });
}

/** The text of `.env.example`: every variable commented out at its default. */
export function envExample(): string {
  const entries = variables().map(
    ({ name, fallback, description }) => `# ${description}\n#${name}=${fallback ?? ''}\n`,
  );
  return `# Copy to .env and uncomment what you change. Written from config.ts by \`npm run config-docs\`.\n\n${entries.join('\n')}`;
}

const start = '<!-- configuration: written by `npm run config-docs` -->';
const end = '<!-- /configuration -->';

/** The README with its configuration table renewed. Throws where the markers are missing. */
export function withConfigurationTable(readme: string): string {
  const from = readme.indexOf(start);
  const to = readme.indexOf(end);
  if (from < 0 || to < from) throw new Error(`README.md lacks the markers ${start} and ${end}`);
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const rows = variables().map(
    ({ name, fallback, description }) =>
      `| \`${name}\` | ${fallback === undefined ? 'unset' : `\`${cell(fallback)}\``} | ${cell(description)} |`,
  );
  const table = ['| variable | default | |', '|---|---|---|', ...rows].join('\n');
  return `${readme.slice(0, from)}${start}\n\n${table}\n\n${readme.slice(to)}`;
}

const help = `Usage: npm run config-docs

Writes .env.example and the table of README.md anew from config.ts.`;

if (import.meta.main) {
  await command({ help, options: {} }, async () => {
    await writeFile('.env.example', envExample());
    await writeFile('README.md', withConfigurationTable(await readFile('README.md', 'utf8')));
  });
}
