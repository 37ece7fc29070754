/**
 * What is wrong with an option, by the error of `parseArgs`: whose own text names the option, and then goes on with advice for another
 * mistake.
 */
export function optionProblem(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const [, name = 'an option'] = /'(--?[^\s',]*)/.exec(message) ?? [];
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return `there is no option ${name}`;
  if (message.includes('does not take')) return `${name} takes no value`;
  return `${name} needs a value (one that begins with a dash: ${name}=-1)`;
}
