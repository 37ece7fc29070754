import { Problem } from './problem.ts';

/**
 * Parses a JSON body. One NUL at its end is ignored: MQL5's `StringToCharArray` appends one. Throws Problem 400 `bad_json`; for the NaN and Infinity that some languages
 * write into JSON it names the field, as `candles[17].close: must be a finite number`.
 */
export function parseJson(body: string): unknown {
  const text = body.endsWith('\0') ? body.slice(0, -1) : body;
  try {
    return JSON.parse(text);
  } catch (error) {
    const field = nonFiniteField(text);
    if (field !== undefined) throw new Problem(400, 'bad_request', `${field}: must be a finite number`);
    const what = text.trim() === '' ? 'it is empty' : (error as Error).message.slice(0, 200);
    throw new Problem(400, 'bad_json', `the body must be JSON: ${what}`);
  }
}

const marker = '\u0000not finite';

/** Path of the first NaN or Infinity, where the text is valid JSON apart from these. */
function nonFiniteField(text: string): string | undefined {
  const marked = text.replace(/([[:,]\s*)(?:NaN|[+-]?Infinity)(?=\s*[,\]}])/g, `$1${JSON.stringify(marker)}`);
  try {
    return pathTo(JSON.parse(marked), 0);
  } catch {
    return undefined;
  }
}

function pathTo(value: unknown, depth: number): string | undefined {
  if (value === marker) return '';
  if (typeof value !== 'object' || value === null || depth > 8) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const rest = pathTo(inner, depth + 1);
    if (rest === undefined) continue;
    const step = Array.isArray(value) ? `[${key}]` : depth === 0 ? key : `.${key}`;
    return step + rest;
  }
  return undefined;
}
