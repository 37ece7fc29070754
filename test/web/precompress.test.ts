import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage, type BuiltPage } from '../e2e/build-page.ts';

describe('precompress', () => {
  let built: BuiltPage;
  beforeAll(async () => {
    built = await buildPage();
  });
  afterAll(() => built.remove());

  it('packs every text of the built page both ways, into the same text', async () => {
    const files = await readdir(built.dist, { recursive: true });
    const texts = files.filter((name) => /\.(js|css|html|svg)$/.test(name));
    expect(texts.length).toBeGreaterThanOrEqual(4);
    for (const name of texts) {
      const path = join(built.dist, name);
      const plain = await readFile(path);
      expect(brotliDecompressSync(await readFile(`${path}.br`)).equals(plain)).toBe(true);
      expect(gunzipSync(await readFile(`${path}.gz`)).equals(plain)).toBe(true);
    }
  });
});
