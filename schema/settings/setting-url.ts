import { z } from 'zod';
import { parseAddress } from '../secrets/parse-address.ts';

/** A URL of one of these schemes. */
export const url = (...schemes: string[]) =>
  z
    .string()
    // `new URL` drops them, what puts texts together keeps them.
    .refine((text) => !/\s/.test(text), { error: 'holds a space, a tab or a new line', abort: true })
    .refine((text) => new RegExp(`^(?:${schemes.join('|')}):`, 'i').test(text), {
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

/** A URL of Redis: path and `db`, where it has them, are the number of a database. A word there ends the client by an error that nothing catches. */
export const redisUrl = url('redis', 'rediss').refine(namesDatabase, {
  error: 'what follows host and port is the number of a database, as in redis://host:6379/0',
});

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
