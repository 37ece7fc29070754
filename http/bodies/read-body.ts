import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { withTimeout } from '../../store/with-timeout.ts';
import type { BodyShare } from '../guards/body-budget.ts';
import { Problem } from '../problem.ts';

/** Bytes of a body, also once it is unpacked. */
const maxBytes = 1_048_576;
/** How often a packed body may hold its own size. Candles are packed 4 to 12 times. */
const maxRatio = 32;
/** A small body may be packed better. */
const freeBytes = 65_536;
const unpackers = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const;

/**
 * A request's body, unpacked, with its bounds held before the cost: its size as it arrives, its unpacked size before it is unpacked.
 * Throws Problem 408, 413, 415 or 400, and whatever `share` throws; the rest of such a body is not read.
 * `withinMs`: from the head of the request to the end of its body.
 */
export async function readBody(
  request: IncomingMessage,
  share: BodyShare,
  withinMs = 10_000,
): Promise<Buffer> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding !== 'identity' && !Object.hasOwn(unpackers, encoding))
    throw new Problem(415, 'unsupported_media_type', 'Content-Encoding must be gzip, deflate or br');
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const packed = await bytesOf(request, share, withinMs);
  return encoding === 'identity' || packed.length === 0
    ? packed
    : await unpack(unpackers[encoding as keyof typeof unpackers], packed, share);
}

function bytesOf(request: IncomingMessage, share: BodyShare, withinMs: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const take = (chunk: Buffer) => {
    size += chunk.length;
    try {
      if (size > maxBytes) throw tooLarge();
      share.add(chunk.length);
    } catch (error) {
      request.off('data', take);
      reject(error);
      return;
    }
    chunks.push(chunk);
  };
  const hungUp = () => reject(new Problem(400, 'bad_request', 'the body was cut off'));
  request.on('data', take).once('end', () => resolve(Buffer.concat(chunks, size)));
  request.once('aborted', hungUp).once('error', hungUp);
  const late = () => new Problem(408, 'timeout', `the body was not sent within ${withinMs / 1000} s`);
  return withTimeout(withinMs, promise, late).finally(() => request.off('data', take).pause());
}

async function unpack(
  unpacker: (packed: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>,
  packed: Buffer,
  share: BodyShare,
): Promise<Buffer> {
  const most = Math.min(maxBytes, Math.max(freeBytes, packed.length * maxRatio));
  try {
    const bytes = await unpacker(packed, { maxOutputLength: most });
    share.add(bytes.length);
    return bytes;
  } catch (error) {
    if (error instanceof Problem) throw error;
    if ((error as { code?: unknown }).code !== 'ERR_BUFFER_TOO_LARGE')
      throw new Problem(400, 'bad_request', 'the body is not packed as its Content-Encoding says');
    if (most === maxBytes) throw tooLarge();
    throw new Problem(413, 'too_large', `the body is packed more than ${maxRatio} times`);
  }
}

const tooLarge = () => new Problem(413, 'too_large', `the body has more than ${maxBytes} bytes`);
