import { readFileSync, statSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { wordFor } from './known-names.ts';

/** Something that the operator should look at, though the server can start. */
export interface Note {
  readonly says: string;
  readonly todo: string;
}

/** What `.env` holds. Neither problems nor notes repeat a value, nor a line that is no assignment: either can be a secret. */
export interface DotEnv {
  readonly variables: Readonly<Record<string, string>>;
  /** Lines that cannot be accounted for: with any of them the server does not start. */
  readonly problems: readonly string[];
  readonly notes: readonly Note[];
}

/** Reads `.env`; undefined where there is none. */
export function readDotEnv(path = '.env'): DotEnv | undefined {
  try {
    return parseDotEnv(readFileSync(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === undefined) throw error;
    return { variables: {}, problems: [unreadable(path, code)], notes: [] };
  }
}

function unreadable(path: string, code: string): string {
  const owner = statSync(path, { throwIfNoEntry: false });
  if (owner === undefined || (code !== 'EACCES' && code !== 'EPERM')) return `.env: cannot be read (${code})`;
  const mode = (owner.mode & 0o777).toString(8).padStart(3, '0');
  return `.env: cannot be read: it is of user ${owner.uid}, mode ${mode}, and this process runs as user ${process.getuid?.()}`;
}

/** Takes every line of a `.env` apart, as Node does, but lets none pass that Node leaves out or joins to another. */
export function parseDotEnv(bytes: Uint8Array): DotEnv {
  const text = decode(bytes);
  if ('problem' in text) return { variables: {}, problems: [text.problem], notes: [] };
  const lines = text.text.split(/\r?\n|\r$/);
  const variables = new Map<string, string>();
  const setAt = new Map<string, number>();
  const problems: string[] = [];
  const notes: Note[] = [];
  for (let i = 0; i < lines.length; i++) {
    const first = i + 1;
    const line = lines[i]!;
    if (/^[ \t]*(?:#.*)?$/.test(line)) continue;
    const [, name, rest = ''] = assignment.exec(line) ?? [];
    if (name === undefined) {
      problems.push(`.env line ${first}: is no assignment: NAME=value is needed`);
      continue;
    }
    const statement = statementOf(lines, i, rest.trimStart());
    if ('problem' in statement) {
      problems.push(`.env line ${first}: ${wordFor(name)} ${statement.problem}`);
      continue;
    }
    i += statement.lines - 1;
    const value = parseEnv(`${name}=${statement.value}`)[name];
    if (value === undefined) {
      problems.push(`.env line ${first}: is no assignment: NAME=value is needed`);
      continue;
    }
    if (isCut(rest)) {
      notes.push({
        says: `.env line ${first}: the value of ${wordFor(name)} was cut at \`#\``,
        todo: 'put it into quotes if the `#` belongs to it, or a space before the `#` if a comment begins there',
      });
    }
    const before = setAt.get(name);
    if (before !== undefined) {
      notes.push({
        says: `.env sets ${wordFor(name)} on line ${before} and again on line ${first}: the last one counts`,
        todo: 'leave one of them',
      });
    }
    setAt.set(name, first);
    variables.set(name, value);
  }
  return { variables: Object.fromEntries(variables), problems, notes };
}

const assignment = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=(.*)$/;

/** UTF-8, with or without a byte order mark. */
function decode(bytes: Uint8Array): { text: string } | { problem: string } {
  const [first, second] = bytes;
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  // Without a mark every other byte of UTF-16 is a zero where the text is English.
  if (isMarked || bytes.subarray(0, 4).includes(0))
    return { problem: '.env line 1: is UTF-16 or no text at all: save the file as UTF-8' };
  let line = 1;
  let from = 0;
  // Line by line, so that the first bad one can be named; no byte of a longer character is a line feed.
  for (let at = 0; at <= bytes.length; at++) {
    if (at < bytes.length && bytes[at] !== 0x0a) continue;
    try {
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: line > 1 }).decode(
        bytes.subarray(from, at),
      );
      if (text.includes('\0'))
        return { problem: `.env line ${line}: holds a zero byte: save the file as UTF-8 text` };
      if (/\r(?!$)/.test(text))
        return { problem: `.env line ${line}: has a carriage return inside: end lines with LF or CRLF` };
    } catch {
      return { problem: `.env line ${line}: is not UTF-8: save the file as UTF-8` };
    }
    line++;
    from = at + 1;
  }
  return { text: new TextDecoder('utf-8').decode(bytes) };
}

/** The text of a value that begins on line `at` with `rest`: more lines where a quote is closed further down. */
function statementOf(
  lines: readonly string[],
  at: number,
  rest: string,
): { value: string; lines: number } | { problem: string } {
  const quote = /^["'`]/.exec(rest)?.[0];
  if (quote === undefined) {
    const value = bare(rest);
    const last = /["'`]$/.exec(value)?.[0];
    const isOpen = last !== undefined && value.split(last).length % 2 === 0;
    return isOpen ? { problem: `ends with a ${last} that nothing opens` } : { value: rest, lines: 1 };
  }
  for (let end = at; end < lines.length; end++) {
    const text = end === at ? rest : lines[end]!;
    // A quote that is not closed would swallow the settings below it.
    if (end > at && assignment.test(text)) break;
    const close = text.indexOf(quote, end === at ? 1 : 0);
    if (close < 0) continue;
    const behind = text.slice(close + 1);
    if (!/^[ \t]*(?:#.*)?$/.test(behind)) return { problem: `has text behind its closing ${quote}` };
    const value = [rest, ...lines.slice(at + 1, end + 1)].join('\n');
    return { value, lines: end - at + 1 };
  }
  return { problem: `begins with a ${quote} that is not closed` };
}

const bare = (rest: string): string => rest.replace(/#.*$/, '').trimEnd();

/** Does a value without quotes hold a `#` that follows on something other than a space? */
const isCut = (value: string): boolean => !/^\s*["'`]/.test(value) && /^[^#]*[^#\s]#|^#/.test(value);
