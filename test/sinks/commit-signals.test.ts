import { describe, expect, it } from 'vitest';
import type { SignalEvent } from '../../schema/signal-event.ts';
import { commitSignals, type CommitSignalsOptions } from '../../sinks/commit-signals.ts';

const events = [{ kind: 'decided' }] as unknown as readonly SignalEvent[];
const written = { frames: ['a frame'], opened: ['opened'], ended: ['ended'] };

/** What is done, in its order. */
function start(over: Partial<CommitSignalsOptions> = {}) {
  const done: unknown[] = [];
  const commit = commitSignals({
    writer: {
      record: (...given: unknown[]) => {
        done.push(['record', ...given]);
        return Promise.resolve(written);
      },
    } as unknown as CommitSignalsOptions['writer'],
    broadcast: { committed: (frames) => void done.push(['broadcast', frames]) },
    posts: {
      channels: ['community'],
      endChannels: [],
      enqueue: async (signals) => void done.push(['enqueue', signals]),
    },
    onCommitted: (committed) => void done.push(['committed', committed]),
    ...over,
  });
  return { commit, done };
}

describe('commitSignals', () => {
  it('stores, then broadcasts, then tells, then queues ends before what was opened', async () => {
    const { commit, done } = start();
    await commit(events);
    expect(done).toEqual([
      ['record', events, ['community'], []],
      ['broadcast', ['a frame']],
      ['committed', events],
      ['enqueue', ['ended', 'opened']],
    ]);
  });

  it('neither broadcasts nor queues what was not stored', async () => {
    const record = () => Promise.reject(new Error('no database'));
    const { commit, done } = start({ writer: { record } });
    await expect(commit(events)).rejects.toThrow('no database');
    expect(done).toEqual([]);
  });
});
