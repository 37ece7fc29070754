/**
 * A whole WebSocket text frame (RFC 6455 §5.2) as a server sends it: final, unmasked, uncompressed. Built once and
 * written to any number of sockets. Its memory is a slice of Node’s pool, whose 64 KiB stay allocated as long as any slice does:
 * a frame that `isKept` gets memory of its own.
 */
export function textFrame(message: unknown, { isKept = false } = {}): Buffer {
  const text = JSON.stringify(message);
  const length = Buffer.byteLength(text);
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = isKept ? Buffer.allocUnsafeSlow(head + length) : Buffer.allocUnsafe(head + length);
  frame[0] = 0x81;
  if (head === 2) frame[1] = length;
  else if (head === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, head, 'utf8');
  return frame;
}
