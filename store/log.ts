import type { Logger } from 'pino';

/** What the store asks of a logger. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
