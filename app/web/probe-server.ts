import { createProbeApp } from '../../http/create-probe-app.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { Context } from '../context.ts';
import { createHealth, type HealthSource } from '../health/health.ts';
import { keysOf } from './keys-of.ts';
import { listen } from './listen.ts';

/** What a process without clients answers: whether it lives, is ready, and its figures. */
export function openProbeServer(context: Context, health: readonly HealthSource[]): Promise<string> {
  const { config, log, metrics } = context;
  const app = createProbeApp({
    ...createHealth({ demo: config.demo, version: packageJson.version, scrub: context.scrub }, health),
    keys: keysOf(context),
    registry: metrics.registry,
    trustProxy: config.TRUST_PROXY,
    onError: (error) => log.error({ err: error }, 'a request failed'),
  });
  return listen(context, app);
}
