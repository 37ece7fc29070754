/** Addresses of services that may be several machines: PostgreSQL, and Redis behind Sentinels. */
const several = /^((?:postgres(?:ql)?|rediss?\+sentinel):\/\/(?:[^@/?#]*@)?)([^/?#]*)(.*)$/is;

/** One URL a host of `scheme://user@one:1,two:2/path`, in its order; the text itself where it has one host. */
export function urlsOfHosts(text: string): string[] {
  const [, before, hosts = '', after] = several.exec(text) ?? [];
  return hosts.includes(',') ? hosts.split(',').map((host) => `${before}${host}${after}`) : [text];
}

/**
 * A URL, also PostgreSQL's `postgres://user:password@/database?host=/socket`, which has no host, and one of several hosts, which is read
 * as that of the first; null where it is none.
 */
export function parseAddress(text: string): URL | null {
  const [first = text] = urlsOfHosts(text);
  return (
    URL.parse(first) ?? (/^postgres(?:ql)?:/i.test(text) ? URL.parse(text.replace('@/', '@socket/')) : null)
  );
}
