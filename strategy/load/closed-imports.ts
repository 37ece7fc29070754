import { registerHooks } from 'node:module';
import { type Closure, DOOR } from './read-closure.ts';

/**
 * From now on this thread imports nothing but the files of a closure, as they were read, and the server's door, which is loaded already. What
 * the static check has overseen is refused here, by name.
 */
export function closeImports({ code }: Closure, door: string): void {
  registerHooks({
    resolve(specifier, { parentURL }) {
      const url = specifier === DOOR ? door : hrefOf(specifier, parentURL);
      if (url !== door && (url === undefined || !Object.hasOwn(code, url)))
        throw new Error(`'${specifier}' is imported: only files beside it and '${DOOR}' can be`);
      return { url, format: url === door ? 'module-typescript' : 'module', shortCircuit: true };
    },
    load(url) {
      return { format: 'module', source: code[url]!, shortCircuit: true };
    },
  });
}

/** Kept: the global is gone when a strategy's own imports are resolved. */
const parseUrl = URL.parse.bind(URL);

function hrefOf(specifier: string, parentURL: string | undefined): string | undefined {
  return parseUrl(specifier, parentURL)?.href;
}
