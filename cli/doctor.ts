import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { scrubber } from '../app/log.ts';
import { examine } from './doctor/examine.ts';
import { print } from './doctor/print.ts';
import { secretsIn } from './doctor/secrets-in.ts';

/**
 * `npm run doctor`: looks at configuration, machine and every outside service, and says what to do. Changes nothing,
 * posts nothing, prints no secret. Exit code 1 where something fails.
 */
async function main(): Promise<number> {
  const dotEnv = readDotEnv();
  const environment = process.env;
  const findings = await examine({ environment, dotEnv });
  const secrets = [...secretsIn(dotEnv ?? {}), ...secretsIn(environment)];
  console.log(print(findings, scrubber(secrets)));
  return findings.some(({ state }) => state === 'fail') ? 1 : 0;
}

function readDotEnv(): Record<string, string | undefined> | undefined {
  try {
    return parseEnv(readFileSync('.env', 'utf8'));
  } catch {
    return undefined;
  }
}

process.exitCode = await main();
