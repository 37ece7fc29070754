import { type Config, ConfigError, parseConfig } from '../../config.ts';
import { readAssignments } from './read-assignments.ts';
import { dataFolderProblem } from './data-folder-problem.ts';
import { type Note, readDotEnv } from './dot-env.ts';
import { notesOf, withDotEnv } from './read-environment.ts';

/** Exit code of a service that is configured wrongly (sysexits.h): starting it again is of no use. */
export const EX_CONFIG = 78;

export interface ReadConfig {
  readonly config: Config;
  /** What to say at the start. */
  readonly notes: readonly Note[];
}

/** The configuration of the environment, of `.env` and of STRATEGIES_FILE. Throws ConfigError with all that is wrong with them, or with DATA_DIR. */
export function loadConfig(): ReadConfig {
  const dotEnv = readDotEnv();
  const notes = notesOf(process.env, dotEnv);
  const variables = withDotEnv(process.env, dotEnv);
  const hints = notes.map(inWords);
  const config = parseConfig(variables, dotEnv?.problems, hints);
  const problem = dataFolderProblem(config.baseDir);
  const { STRATEGIES_FILE } = config;
  const read =
    STRATEGIES_FILE === undefined ? { entries: config.assignments } : readAssignments(STRATEGIES_FILE);
  const problems = [
    ...(problem === undefined ? [] : [problem]),
    ...('problems' in read ? read.problems : []),
  ];
  if ('problems' in read || problems.length > 0) throw new ConfigError(problems, hints);
  // Libraries read some of their own: PGSSLROOTCERT, TZ.
  Object.assign(process.env, variables);
  return { config: Object.freeze({ ...config, assignments: read.entries }), notes };
}

/** The same, where a wrong one ends the process. */
export function readConfig(): ReadConfig {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(EX_CONFIG);
  }
}

export const inWords = ({ says, todo }: Note): string => `${says}: ${todo}`;
