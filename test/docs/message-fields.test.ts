import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { endFields } from '../../schema/message-template.ts';

const root = join(import.meta.dirname, '../..');

describe('docs/operations.md on messages', () => {
  it('lists every placeholder of the templates, and no other', async () => {
    const text = await readFile(join(root, 'docs/operations.md'), 'utf8');
    const table = /\| placeholder \|[^]*?\n\n/.exec(text)?.[0] ?? '';
    const named = [...table.matchAll(/`\{([a-z_]+)\}`/g)].map(([, name]) => name!);
    expect(new Set(named)).toEqual(new Set(endFields));
    expect(named).toHaveLength(endFields.length);
  });
});
