import type { SignalEvent } from '../../schema/signal-event.ts';
import type { SignalLogFrame } from '../../schema/wire.ts';
import type { Store } from '../../store/open-store.ts';
import type { Cause, Recorded } from '../../store/record/cause.ts';

/**
 * Writes causes whose previous try may have been committed though its answer was lost. Those have frames in the log after `offset`; events
 * without one are written now.
 */
export async function recoverCauses(
  store: Pick<Store, 'log' | 'recordAll'>,
  causes: readonly Cause[],
  offset: number,
): Promise<Recorded[]> {
  const since = await store.log.since(offset);
  const known = causes.map(({ events }) =>
    since.filter((frame) => events.some((event) => isFrameOf(event, frame))),
  );
  const rest = causes.map(({ events, channels, endChannels }, i) => ({
    events: events.filter((event) => !known[i]!.some((frame) => isFrameOf(event, frame))),
    channels,
    endChannels,
  }));
  const written = await store.recordAll(rest);
  return written.map(({ frames, opened, ended }, i) => ({
    frames: [...known[i]!, ...frames],
    opened: [
      ...known[i]!.flatMap((frame) =>
        frame.type === 'signal_update' && 'id' in frame.signal ? [frame.signal] : [],
      ),
      ...opened,
    ],
    // The sweep queues the posts of ends that were committed then.
    ended,
  }));
}

/** Is this the frame of that event? */
function isFrameOf(event: SignalEvent, frame: SignalLogFrame): boolean {
  if (frame.type === 'signal_resolved') return event.kind === 'resolved' && event.id === frame.id;
  const { signal } = frame;
  if ('id' in signal) return event.kind === 'opened' && event.signal.id === signal.id;
  if (event.kind !== 'decided' || !event.changed) return false;
  const { symbol, timeframe, close_time } = event.decision;
  return symbol === frame.symbol && timeframe === frame.timeframe && close_time === signal.close_time;
}
