import { pino, type DestinationStream, type Logger, stdSerializers } from 'pino';
import pretty from 'pino-pretty';
import { secretMask } from '../schema/secrets/mask-secrets.ts';
import type { Secret } from '../schema/secrets/secret.ts';

export interface LogOptions {
  readonly level: string;
  readonly pretty: boolean;
  /** What must never be written, wherever it stands. */
  readonly secrets: readonly Secret[];
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

/** Replaces each secret in whatever form, and any `apikey=…` and `user:password@` of a URL. */
export function scrubber(secrets: readonly Secret[]): (text: string) => string {
  const mask = secretMask(secrets);
  return (text) =>
    mask(text)
      .replaceAll(/([?&]api_?key=)[^&\s"\\]+/gi, '$1***')
      .replaceAll(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/"]*:)[^\s@/"]+@/gi, '$1***@');
}
