import { z } from 'zod';
import { parseAddress, urlsOfHosts } from '../secrets/parse-address.ts';

/** A URL of one of these schemes. */
export const url = (...schemes: string[]) =>
  z
    .string()
    // `new URL` drops them, what puts texts together keeps them.
    .refine((text) => !/\s/.test(text), { error: 'holds a space, a tab or a new line', abort: true })
    .refine((text) => schemes.some((scheme) => text.toLowerCase().startsWith(`${scheme}:`)), {
      error: `a URL beginning with ${schemes.map((s) => `${s}://`).join(' or ')} is needed`,
      abort: true,
    })
    .refine((text) => isWeb(text) || !text.includes('#'), { error: notEncoded, abort: true })
    .refine((text) => parseAddress(text) !== null, { error: notEncoded, abort: true })
    .refine((text) => isDecodable(parseAddress(text)!), {
      error: 'a % in its user, password or path encodes nothing: write it as %25',
    });

const notEncoded =
  'is no URL: write #, / and ? in its user or password, as %23, %2F and %3F, and its port as a number up to 65535';
const isWeb = (text: string): boolean => /^(?:https?|wss?):/i.test(text);
/** A URL that paths are put behind. */
export const baseUrl = (...schemes: string[]) =>
  url(...schemes).refine((text) => !/[?#]/.test(text), {
    error: 'paths are put behind it: it has no ? and no #',
  });

/** Several hosts, each with a name of its own: `a:1,b:2`. */
const hasWholeHosts = (text: string): boolean => {
  const urls = urlsOfHosts(text);
  return urls.length === 1 || urls.every((one) => (URL.parse(one)?.hostname ?? '') !== '');
};
const eachHost = { error: 'several hosts are written one:5432,two:5432, each with a name', abort: true };

/** A URL of PostgreSQL, of one host or of several, of which the one that takes writes is used. */
export const databaseUrl = url('postgres', 'postgresql')
  .refine(hasWholeHosts, eachHost)
  .refine(
    (text) =>
      parseAddress(text)!
        .searchParams.getAll('target_session_attrs')
        .every((wanted) => wanted === 'read-write' || wanted === 'primary'),
    { error: 'target_session_attrs is read-write or primary: the server writes' },
  );

/**
 * A URL of Redis: path and `db`, where it has them, are the number of a database. A word there ends the client by an error that nothing catches.
 * Or one of Sentinels, whose path is the name of the primary, and the number of a database behind it.
 */
export const redisUrl = url('redis', 'rediss', 'redis+sentinel', 'rediss+sentinel')
  .refine(hasWholeHosts, eachHost)
  .refine((text) => isOfSentinels(text) || namesDatabase(text), {
    error: 'what follows host and port is the number of a database, as in redis://host:6379/0',
  })
  .refine((text) => !isOfSentinels(text) || namesPrimary(text), {
    error:
      'what follows the Sentinels is the name of their primary, and a database where it is not 0, as in redis+sentinel://one:26379,two:26379/mymaster/0',
  });

const isOfSentinels = (text: string): boolean => /^rediss?\+sentinel:/i.test(text);

const namesPrimary = (text: string): boolean =>
  /^\/[\w.-]+(?:\/\d*)?$/.test(parseAddress(text)?.pathname ?? '');

function namesDatabase(text: string): boolean {
  const address = parseAddress(text);
  if (address === null) return false;
  return (
    /^\/?\d*$/.test(address.pathname) && address.searchParams.getAll('db').every((db) => /^\d+$/.test(db))
  );
}

/** Clients decode user and password of a URL; those of databases its path too. */
function isDecodable({ protocol, username, password, hostname, pathname }: URL): boolean {
  try {
    for (const part of [username, password, ...(isWeb(protocol) ? [] : [hostname, pathname])])
      decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}
