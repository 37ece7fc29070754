import { parseAddress } from './parse-address.ts';
import type { Secret } from './secret.ts';

/** Shorter ones stand in any text by chance. */
const leastKey = 4;
const leastPart = 6;

/** Parts of addresses that are everybody's: masking them would make a text unreadable and hide nothing. */
const common = new Set(
  `api apikey api_key analysis application_name authorization candle-complete channel channels community connect_timeout default disable
   discord events external family follow gateway graphql inbound incoming integrations keepalives localhost message messages options
   password platform postgres postgresql prefer public receive receiver require schema search_path secret server service services
   signal signals sslcert sslkey sslmode sslrootcert status telegram thread_id timezone token trading verify-ca verify-full version
   webhook webhooks workflows`.split(/\s+/),
);

/**
 * The texts that must not be seen of some secrets. Of a key the key itself, and what stands behind a colon in it; of an address its
 * password and user, path, query and fragment, whole and in their parts, as written and decoded.
 */
export function secretParts(secrets: Iterable<Secret>): string[] {
  const parts = new Set<string>();
  for (const secret of secrets) for (const part of partsOf(secret.reveal())) parts.add(part);
  return [...parts];
}

function partsOf(text: string): string[] {
  const isPath = text.startsWith('/');
  const url =
    isPath || /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? parseAddress(isPath ? `x://x${text}` : text) : null;
  if (url === null) return [text, text.slice(text.indexOf(':') + 1)].filter((one) => one.length >= leastKey);
  const { username, password, pathname, search, hash, searchParams } = url;
  const passwords = [
    password,
    ...searchParams.getAll('password'),
    ...searchParams.getAll('sentinel_password'),
  ].flatMap(readings);
  const named = [...searchParams].flat();
  const pieces = [
    username,
    ...pathname.split('/'),
    ...search.slice(1).split(/[&;=]/),
    ...named,
    ...named.flatMap((one) => one.split(/[/:,\s]+/)),
    hash.slice(1),
  ];
  const whole = [`${pathname}${search}`, pathname, search.slice(1)].filter((one) => !isPublic(one));
  return [
    ...passwords.filter((one) => one.length >= leastKey),
    ...[...pieces, ...whole].flatMap(readings).filter((one) => one.length >= leastPart && !isPublic(one)),
  ];
}

/** Nothing but separators and words that are everybody's. */
const isPublic = (text: string): boolean =>
  text
    .toLowerCase()
    .split(/[/?&=;]+/)
    .every((word) => word.length < leastPart || common.has(word));

const readings = (text: string): string[] => [text, decoded(text)];

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
