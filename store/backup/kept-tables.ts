/**
 * The tables that a backup holds, each after those that it refers to. Not in it: `migration`, which is written again from the file's list, and
 * the queue's schema, whose jobs are made again from the outbox.
 */
export const keptTables = [
  'meta',
  'candle',
  'empty_window',
  'decision',
  'candidate',
  'signal',
  'log_position',
  'signal_log',
  'outbox',
  'channel_pace',
  'shadow',
  'ingest_term',
] as const;
