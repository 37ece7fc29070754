import { z } from 'zod';

/*
 * A backup is one gzip file of text:
 *
 *     header                         a line of JSON
 *     section, rows, \., {"rows":n}  of each table; the rows as COPY writes them, in PostgreSQL's text format
 *     trailer                        a line of JSON
 */

/** `format` of the header: other programs' files are told by it, and a later layout by its number. */
export const backupFormat = 'anso-vision backup 1';

export const BackupHeader = z.object({
  format: z.literal(backupFormat),
  /** When its snapshot was taken, Unix ms. */
  made_at: z.number(),
  /** Which schema the rows are of: the migrations that had been applied, with their checksums. */
  migrations: z.array(z.object({ name: z.string(), checksum: z.string() })).min(1),
  /** Did a server work with the database? */
  in_use: z.boolean(),
});
export type BackupHeader = z.infer<typeof BackupHeader>;

export const BackupSection = z.object({ table: z.string(), columns: z.array(z.string()).min(1) });
export const SectionEnd = z.object({ rows: z.int().min(0) });
export const BackupTrailer = z.object({
  end: z.literal(true),
  rows: z.record(z.string(), z.number()),
  /** Of all that comes before this line, hex. */
  sha256: z.string(),
});

/** The line behind the last row of a table. */
export const endOfRows = '\\.\n';

/** The file is no backup, is damaged, or is none that this program and database can take. The message is for the operator. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

/** A name in SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
