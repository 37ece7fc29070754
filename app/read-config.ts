import { type Config, ConfigError, parseConfig } from '../config.ts';

/** Exit code of a service that is configured wrongly (sysexits.h): starting it again is of no use. */
const EX_CONFIG = 78;

/** The configuration of the environment and of `.env`; ends the process where it is wrong. */
export function readConfig(): Config {
  try {
    process.loadEnvFile();
  } catch {
    // No .env: the environment alone counts.
  }
  try {
    return parseConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(EX_CONFIG);
  }
}
