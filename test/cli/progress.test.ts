import { describe, expect, it } from 'vitest';
import { createProgress } from '../../cli/progress.ts';

describe('createProgress', () => {
  const terminal = (isTTY: boolean) => {
    const written: string[] = [];
    return { isTTY, written, write: (text: string) => written.push(text) };
  };

  it('writes how much is done and how long the rest takes, five times a second at most', () => {
    let now = 0;
    const screen = terminal(true);
    const progress = createProgress('analysing', screen, () => now);
    const steps: [now: number, done: number][] = [
      [10_000, 1_000],
      [10_100, 1_010],
      [20_000, 2_000],
      [60_000, 6_000],
      [119_000, 11_900],
    ];
    for (const [at, done] of steps) {
      now = at;
      progress.update(done, 12_000);
    }
    progress.end();
    expect(screen.written).toEqual([
      '\r\u001b[Kanalysing: 1,000 of 12,000 (8 %), 2 min left',
      '\r\u001b[Kanalysing: 2,000 of 12,000 (16 %), 2 min left',
      '\r\u001b[Kanalysing: 6,000 of 12,000 (50 %), 60 s left',
      '\r\u001b[Kanalysing: 11,900 of 12,000 (99 %), 1 s left',
      '\r\u001b[K',
    ]);
  });

  it('writes hours in hours, and nothing where it is not shown', () => {
    let now = 0;
    const screen = terminal(true);
    const progress = createProgress('analysing', screen, () => now);
    now = 60_000;
    progress.update(1, 151);
    expect(screen.written).toEqual(['\r\u001b[Kanalysing: 1 of 151 (0 %), 2 h 30 min left']);
    const file = terminal(false);
    const silent = createProgress('analysing', file, () => now);
    silent.update(1, 2);
    silent.end();
    expect(file.written).toEqual([]);
  });
});
