import { parseArgs, type ParseArgsConfig } from 'node:util';
import { EX_CONFIG } from '../app/configuration/read-config.ts';
import { startProblem } from '../app/start-problem.ts';
import { ConfigError } from '../config.ts';
import { SymbolName } from '../schema/symbol/symbol.ts';
import { Timeframe, timeframes } from '../schema/timeframe.ts';
import { localZone, type LocalZone } from './candles/times/local-zone.ts';
import { optionProblem } from './option-problem.ts';

/** Exit codes of sysexits.h. */
const EX_USAGE = 64;
const EX_DATAERR = 65;
const EX_NOINPUT = 66;
const EX_FAILED = 1;

/** The command line is invalid; the message gives the reason. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** An expected failure: only its message is shown. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** A file that was given is not what the command can use; the message says why, and where. */
export class DataError extends Error {
  override readonly name = 'DataError';
}

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; allowPositionals: true; strict: true }>
>;

/**
 * Runs a command of the terminal: `--help` prints `help`; what was typed wrongly, a file that is not there and a bad configuration
 * end with a sentence, not with a stack. The number that `run` resolves with is the exit code, 0 by default.
 */
export async function command<O extends Options>(
  definition: {
    readonly help: string;
    readonly options: O;
    /** How many arguments it takes besides. @default none */
    readonly positionals?: { readonly min: number; readonly max: number };
  },
  run: (values: Parsed<O>['values'], positionals: readonly string[]) => unknown,
): Promise<void> {
  const { help, options, positionals: { min, max } = { min: 0, max: 0 } } = definition;
  // A reader that has gone, as `head` goes, ends no work by halves: a backup is still written, a database stopped.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    const args = process.argv.slice(2);
    if (args.some((one) => one === '--help' || one === '-h')) {
      console.log(help);
      return;
    }
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true });
    if (positionals.length < min) throw new UsageError('an argument is missing');
    if (positionals.length > max) throw new UsageError(`\`${positionals[max]}\` is one argument too many`);
    const code = await run(values, positionals);
    process.exitCode = typeof code === 'number' ? code : 0;
  } catch (error) {
    const { code, sentence } = failureOf(error);
    console.error(code === EX_USAGE ? `${sentence}\n\n${help}` : sentence);
    process.exitCode = code;
  }
}

/** A whole number of an option. Throws UsageError. */
export function wholeNumber(
  name: string,
  text: string,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  const bounds = most === Number.MAX_SAFE_INTEGER ? `at least ${least}` : `from ${least} to ${most}`;
  throw new UsageError(`--${name} ${text}: a whole number, ${bounds}, is needed`);
}

/** A finite number of an option. Throws UsageError. */
export function finiteNumber(name: string, text: string, least = -Infinity, most = Infinity): number {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(number) && number >= least && number <= most) return number;
  const bounds =
    most < Infinity ? ` from ${least} to ${most}` : least === -Infinity ? '' : `, at least ${least},`;
  throw new UsageError(`--${name} ${text}: a number${bounds} is needed`);
}

/** A number above 0 of an option. Throws UsageError. */
export function positiveNumber(name: string, text: string): number {
  const number = finiteNumber(name, text, 0);
  if (number > 0) return number;
  throw new UsageError(`--${name} ${text}: a number above 0 is needed`);
}

/** A timeframe of an option. Throws UsageError. */
export function timeframeOption(text: string): Timeframe {
  const parsed = Timeframe.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageError(`--timeframe ${text}: one of ${timeframes.join(', ')} is needed`);
}

/** A symbol of an option, in its public form. Throws UsageError. */
export function symbolOption(text: string): string {
  const parsed = SymbolName.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageError(`--symbol ${text}: ${parsed.error.issues[0]!.message}`);
}

/** The zone of an option that may be left out. Throws UsageError. */
export function zoneOption(text: string | undefined): { zone?: LocalZone } {
  if (text === undefined) return {};
  const zone = localZone(text);
  if (zone !== undefined) return { zone };
  throw new UsageError(
    `--zone ${text}: UTC, a shift as +02:00, a place as Europe/Athens, or one with hours added as America/New_York+7, is needed`,
  );
}

const files: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'may not be opened by this user',
  EISDIR: 'is a folder',
  ENOTDIR: 'is no folder',
};

/** Programming errors are shown with their stack, which locates them. */
function failureOf(error: unknown): { code: number; sentence: string } {
  if (!(error instanceof Error)) return { code: EX_FAILED, sentence: String(error) };
  const { code = '', message, path, syscall = '', stack = message } = error as NodeJS.ErrnoException;
  if (error instanceof ConfigError) return { code: EX_CONFIG, sentence: message };
  if (error instanceof UsageError) return { code: EX_USAGE, sentence: message };
  if (code.startsWith('ERR_PARSE_ARGS')) return { code: EX_USAGE, sentence: optionProblem(error) };
  if (error instanceof DataError) return { code: EX_DATAERR, sentence: message };
  if (code in files && syscall !== 'connect')
    return { code: EX_NOINPUT, sentence: `${path ?? 'what was named'}: ${files[code]}` };
  const isBug = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
  // In a command what refuses a connection is the database: other services are asked with a sentence of their own.
  const problem = path === undefined && syscall !== 'write' && !isBug ? startProblem(error) : undefined;
  if (problem !== undefined) return { code: EX_FAILED, sentence: problem };
  return { code: EX_FAILED, sentence: isBug ? stack : message || code };
}
