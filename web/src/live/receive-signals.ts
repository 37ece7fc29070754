import type { ResolvedFrame, SignalFrame } from '../../../schema/wire.ts';
import { announceOutcome, announceSignal } from '../notify/announce.ts';
import { isIssued, signals, withFrame, withOutcome } from '../state/signals.ts';
import { askResults } from './ask-results.ts';
import { refreshSignal } from './show-signal.ts';
import { soon } from './soon.ts';

/** After a night's sleep of the computer hundreds of signals end at once: the results are asked for when no more come, ms. */
const resultsAfterMs = 300;

/** Handles the frames of `/ws/signals`. The client delivers each change once, so each is announced once. */
export function signalReceiver() {
  const asking = soon(resultsAfterMs, () => void askResults());
  return {
    receive: (frame: SignalFrame | ResolvedFrame): void => {
      if (frame.type === 'signal_update') {
        signals.update((now) => withFrame(now, frame));
        if (frame.signal_changed && isIssued(frame.signal)) announceSignal(frame.signal);
        return;
      }
      asking.run();
      const signal = signals.get().byId.get(frame.id);
      signals.update((now) => withOutcome(now, frame.id, frame.outcome));
      if (signal === undefined) void refreshSignal(frame.id);
      else announceOutcome(signal, frame.outcome);
    },
    close: asking.cancel,
  };
}
