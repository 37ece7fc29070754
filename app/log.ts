import { pino, type DestinationStream, type Logger, stdSerializers } from 'pino';
import pretty from 'pino-pretty';

export interface LogOptions {
  readonly level: string;
  readonly pretty: boolean;
  /** Values that must never be written, wherever they stand: keys, and URLs' passwords. */
  readonly secrets: readonly string[];
  /** @default standard output */
  readonly destination?: DestinationStream;
}

/**
 * The process's log. Secrets are scrubbed from the finished line, since path-based redaction misses
 * messages, URLs, error texts and what libraries log.
 */
export function createLog({ level, pretty: isPretty, secrets, destination }: LogOptions): Logger {
  const target = destination ?? (isPretty ? pretty({ sync: true }) : pino.destination({ sync: false }));
  const scrub = scrubber(secrets);
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: withoutClient } },
    { write: (line: string) => target.write(scrub(line)) },
  );
}

/** An error as pino writes it, but for the whole connection that one of `pg` drags along. */
function withoutClient(error: Error): object {
  const { client: _, ...rest } = stdSerializers.err(error) as object as Record<string, unknown>;
  return rest;
}

/** Replaces each secret, plain, JSON-escaped or URL-encoded, and any `apikey=…` and `user:password@` of a URL. */
export function scrubber(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(
    secrets
      .filter((secret) => secret.length >= 4)
      .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]),
  );
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const form of longestFirst) clean = clean.replaceAll(form, '***');
    return clean
      .replaceAll(/([?&]api_?key=)[^&\s"\\]+/gi, '$1***')
      .replaceAll(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/"]*:)[^\s@/"]+@/gi, '$1***@');
  };
}
