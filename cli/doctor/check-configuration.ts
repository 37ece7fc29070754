import type { DotEnv } from '../../app/configuration/dot-env.ts';
import { notesOf, withDotEnv } from '../../app/configuration/read-environment.ts';
import { type Config, ConfigError, isWhole, parseConfig } from '../../config.ts';
import { isLoopbackHost } from './loopback-host.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

const part = 'configuration';

export type Variables = Readonly<Record<string, string | undefined>>;

/** The configuration where it is valid, and the findings about it. `dotEnv`: the content of `.env`, undefined without one. */
export function checkConfiguration(
  environment: Variables,
  dotEnv: DotEnv | undefined,
): { readonly config: Config | undefined; readonly findings: Finding[] } {
  const findings = notesOf(environment, dotEnv).map(({ says, todo }) => warn(part, says, todo));
  try {
    const config = parseConfig(withDotEnv(environment, dotEnv), dotEnv?.problems);
    const from = dotEnv === undefined ? 'the environment, no .env' : 'the environment and .env';
    const symbols = `${config.SYMBOLS.join(' ')} at ${config.TIMEFRAMES.join(' ')}`;
    return {
      config,
      findings: [ok(part, `${from}: ${symbols}`), ...findings, ...advice(config)],
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const failures = error.problems.map((problem) =>
      fail(part, problem, 'correct it; `.env.example` lists every variable with its default'),
    );
    return { config: undefined, findings: [...failures, ...findings] };
  }
}

function advice(config: Config): Finding[] {
  const findings: Finding[] = [];
  if (!isWhole(config) && config.hasOwnKey) {
    findings.push(
      warn(
        part,
        'API_KEYS is unset, and each DATA_DIR of a server in roles has a key of its own',
        'give all processes the same API_KEYS',
      ),
    );
  }
  if (!isLoopbackHost(config.HOST) && config.TRUST_PROXY === 0) {
    findings.push(
      warn(
        part,
        `HOST is ${config.HOST} without a proxy: keys and signals travel without TLS`,
        'put a TLS proxy in front and set TRUST_PROXY, see docs/operations.md',
      ),
    );
  }
  if (
    config.CLOCK === 'feed' &&
    !config.demo &&
    config.TWELVEDATA_WS_URL.reveal().includes('twelvedata.com')
  ) {
    findings.push(warn(part, 'CLOCK=feed is meant for replays', 'leave CLOCK unset for a live feed'));
  }
  return findings;
}
