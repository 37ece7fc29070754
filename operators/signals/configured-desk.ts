import { isForVisitors } from './outcomes/issued-trade.ts';
import { createSignalDesk, type SignalDesk, type SignalDeskOptions } from './signal-desk.ts';
import { NOTHING_RESTORED } from './signal-input.ts';

/**
 * The signals of a configured symbol. What visitors were given of it before it was configured ends at the start, and is followed on for
 * statistics alone: it keeps no entry from followers and counts against no limit of theirs.
 */
export function createConfiguredDesk(options: SignalDeskOptions): SignalDesk {
  const { restored = NOTHING_RESTORED } = options;
  const former = restored.signals.filter(isForVisitors);
  const signals = restored.signals.filter((signal) => !isForVisitors(signal));
  const own = createSignalDesk({ ...options, restored: { ...restored, signals } });
  if (former.length === 0) return own;
  const { minutes } = restored;
  const visitors = createSignalDesk({
    ...options,
    restored: { ...NOTHING_RESTORED, signals: former, minutes },
  });
  return {
    get openIds() {
      return new Map([...visitors.openIds, ...own.openIds]);
    },
    get ideas() {
      return own.ideas;
    },
    start: () => [...visitors.start(), ...visitors.endAll(), ...own.start()],
    accept: (input) =>
      input.kind === 'analysed' ? own.accept(input) : [...visitors.accept(input), ...own.accept(input)],
    expire: () => [...visitors.expire(), ...own.expire()],
    endAll: () => own.endAll(),
    get following() {
      return visitors.following + own.following;
    },
  };
}
