import type { Bus } from '../../cluster/bus.ts';
import type { Broadcast } from '../../sinks/feeds/broadcast.ts';

/** Tells the gateways. Signals themselves they read from the store: the bus says only that there are some. */
export function toBus({ say }: Bus): Broadcast {
  return {
    tick: (tick) => say({ kind: 'tick', tick }),
    candle: (candle, closed) => say({ kind: 'candle', candle, closed }),
    feed: (frame) => say({ kind: 'feed', frame }),
    released: (symbol) => say({ kind: 'released', symbol }),
    lost: ({ symbol, why }) => say({ kind: 'verdict', symbol, answer: why }),
    committed: (frames) => {
      if (frames.length > 0) say({ kind: 'log' });
    },
    judged: (forecast, outcome) => say({ kind: 'levels', forecast, outcome }),
    decided: (last) => say({ kind: 'decided', last }),
  };
}
