import { mkdir, mkdtemp, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of strategies that is removed with its test; `save` writes a file as an editor does, in one step. */
export async function strategyFolder(files: Readonly<Record<string, string>> = {}) {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'strategies-')));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const save = async (name: string, text: string): Promise<void> => {
    const path = join(dir, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(`${path}.saving`, text);
    await rename(`${path}.saving`, path);
  };
  for (const [name, text] of Object.entries(files)) await save(name, text);
  return { dir, save };
}

/** A strategy's file: what stands before it, and the body of its `decide`. */
export const strategyText = (body: string, before = '', more = ''): string => `
import * as tools from 'anso-vision/strategy';
const { strategy, z } = tools;
${before}
export default strategy({
  about: 'A test.',
  needs: { own: 250 },
  ${more}
  decide({ own, frames, market, params, symbol, random }) {
    ${body}
  },
});
`;

/** Decides by the last close alone. */
export const honest = `return own.close.at(-1)! > own.open.at(-1)! ? { action: 'BUY', reason: 'Up.' } : { action: 'WAIT', reason: 'Down.' };`;
