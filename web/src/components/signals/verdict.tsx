import { useState } from 'preact/hooks';
import type { Decision, Signal } from '../../../../schema/signal.ts';
import { formatPercent, formatPrice } from '../../format/price.ts';
import { waitWords } from '../../format/wait-words.ts';
import { chartSignals } from '../../state/chart/chart-signals.ts';
import { quotes } from '../../state/quotes.ts';
import { symbols } from '../../state/server.ts';
import { signals } from '../../state/signals.ts';
import { useStore } from '../../state/use-store.ts';
import { SideBadge } from '../side-badge.tsx';
import { WhyDialog } from './why-dialog.tsx';

/** The state of the symbol and timeframe in a line: open signal and how far it has come, or why there is none. */
export function Verdict({ symbol, timeframe }: { readonly symbol: string; readonly timeframe: string }) {
  const here = chartSignals(
    useStore(signals, (known) => known),
    symbol,
    timeframe,
  );
  const isAnalysed = useStore(
    symbols,
    ({ data }) => data?.symbols.find((one) => one.symbol === symbol)?.analysed !== false,
  );
  const open = here.issued.find((signal) => signal.status === 'open');
  if (open === undefined) {
    const none = isAnalysed
      ? 'No signal is open.'
      : 'Prices and candles only: this server analyses the symbols it was set up for.';
    return isAnalysed && here.last?.signal_type === 'WAIT' ? (
      <Waiting decision={here.last} />
    ) : (
      <p class="verdict">
        <SideBadge side="WAIT" /> <span class="verdict-text">{none}</span>
      </p>
    );
  }
  return (
    <p class="verdict">
      <SideBadge side={open.signal_type} />{' '}
      <span class="verdict-text">
        from {formatPrice(symbol, open.entry)}
        {open.tp !== null && `, TP ${formatPrice(symbol, open.tp)}`}
        {open.sl !== null && `, SL ${formatPrice(symbol, open.sl)}`}
        <Gain signal={open} />
      </span>
    </p>
  );
}

/** Why there is no signal, in words; the numbers are behind the question. */
function Waiting({ decision }: { readonly decision: Decision }) {
  const [asked, ask] = useState(false);
  const { lead, because } = waitWords(decision);
  return (
    <>
      <p class="verdict">
        <SideBadge side="WAIT" />{' '}
        <span class="verdict-text">
          <strong>{lead}.</strong> {because}
        </span>{' '}
        <button type="button" class="word-button" onClick={() => ask(true)}>
          Why?
        </button>
      </p>
      <WhyDialog decision={decision} open={asked} onClose={() => ask(false)} />
    </>
  );
}

function Gain({ signal }: { readonly signal: Signal }) {
  const way = signal.signal_type === 'BUY' ? 1 : -1;
  const words = useStore(quotes, (all) => {
    const quote = all.get(signal.symbol);
    return quote === undefined ? null : formatPercent(way * (quote.price / signal.entry - 1) * 100);
  });
  if (words === null) return null;
  return (
    <>
      , now <span class={words.startsWith('−') ? 'tone-down' : 'tone-up'}>{words}</span>
    </>
  );
}
