const help = `Usage: npm start

Starts the server. It takes no arguments: its settings come from the environment and from .env in the current folder; .env.example
lists them all. \`npm run doctor\` says what is wrong with them. Exit codes: 0 after SIGTERM, SIGINT or SIGHUP, 78 for a bad configuration,
1 for everything else.`;

/** EX_USAGE of sysexits.h. */
const wrongUsage = 64;

/** Says what the server takes, where it was asked or was given what it does not take, and ends the process then. */
export function answerHelp(args: readonly string[] = process.argv.slice(2)): void {
  const [first] = args;
  if (first === undefined) return;
  const isAsked = args.includes('--help') || args.includes('-h');
  // What is typed wrongly can be a secret: it is not repeated.
  const text = isAsked ? help : `npm start takes no arguments\n\n${help}`;
  (isAsked ? process.stdout : process.stderr).write(`${text}\n`);
  process.exit(isAsked ? 0 : wrongUsage);
}
