import { isForVisitors, isPosted } from './outcomes/issued-trade.ts';
import { createSignalDesk, type DeskStep, type SignalDesk, type SignalDeskOptions } from './signal-desk.ts';
import { NOTHING_RESTORED, type RestoredSignals, type SignalInput } from './signal-input.ts';

/**
 * The signals of a symbol that is not configured: visitors may have asked for its live analysis, and the operator may post its candles.
 * Each source has a desk of its own, so that open signals, limits and prices of visitors change nothing that followers get. The first
 * posted close ends the visitors' signals; from then on live closes decide nothing. Nor do they while a signal is open that followers got
 * when the symbol was configured: it runs to its own end.
 */
export function createVisitorDesk(options: SignalDeskOptions): SignalDesk {
  const { restored = NOTHING_RESTORED } = options;
  const posted = createSignalDesk({ ...options, isConfigured: false, restored: partOf(restored, true) });
  const live = createSignalDesk({
    ...options,
    ...(options.assignment && { assignment: { ...options.assignment, channels: [] } }),
    isConfigured: false,
    restored: partOf(restored, false),
  });
  const ofFollowers = new Set(
    restored.signals.flatMap((signal) => (isPosted(signal) || isForVisitors(signal) ? [] : signal.id)),
  );
  let isPostedTo = [...restored.signals, ...restored.decisions].some(isPosted);

  return {
    get openIds() {
      return new Map([...live.openIds, ...posted.openIds]);
    },
    get ideas() {
      return [...live.ideas, ...posted.ideas];
    },
    start: () => [...posted.start(), ...live.start()],
    accept(input: SignalInput): readonly DeskStep[] {
      if (input.kind !== 'analysed') return live.accept(input);
      if (input.source === 'live') {
        const isHeld = ofFollowers.has(live.openIds.get(input.timeframe) ?? '');
        return isPostedTo || isHeld ? [] : live.accept(input);
      }
      const ended = isPostedTo ? [] : live.endAll();
      isPostedTo = true;
      return [...ended, ...posted.accept(input)];
    },
    expire: () => [...posted.expire(), ...live.expire()],
    endAll: () => [...posted.endAll(), ...live.endAll()],
    get following() {
      return posted.following + live.following;
    },
  };
}

/** What one source has left. Refused entries do not name theirs: they are followed on the live feed. */
function partOf(restored: RestoredSignals, ofPosts: boolean): RestoredSignals {
  const isOf = (one: Parameters<typeof isPosted>[0]) => isPosted(one) === ofPosts;
  return {
    signals: restored.signals.filter(isOf),
    ghosts: restored.ghosts.filter(isOf),
    decisions: restored.decisions.filter(isOf),
    withheld: ofPosts ? [] : restored.withheld,
    minutes: restored.minutes,
  };
}
