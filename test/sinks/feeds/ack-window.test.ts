import { describe, expect, it } from 'vitest';
import { ackWindow } from '../../../sinks/feeds/ack-window.ts';

const open = () => {
  let pings = 0;
  const window = ackWindow(400, () => pings++);
  return { window, pings: () => pings };
};

describe('ackWindow', () => {
  it('pings after a quarter of the window, once at a time', () => {
    const { window, pings } = open();
    window.wrote(99);
    expect(pings()).toBe(0);
    window.wrote(1);
    window.wrote(500);
    expect(pings()).toBe(1);
  });

  it('counts what was written before the ping as received, and pings again for the rest', () => {
    const { window, pings } = open();
    window.wrote(150);
    window.wrote(120);
    expect(window.acknowledge()).toBe(true);
    expect(window.unacknowledgedBytes()).toBe(120);
    expect(pings()).toBe(2);
    expect(window.acknowledge()).toBe(true);
    expect(window.unacknowledgedBytes()).toBe(0);
  });

  it('ignores a pong that no ping asked for', () => {
    const { window } = open();
    window.wrote(50);
    expect(window.acknowledge()).toBe(false);
    expect(window.unacknowledgedBytes()).toBe(50);
  });
});
