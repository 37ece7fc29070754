import { writeFile } from 'node:fs/promises';
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

/** The text of `docs/configuration.md`: every variable in a table. */
export function configurationPage(): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const rows = variables().map(
    ({ name, fallback, description }) =>
      `| \`${name}\` | ${fallback === undefined ? 'unset' : `\`${cell(fallback)}\``} | ${cell(description)} |`,
  );
  return `# Configuration

From the environment, and from \`.env\` where there is one: the environment wins. Bad values are all listed at once, with exit
code 78, before anything connects. \`npm run doctor\` checks what the values lead to. Written from \`config.ts\` by
\`npm run config-docs\`.

${['| variable | default | |', '|---|---|---|', ...rows].join('\n')}
`;
}

const help = `Usage: npm run config-docs

Writes .env.example and docs/configuration.md anew from config.ts.`;

if (import.meta.main) {
  await command({ help, options: {} }, async () => {
    await writeFile('.env.example', envExample());
    await writeFile('docs/configuration.md', configurationPage());
  });
}
