/** What stands in place of a removed address. */
const removed = '…';

/** Longest first: what one leaves the next would not recognise. */
const patterns: readonly [RegExp, string][] = [
  // URLs, with whatever they hold.
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>)]+/gi, removed],
  // `getaddrinfo ENOTFOUND db.internal`, `connect ECONNREFUSED 10.0.0.5:5432`, `connect ENOENT /run/postgresql/.s.PGSQL.5432`
  [
    /\b(E(?:ACCES|ADDR|AI_|CONN|HOST|ISDIR|NET|NODATA|NOENT|NOT|PERM|PIPE|REFUSED|ROFS|SERVFAIL|TIMEDOUT)[A-Z]*) [^\s,;)]+/g,
    `$1 ${removed}`,
  ],
  // PostgreSQL: `no pg_hba.conf entry for host "10.0.0.7", user "anso", database "anso"`
  [/\b(user|role|database|host|server|schema|file) ["“][^"”]*["”]/gi, `$1 ${removed}`],
  // Paths of files and sockets.
  [/(?<![\w.-])(?:\/[\w.@-]+){2,}\/?/g, removed],
  // IPv6, with `::` or whole, in brackets or not; a time of day is neither.
  [/\[?(?<![\w:])(?:[0-9a-f]{0,4}:){1,7}:[0-9a-f:.]*(?:%\w+)?\]?(?::\d+)?/gi, removed],
  [/\[?(?<![\w:])(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}(?:%\w+)?\]?(?::\d+)?/gi, removed],
  [/(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?![\w.]*\d)/g, removed],
  [/\blocalhost(?::\d+)?\b/gi, removed],
  // Names with dots, and any name with a port; a strategy's `rule.ts` and `own.closeTime` are no domains.
  [/\b(?![\w-]+\.(?:ts|[a-z]+[A-Z]\w*)\b(?![.:]))(?:[a-zA-Z0-9_-]+\.)+[a-zA-Z]{2,}(?::\d+)?\b/g, removed],
  [/\b[a-z][\w-]*:\d{2,5}\b/gi, removed],
];

/**
 * A text without hosts, ports, paths, users and databases: what a stranger may read of an error that names the machines behind this
 * server. It removes too much rather than too little.
 */
function textWithoutAddresses(text: string): string {
  return patterns.reduce((left, [pattern, instead]) => left.replaceAll(pattern, instead), text);
}

/** The same of every text within a JSON value. */
export function withoutAddresses<T>(value: T): T {
  if (typeof value === 'string') return textWithoutAddresses(value) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => withoutAddresses(one)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withoutAddresses(inner as unknown)]),
  ) as T;
}
