import { parseAddress } from '../../schema/secrets/parse-address.ts';
import { Secret } from '../../schema/secrets/secret.ts';
import type { Variables } from './check-configuration.ts';

/** Every value of an environment that must not be printed, also where the configuration as a whole is bad. */
export function secretsIn(environment: Variables): Secret[] {
  return Object.entries(environment)
    .flatMap(([name, value = '']) => {
      if (/KEY|TOKEN|SECRET|PASSWORD/.test(name))
        return [value].concat(value.split(',').map((key) => key.trim()));
      return isAddress(name) || hasPassword(value) ? [value] : [];
    })
    .map((text) => new Secret(text));
}

function hasPassword(value: string): boolean {
  const address = parseAddress(value);
  return address !== null && (address.password !== '' || address.searchParams.has('password'));
}

/** Those of our settings that are an address, or a path on one. */
const isAddress = (name: string): boolean =>
  /^(?:COMMUNITY_\w+_(?:URL|PATH)|(?:DISCORD_)?WEBHOOK_URL|TELEGRAM_URL|BACKEND_URL|DATABASE_URL|REDIS_URL)$/.test(
    name,
  );
