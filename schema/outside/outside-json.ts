import { quoted, textFault } from './outside-text.ts';

/** Why a stranger's JSON is not taken: it is none (`syntax`), or holds what none of ours may hold (`content`). */
export class OutsideJsonError extends Error {
  override name = 'OutsideJsonError';
  readonly fault: 'syntax' | 'content';
  constructor(fault: 'syntax' | 'content', message: string) {
    super(message);
    this.fault = fault;
  }
}

/** Nothing that is taken nests deeper than 4. */
const maxDepth = 16;
/** Enough for 20,000 candles of seven fields. */
const maxValues = 150_000;

/**
 * Parses a stranger's JSON text. Depth and number of values are counted before it is parsed; text in it, names of fields too, is held
 * to `textFault`. Throws OutsideJsonError with the first problem and its place, as `candles[3].symbol must not hold U+0000`.
 */
export function parseOutsideJson(text: string): unknown {
  const isSuspicious = refuseCostly(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const what = text.trim() === '' ? 'it is empty' : quoted((error as Error).message, 200);
    throw new OutsideJsonError('syntax', what);
  }
  const found = isSuspicious ? faultIn(value) : undefined;
  if (found === undefined) return value;
  throw new OutsideJsonError('content', `${found.place.replace(/^\./, '')} ${found.fault}`.trimStart());
}

/** One pass over the text. True where its strings have to be looked at: they have escapes or are more than ASCII. */
function refuseCostly(text: string): boolean {
  let depth = 0;
  let values = 1;
  let isSuspicious = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) {
      for (i++; i < text.length && text.charCodeAt(i) !== quote; i++) {
        const inner = text.charCodeAt(i);
        if (inner > 126) isSuspicious = true;
        else if (inner === backslash) {
          isSuspicious = true;
          i++;
        }
      }
    } else if (code === openBracket || code === openBrace) {
      if (++depth > maxDepth) throw new OutsideJsonError('content', `is nested deeper than ${maxDepth}`);
    } else if (code === closeBracket || code === closeBrace) depth--;
    else if (code === comma && ++values > maxValues)
      throw new OutsideJsonError('content', `has more than ${maxValues} values`);
  }
  return isSuspicious;
}

const [quote, backslash, comma] = [34, 92, 44];
const [openBracket, closeBracket, openBrace, closeBrace] = [91, 93, 123, 125];

interface TextFault {
  /** As `.candles[3].symbol`. */
  readonly place: string;
  readonly fault: string;
}

/** The first text in a value that is not taken. */
function faultIn(value: unknown): TextFault | undefined {
  if (typeof value === 'string') {
    const fault = textFault(value);
    return fault === undefined ? undefined : { place: '', fault };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const ofName = textFault(key);
    const found = ofName === undefined ? faultIn(inner) : { place: '', fault: `is a name that ${ofName}` };
    if (found === undefined) continue;
    const step = Array.isArray(value) ? `[${key}]` : `.${quoted(key)}`;
    return { place: step + found.place, fault: found.fault };
  }
  return undefined;
}
