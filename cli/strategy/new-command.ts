import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError, UsageError } from '../command.ts';

const door = fileURLToPath(new URL('../../strategy/entry.ts', import.meta.url));

/** Writes a first file of a strategy that runs, and for editors a `tsconfig.json` beside it where there is none. */
export async function newCommand(dirs: { readonly own: string }, name: string): Promise<number> {
  if (!/^[a-z][a-z0-9-]{0,49}$/.test(name))
    throw new UsageError(`${name}: a name is of small letters, digits and hyphens, and begins with a letter`);
  await mkdir(dirs.own, { recursive: true, mode: 0o700 });
  const file = join(dirs.own, `${name}.ts`);
  if (!(await writeNew(file, first))) throw new CommandError(`${file} is there already`);
  await writeNew(join(dirs.own, 'tsconfig.json'), `${JSON.stringify(editor, null, 2)}\n`);
  console.log(`${file}\n\nnpm run strategy -- check ${name}`);
  return 0;
}

async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** As Node runs it; the server's own types are found where they are. */
const editor = {
  compilerOptions: {
    target: 'ES2024',
    lib: ['ESNext'],
    module: 'ESNext',
    moduleResolution: 'bundler',
    noEmit: true,
    strict: true,
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    types: [],
    paths: { 'anso-vision/strategy': [door] },
  },
  include: ['*.ts'],
};

const first = `import { atr, ema, strategy, z } from 'anso-vision/strategy';

export default strategy({
  about: 'Buys a close that comes back above its average.',
  needs: { own: 250 },
  params: z.strictObject({
    length: z.int().min(5).max(50).default(20),
    stop: z.number().min(0.5).max(5).default(2),
  }),
  search: { length: [10, 20, 40] },
  decide({ own, params }) {
    const close = own.close.at(-1)!;
    const isAbove = close > ema(own.close, params.length);
    const wasBelow = own.close.at(-2)! <= ema(own.close, params.length, 1);
    if (!isAbove || !wasBelow) return { action: 'WAIT', reason: 'The close has not come back above its average.' };
    return {
      action: 'BUY',
      stop: close - params.stop * atr(own, 14),
      rewardMultiple: 1.5,
      horizonBars: 24,
      score: 1,
      reason: \`The close is back above its \${params.length}-bar average.\`,
    };
  },
});
`;
