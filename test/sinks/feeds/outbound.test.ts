import { describe, expect, it } from 'vitest';
import { createOutbound } from '../../../sinks/feeds/outbound.ts';

/** A socket that says when it is full, and a turn that the test ends. */
function open(over: { windowBytes?: number; maxBacklogBytes?: number } = {}) {
  const writes: string[] = [];
  const log: string[] = [];
  let flushes: (() => void)[] = [];
  let drain = () => {};
  const raw = {
    writableNeedDrain: false,
    write: (frame: Buffer) => {
      writes.push(frame.toString());
      return true;
    },
    cork: () => void log.push('cork'),
    uncork: () => void log.push('uncork'),
    on: (_: string, listener: () => void) => {
      drain = listener;
    },
  };
  const out = createOutbound({
    raw: raw as never,
    batch: { add: (flush) => void flushes.push(flush) },
    ping: () => void log.push('ping'),
    windowBytes: 40,
    maxBacklogBytes: 100,
    onOverflow: () => void log.push('overflow'),
    onConflated: () => void log.push('conflated'),
    ...over,
  });
  return {
    out,
    raw,
    writes,
    log,
    drain: () => drain(),
    endTurn: () => {
      const due = flushes;
      flushes = [];
      for (const flush of due) flush();
    },
  };
}
const bytes = (text: string) => Buffer.from(text);

describe('createOutbound', () => {
  it('writes a turn at once, corked where it holds more than one frame', () => {
    const { out, writes, log, endTurn } = open();
    out.send(bytes('a'));
    expect(writes).toEqual([]);
    endTurn();
    expect([writes, log]).toEqual([['a'], []]);
    for (const text of ['b', 'c', 'd']) out.offer(text, bytes(text));
    endTurn();
    expect([writes, log]).toEqual([
      ['a', 'b', 'c', 'd'],
      ['cork', 'uncork'],
    ]);
  });

  it('asks for a pong after a quarter of the window, and takes only what was written before it as taken', () => {
    const { out, log, endTurn } = open();
    const send = () => {
      out.send(bytes('0123456789'));
      endTurn();
    };
    send();
    send();
    expect(log).toEqual(['ping']);
    expect(out.backlogBytes()).toBe(20);
    out.acknowledge();
    expect(out.backlogBytes()).toBe(10);
    expect(log).toEqual(['ping', 'ping']);
    out.acknowledge();
    out.acknowledge();
    expect(out.backlogBytes()).toBe(0);
  });

  it('keeps the latest of each key while the client is slow, and never an older one after a newer', () => {
    const { out, raw, writes, log, drain, endTurn } = open();
    raw.writableNeedDrain = true;
    out.offer('x', bytes('x1'));
    out.offer('y', bytes('y1'));
    out.offer('x', bytes('x2'));
    // Room again, but the socket has not said so yet: what waits goes first.
    raw.writableNeedDrain = false;
    out.offer('x', bytes('x3'));
    endTurn();
    expect(writes).toEqual([]);
    drain();
    endTurn();
    expect(writes).toEqual(['x3', 'y1']);
    expect(log.filter((word) => word === 'conflated')).toHaveLength(2);
    out.offer('x', bytes('x4'));
    endTurn();
    expect(writes.at(-1)).toBe('x4');
  });

  it('overflows once, at its limit, and writes nothing after', () => {
    const { out, writes, log, endTurn } = open();
    for (let i = 0; i < 30; i++) {
      out.send(bytes('0123456789'));
      endTurn();
    }
    expect(log.filter((word) => word === 'overflow')).toHaveLength(1);
    expect(writes).toHaveLength(10);
  });

  it('resolves ready when the window is open again, or the client is gone', async () => {
    const { out, endTurn } = open();
    out.send(bytes('x'.repeat(50)));
    endTurn();
    let isReady = false;
    const ready = out.ready().then(() => (isReady = true));
    await Promise.resolve();
    expect(isReady).toBe(false);
    out.acknowledge();
    await ready;
    out.send(bytes('x'.repeat(50)));
    endTurn();
    const gone = out.ready();
    out.end();
    await gone;
  });
});
