/** A URL, also PostgreSQL's `postgres://user:password@/database?host=/socket`, which has no host; null where it is none. */
export const parseAddress = (text: string): URL | null =>
  URL.parse(text) ?? (/^postgres(?:ql)?:/i.test(text) ? URL.parse(text.replace('@/', '@socket/')) : null);
