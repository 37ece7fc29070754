import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { DataError } from '../../command.ts';

/** Characters of a line: 100 indicators beside the prices take 2,000. */
const MOST_LINE = 16_384;
const BLOCK = 1 << 16;
/** Minutes compress to a tenth or a twentieth. */
const MOST_RATIO = 100;
/** Expanded bytes before the ratio is looked at. */
const FREE_BYTES = 1 << 25;

/**
 * The lines of a text file in blocks of about 64 KiB, as they are read, each line ended by a line feed but perhaps the file's last. Plain,
 * gzipped or zstd; UTF-8, UTF-16 or Windows-1252; lines that end with LF, CRLF or CR. Throws a DataError for what is no text, for a line of more than
 * 16,384 characters, and where compressed data expand more than a hundredfold.
 */
export async function* textBlocks(file: string): AsyncGenerator<string> {
  const check = createCheck();
  let rest = '';
  for await (const decoded of texts(plainBytes(file))) {
    const text = rest + decoded;
    // A carriage return at the end may belong to a line feed that is still to come.
    const end = text.endsWith('\r') ? text.length - 1 : text.length;
    const lines = text.slice(0, end).replaceAll(/\r\n?/g, '\n');
    const cut = lines.lastIndexOf('\n') + 1;
    check(lines);
    rest = lines.slice(cut) + text.slice(end);
    if (cut > 0) yield lines.slice(0, cut);
  }
  rest = rest.replace(/\r$/, '\n');
  if (rest !== '') yield rest;
}

/** Throws for what no line of a text is. Is given each block with the beginning of the line that the next one ends. */
function createCheck(): (text: string) => void {
  let before = 0;
  const refuse = (text: string, at: number, what: string) => {
    throw new DataError(`line ${before + text.slice(0, at).split('\n').length} ${what}`);
  };
  return (text) => {
    const nul = text.indexOf('\0');
    if (nul >= 0) refuse(text, nul, 'has a NUL byte: this is no text');
    for (let from = 0; from + MOST_LINE < text.length;) {
      const end = text.lastIndexOf('\n', from + MOST_LINE);
      if (end < from) refuse(text, from, `has more than ${MOST_LINE} characters: this is no file of candles`);
      from = end + 1;
    }
    before += text.split('\n').length - 1;
  };
}

async function* texts(bytes: AsyncGenerator<Buffer>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  for await (const block of inBlocks(bytes)) {
    decoder ??= new TextDecoder(encodingOf(block));
    yield decoder.decode(block, { stream: true });
  }
  yield decoder?.decode() ?? '';
}

function encodingOf(block: Buffer): string {
  const [a, b] = block;
  if ((a === 0xff && b === 0xfe) || (a !== 0 && b === 0)) return 'utf-16le';
  if ((a === 0xfe && b === 0xff) || (a === 0 && b !== 0)) return 'utf-16be';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(block, { stream: true });
    return 'utf-8';
  } catch {
    // What spreadsheets of Western Europe write.
    return 'windows-1252';
  }
}

/** Chunks of a pipe can be small: what follows sees whole blocks. */
async function* inBlocks(chunks: AsyncIterable<Buffer>, size = BLOCK): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < size) continue;
    yield Buffer.concat(waiting);
    [waiting, length] = [[], 0];
  }
  if (length > 0) yield Buffer.concat(waiting);
}

const archives: readonly [magic: string, what: string][] = [
  ['504b', 'is a zip archive or a spreadsheet: unpack it, or save the sheet as CSV'],
  ['fd377a585a', 'is packed with xz: unpack it'],
  ['425a68', 'is packed with bzip2: unpack it'],
  ['377abcaf', 'is a 7z archive: unpack it'],
  ['50415231', 'is Parquet: write it as CSV'],
  ['d0cf11e0', 'is an old spreadsheet: save the sheet as CSV'],
  ['25504446', 'is a PDF'],
];

/** The bytes of a file, unpacked where it is gzipped or zstd. */
async function* plainBytes(file: string): AsyncGenerator<Buffer> {
  let read = 0;
  const source = createReadStream(file, { highWaterMark: BLOCK });
  source.on('data', (chunk) => {
    read += chunk.length;
  });
  source.pause();
  const blocks = inBlocks(source, BLOCK);
  const first = await blocks.next();
  if (first.done) return;
  const head = first.value.subarray(0, 8).toString('hex');
  const archive = archives.find(([magic]) => head.startsWith(magic));
  if (archive !== undefined) throw new DataError(`the file ${archive[1]}`);
  const all = chained(first.value, blocks);
  const unpacker = head.startsWith('1f8b')
    ? createGunzip({ chunkSize: BLOCK })
    : head.startsWith('28b52ffd')
      ? createZstdDecompress({ chunkSize: BLOCK })
      : undefined;
  if (unpacker === undefined) {
    yield* all;
    return;
  }
  // Its errors are thrown by the loop, and its end destroys the source.
  pipeline(Readable.from(all), unpacker, () => {});
  let written = 0;
  try {
    for await (const chunk of unpacker as AsyncIterable<Buffer>) {
      written += chunk.length;
      if (written > FREE_BYTES && written > MOST_RATIO * read)
        throw new DataError(
          `the compressed data expand more than ${MOST_RATIO} times: this is no file of candles`,
        );
      yield chunk;
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && /^(?:Z|ZSTD)_/.test(String(error.code)))
      throw new DataError('the compressed data are damaged or break off: download the file again');
    throw error;
  }
}

async function* chained(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}
