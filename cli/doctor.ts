import { readDotEnv } from '../app/configuration/dot-env.ts';
import { scrubber } from '../app/log.ts';
import { command } from './command.ts';
import { examine } from './doctor/examine.ts';
import { print } from './doctor/print.ts';
import { secretsIn } from './doctor/secrets-in.ts';

const help = `Usage: npm run doctor

Looks at configuration, machine and every outside service, and says what to do. Changes nothing, posts nothing, prints no secret. Exit
code 1 where something fails.`;

await command({ help, options: {} }, async () => {
  const dotEnv = readDotEnv();
  const environment = process.env;
  const findings = await examine({ environment, dotEnv });
  const secrets = [...secretsIn(dotEnv?.variables ?? {}), ...secretsIn(environment)];
  console.log(print(findings, scrubber(secrets)));
  return findings.some(({ state }) => state === 'fail') ? 1 : 0;
});
