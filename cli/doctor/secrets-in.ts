import { passwordsIn } from '../../config.ts';
import type { Variables } from './check-configuration.ts';

/** Every value of an environment that must not be printed, also where the configuration as a whole is bad. */
export function secretsIn(environment: Variables): string[] {
  return Object.entries(environment).flatMap(([name, value = '']) => {
    if (/KEY|TOKEN|SECRET|PASSWORD/.test(name))
      return [value].concat(value.split(',').map((key) => key.trim()));
    if (name === 'DISCORD_WEBHOOK_URL') return [value];
    return passwordsIn(value);
  });
}
