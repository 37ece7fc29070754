import type { Bus } from '../../cluster/bus.ts';
import type { Broadcast } from '../../sinks/feeds/broadcast.ts';

/** Broadcasts to the gateways. Signals themselves they read from the store: the bus only announces that there are new ones. */
export function toBus({ publish }: Bus): Broadcast {
  return {
    tick: (tick) => publish({ kind: 'tick', tick }),
    candle: (candle, closed) => publish({ kind: 'candle', candle, closed }),
    feed: (frame) => publish({ kind: 'feed', frame }),
    released: (symbol) => publish({ kind: 'released', symbol }),
    lost: ({ symbol, why }) => publish({ kind: 'verdict', symbol, answer: why }),
    committed: (frames) => {
      if (frames.length > 0) publish({ kind: 'log' });
    },
    judged: (forecast, outcome) => publish({ kind: 'levels', forecast, outcome }),
    decided: (last) => publish({ kind: 'decided', last }),
  };
}
