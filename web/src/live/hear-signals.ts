import type { SignalServerFrame, Since } from '../../../schema/wire.ts';
import { announceOutcome, announceSignal } from '../notify/announce.ts';
import { isIssued, signals, withFrame, withOutcome } from '../state/signals.ts';
import { loadSignals } from './load-signals.ts';
import { refreshSignal } from './show-signal.ts';

/** Takes the frames of `/ws/signals`, remembers where it stands in the log, and tells of what changed. */
export function createSignalEar() {
  let since: Since | undefined;
  return {
    since: () => since,
    hear: (frame: SignalServerFrame) => {
      if (frame.type === 'subscribed' && frame.epoch !== undefined && frame.offset !== undefined) {
        const resumed = frame.recovered === true;
        if (!resumed) {
          since = { epoch: frame.epoch, offset: frame.offset };
          void loadSignals();
        }
      } else if (frame.type === 'signal_update') {
        if (frame.signal_changed) since = { epoch: frame.epoch, offset: frame.offset };
        const known = isIssued(frame.signal) && signals.get().byId.has(frame.signal.id);
        signals.update((now) => withFrame(now, frame));
        if (frame.signal_changed && !known && isIssued(frame.signal)) announceSignal(frame.signal);
      } else if (frame.type === 'signal_resolved') {
        since = { epoch: frame.epoch, offset: frame.offset };
        const before = signals.get().byId.get(frame.id);
        signals.update((now) => withOutcome(now, frame.id, frame.outcome));
        if (before === undefined) void refreshSignal(frame.id);
        else if (before.status === 'open') announceOutcome(before, frame.outcome);
      }
    },
  };
}
