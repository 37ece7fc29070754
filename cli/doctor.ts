import { readDotEnv } from '../app/configuration/dot-env.ts';
import { loadConfig } from '../app/configuration/read-config.ts';
import { scrubber } from '../app/log.ts';
import { machineClock } from '../streams/clock/machine-clock.ts';
import { command, UsageError } from './command.ts';
import { examine } from './doctor/examine.ts';
import type { Finding } from './doctor/finding.ts';
import { print } from './doctor/print.ts';
import { secretsIn } from './doctor/secrets-in.ts';
import { channelNames, sendTests } from './doctor/send-tests.ts';

const help = `Usage: npm run doctor [-- --send-test CHANNEL]

Looks at configuration, machine and every outside service, and says what to do. Changes nothing, posts nothing, prints no secret. Exit
code 1 where something fails.

  --send-test CHANNEL   instead send one message to telegram, discord or webhook that says that it is a test and holds nothing to trade;
                        again for another channel. The community platform takes nothing but trades: it is asked about an invented
                        post where COMMUNITY_LOOKUP_PATH is set, and else left alone`;

await command(
  { help, options: { 'send-test': { type: 'string', multiple: true } } },
  async ({ 'send-test': names }) => {
    const findings = names === undefined ? await lookAt() : await test([...new Set(names)]);
    const secrets = [...secretsIn(readDotEnv()?.variables ?? {}), ...secretsIn(process.env)];
    console.log(print(findings, scrubber(secrets)));
    return findings.some(({ state }) => state === 'fail') ? 1 : 0;
  },
);

function lookAt(): Promise<Finding[]> {
  return examine({ environment: process.env, dotEnv: readDotEnv() });
}

async function test(names: readonly string[]): Promise<Finding[]> {
  const unknown = names.find((name) => !channelNames.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`--send-test ${unknown}: one of ${channelNames.join(', ')} is needed`);
  return sendTests(loadConfig().config, names, machineClock.wallNow);
}
