import { createHash } from 'node:crypto';
import type { z } from 'zod';
import {
  BackupError,
  BackupHeader,
  BackupSection,
  BackupTrailer,
  endOfRows,
  SectionEnd,
} from './backup-format.ts';

/** What is done with a backup while it is read, in its order. */
export interface BackupVisitor {
  readonly header: (header: BackupHeader) => Promise<void>;
  /** Takes all rows of a table, and answers how many they were. */
  readonly table: (table: string, columns: readonly string[], rows: AsyncIterable<Buffer>) => Promise<number>;
}

const newline = 0x0a;
const longestLine = 1_000_000;
const marker = Buffer.from(endOfRows);

/**
 * Reads a backup's text to its end, in bounded memory. Throws BackupError where it is cut, changed, or something else: whoever acts on it
 * does so in a transaction, for that shows at the end only. Returns the rows of each table.
 */
export async function readBackup(
  chunks: AsyncIterable<Buffer>,
  visitor: BackupVisitor,
): Promise<ReadonlyMap<string, number>> {
  const bytes = byteReader(chunks);
  await visitor.header(
    parsed(BackupHeader, await bytes.line(), 'it does not begin as a backup of this server'),
  );
  const counts = new Map<string, number>();
  for (;;) {
    const checksum = bytes.checksum();
    const text = await bytes.line();
    const trailer = BackupTrailer.safeParse(json(text)).data;
    if (trailer !== undefined) {
      if (!(await bytes.isOver())) throw new BackupError('something stands behind its end');
      if (trailer.sha256 !== checksum) throw new BackupError('it has been changed: the checksum differs');
      return counts;
    }
    const { table, columns } = parsed(BackupSection, text, 'a table was expected');
    const taken = await visitor.table(table, columns, bytes.rows());
    const { rows } = parsed(SectionEnd, await bytes.line(), `the end of ${table} was expected`);
    if (taken !== rows) throw new BackupError(`${table} has ${taken} rows and should have ${rows}`);
    counts.set(table, rows);
  }
}

function byteReader(chunks: AsyncIterable<Buffer>) {
  const source = chunks[Symbol.asyncIterator]();
  const hash = createHash('sha256');
  let held: Buffer = Buffer.alloc(0);
  /** False where the source is over. */
  const more = async (): Promise<boolean> => {
    const { done, value } = await source.next();
    if (done === true) return false;
    held = held.length === 0 ? value : Buffer.concat([held, value]);
    return true;
  };
  const need = async () => {
    if (!(await more())) throw new BackupError('it is cut off');
  };
  const take = (length: number): Buffer => {
    const taken = held.subarray(0, length);
    held = held.subarray(length);
    hash.update(taken);
    return taken;
  };
  return {
    /** Of what has been read so far, hex. */
    checksum: () => hash.copy().digest('hex'),
    line: async (): Promise<string> => {
      for (;;) {
        const at = held.indexOf(newline);
        if (at >= 0) return take(at + 1).toString('utf8');
        if (held.length > longestLine) throw new BackupError('a line of it is too long');
        await need();
      }
    },
    /** All up to the marker, which is taken too. Within a row it cannot stand: COPY writes a backslash twice. */
    async *rows(): AsyncGenerator<Buffer> {
      let isAtStart = true;
      for (;;) {
        const at = markerIn(held, isAtStart);
        if (at !== undefined) {
          if (at > 0) yield take(at);
          take(marker.length);
          return;
        }
        // The marker may have begun, behind the end of a line.
        const safe = held.length - marker.length;
        if (safe > 0) {
          isAtStart = held[safe - 1] === newline;
          yield take(safe);
        }
        await need();
      }
    },
    isOver: async () => held.length === 0 && !(await more()),
  };
}

/** Where the marker stands in a line of its own. */
function markerIn(bytes: Buffer, isAtStart: boolean): number | undefined {
  for (let at = bytes.indexOf(marker); at >= 0; at = bytes.indexOf(marker, at + 1))
    if (at === 0 ? isAtStart : bytes[at - 1] === newline) return at;
  return undefined;
}

function parsed<T>(schema: z.ZodType<T>, text: string, otherwise: string): T {
  const result = schema.safeParse(json(text));
  if (result.success) return result.data;
  throw new BackupError(otherwise);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
