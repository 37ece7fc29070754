import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const encodings = { br: promisify(brotliCompress), gz: promisify(gzip) };

/** Packs what was built once, as hard as it goes: `name.br` and `name.gz` beside each file, for the server to choose from. */
export function precompress(): Plugin {
  let folder = '';
  return {
    name: 'precompress',
    apply: 'build',
    configResolved: ({ root, build }) => {
      folder = resolve(root, build.outDir);
    },
    closeBundle: async () => {
      const files = await readdir(folder, { recursive: true, withFileTypes: true });
      const texts = files.filter(({ name }) => /\.(js|css|html|svg)$/.test(name));
      for (const { parentPath, name } of texts) {
        const path = join(parentPath, name);
        const bytes = await readFile(path);
        for (const [ending, pack] of Object.entries(encodings)) {
          await writeFile(`${path}.${ending}`, await pack(bytes));
        }
      }
    },
  };
}
