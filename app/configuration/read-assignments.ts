import { readFileSync, statSync } from 'node:fs';
import { type AssignmentEntry, AssignmentsFile } from '../../schema/strategies/assignment.ts';
import { fieldPath } from '../../schema/outside/field-path.ts';
import { OutsideJsonError, parseOutsideJson } from '../../schema/outside/outside-json.ts';

/** A hundred assignments with all symbols of a large plan are a tenth of it. */
const mostBytes = 1_000_000;

export type ReadAssignments =
  | { readonly entries: readonly AssignmentEntry[] }
  /** Sentences that name the file and the place in it. */
  | { readonly problems: readonly string[] };

/** Reads the file that STRATEGIES_FILE names: its form. Which strategies and channels there are is for others to know. */
export function readAssignments(path: string): ReadAssignments {
  const problem = (what: string) => ({ problems: [`STRATEGIES_FILE: ${path} ${what}`] });
  let text: string;
  try {
    const stats = statSync(path);
    if (!stats.isFile()) return problem('is no file');
    if (stats.size > mostBytes) return problem(`has ${stats.size} bytes, at most ${mostBytes} are read`);
    text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    return problem(reasons[code] ?? `cannot be read: ${message}`);
  }
  let value: unknown;
  try {
    value = parseOutsideJson(text);
  } catch (error) {
    if (!(error instanceof OutsideJsonError)) throw error;
    return problem(
      error.fault === 'syntax' ? `is no JSON: ${error.message}` : `cannot be taken: ${error.message}`,
    );
  }
  const parsed = AssignmentsFile.safeParse(value);
  if (parsed.success) return { entries: parsed.data.assignments };
  return {
    problems: parsed.error.issues.map(({ path: place, message }) => {
      const where = place.length === 0 ? 'the file' : fieldPath(place);
      return `STRATEGIES_FILE: ${path}: ${where}: ${message}`;
    }),
  };
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ENOTDIR: 'is not there',
  EACCES: 'may not be read by this user',
};
