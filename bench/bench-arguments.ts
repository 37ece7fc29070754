import { parseArgs, type ParseArgsConfig } from 'node:util';
import { optionProblem } from '../cli/option-problem.ts';

/** EX_USAGE of sysexits.h. */
const wrongUsage = 64;

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; allowPositionals: true; strict: true }>
>;

/**
 * What was typed behind a command of developers, which is a script from its first line to its last: `--help` prints `help` and ends the
 * process; so does what it does not take, with exit code 64. `most`: arguments besides options.
 */
export function benchArguments<O extends Options>(help: string, options: O, most = 0): Parsed<O> {
  const args = process.argv.slice(2);
  if (args.some((one) => one === '--help' || one === '-h')) end(0, help);
  try {
    const parsed = parseArgs({ args, options, allowPositionals: true, strict: true });
    if (parsed.positionals.length <= most) return parsed;
  } catch (error) {
    return end(wrongUsage, `${optionProblem(error)}\n\n${help}`);
  }
  return end(wrongUsage, `it takes ${most === 0 ? 'no arguments' : `at most ${most}`}\n\n${help}`);
}

function end(code: number, text: string): never {
  (code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  process.exit(code);
}
