import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { init, parse } from 'es-module-lexer';

/** What a strategy's file imports from the server. */
export const DOOR = 'anso-vision/strategy';
/** Changes whenever the same file may decide otherwise under another server. */
const CONTRACT = '1';
const MOST_FILES = 50;
const MOST_BYTES = 512 * 1024;

/** A strategy's file and all that it imports, read once: what is hashed is what runs. */
export interface Closure {
  readonly entry: string;
  /** What runs, its types blanked out, by `file:` URL. */
  readonly code: Readonly<Record<string, string>>;
  /** SHA-256 over the contract and the files, by their places to each other, hex. */
  readonly hash: string;
}

/** A file that cannot be a strategy; the message says which and why. */
class ClosureError extends Error {
  override readonly name = 'ClosureError';
}

/**
 * Reads a strategy's file and the files beside it that it imports. Throws ClosureError for an import of anything else, a dynamic one, a
 * file that is too much or cannot be read, and TypeScript that needs more than its types taken away.
 */
export async function readClosure(file: string): Promise<Closure> {
  await init;
  const entryFile = await realpath(file).catch(() => fail(`${basename(file)} cannot be read`));
  const root = dirname(entryFile);
  const entry = pathToFileURL(entryFile).href;
  const sources: Record<string, string> = {};
  const code: Record<string, string> = {};
  const waiting = [entry];
  let bytes = 0;
  for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
    if (Object.hasOwn(sources, url)) continue;
    const source = await sourceOf(url, root);
    bytes += source.length;
    sources[url] = source;
    if (Object.keys(sources).length > MOST_FILES) fail(`more than ${MOST_FILES} files are imported`);
    if (bytes > MOST_BYTES) fail(`the files are larger than ${MOST_BYTES} bytes together`);
    const plain = plainCode(relative(root, fileURLToPath(url)), source);
    code[url] = plain;
    waiting.push(...importsOf(url, plain, root));
  }
  return { entry, code, hash: hashOf(sources, root) };
}

async function sourceOf(url: string, root: string): Promise<string> {
  const file = fileURLToPath(url);
  const real = await realpath(file).catch(() => fail(`${relative(root, file)} cannot be read`));
  if (!real.startsWith(root + sep)) fail(`${relative(root, file)} leads out of the strategies' folder`);
  return readFile(real, 'utf8').catch(() => fail(`${relative(root, file)} cannot be read`));
}

/** The types are gone then, imports of types too; what is left stands where it stood. */
function plainCode(name: string, source: string): string {
  try {
    return stripTypeScriptTypes(source);
  } catch (error) {
    return fail(`${name} is no TypeScript that Node can run as it is: ${lineOf(error)}${messageOf(error)}`);
  }
}

/** The URLs that a file imports, but for the server's door. */
function importsOf(url: string, code: string, root: string): string[] {
  const name = relative(root, fileURLToPath(url));
  return specifiersOf(name, code).flatMap((specifier) => {
    if (specifier === DOOR) return [];
    if (!/^\.\.?\//.test(specifier))
      fail(`${name} imports '${specifier}': only files beside it and '${DOOR}' can be imported`);
    const to = new URL(specifier, url);
    const path = fileURLToPath(to);
    if (!path.startsWith(root + sep)) fail(`${name} imports '${specifier}', out of the strategies' folder`);
    if (!/\.m?[jt]s$/.test(path) || to.search !== '' || to.hash !== '')
      fail(`${name} imports '${specifier}': a file ending in .ts is needed`);
    return [to.href];
  });
}

function specifiersOf(name: string, code: string): string[] {
  const imports = ((): ReturnType<typeof parse>[0] => {
    try {
      return parse(code, name)[0];
    } catch (error) {
      return fail(`${name} is no module: ${messageOf(error)}`);
    }
  })();
  return imports.flatMap(({ n: specifier, d: dynamic }) => {
    // import.meta names nothing.
    if (dynamic === -2) return [];
    if (dynamic >= 0 || specifier === undefined)
      fail(`${name} imports at run time: only static imports can be checked`);
    return [specifier];
  });
}

/** Node says the line above the error's name, and nowhere else. */
function lineOf(error: unknown): string {
  const line = /^[^\n]*:(\d+)\n/.exec((error as Error).stack ?? '')?.[1];
  return line === undefined ? '' : `line ${line}: `;
}

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().replaceAll(/\s+/g, ' ').slice(0, 300);

function hashOf(sources: Readonly<Record<string, string>>, root: string): string {
  const hash = createHash('sha256').update(`${CONTRACT}\n`);
  const byPath = Object.entries(sources).map(([url, source]) => [
    join(relative(root, fileURLToPath(url))).replaceAll(sep, '/'),
    source,
  ]);
  byPath.sort(([one = ''], [other = '']) => (one < other ? -1 : 1));
  return hash.update(JSON.stringify(byPath)).digest('hex');
}

function fail(message: string): never {
  throw new ClosureError(message);
}
