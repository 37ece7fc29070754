import { formatPercent, formatPrice } from '../format/price.ts';
import { chartSignals } from '../state/chart-signals.ts';
import { chartData } from '../state/candles.ts';
import { quotes } from '../state/quotes.ts';
import { select, selection } from '../state/selection.ts';
import { feed } from '../state/feed.ts';
import { feedWord } from '../state/staleness.ts';
import { signals } from '../state/signals.ts';
import { useStore } from '../state/use-store.ts';
import { CandleTable } from './candle-table.tsx';
import { Icon } from './icon.tsx';
import { Price } from './price.tsx';
import { PriceChart } from './price-chart.tsx';
import { RegimeKey } from './regime-key.tsx';
import { SideBadge } from './side-badge.tsx';
import { TimeframePicker } from './timeframe-picker.tsx';

/** The chart of the selected symbol with what the server thinks of it. */
export function ChartPanel() {
  const symbol = useStore(selection, (chosen) => chosen.symbol);
  const asTable = useStore(selection, (chosen) => chosen.asTable);
  const data = useStore(chartData, (shown) => shown);
  const frozen = useStore(feed, (state) => feedWord(state).tone === 'bad');
  return (
    <section
      class="panel chart-panel"
      data-view="chart"
      aria-labelledby="chart-title"
      id="chart"
      tabIndex={-1}
    >
      <div class="chart-head">
        <h2 id="chart-title" class="chart-symbol">
          {symbol ?? 'No symbol'}
        </h2>
        {symbol !== null && <BigPrice symbol={symbol} />}
        {symbol !== null && <TimeframePicker symbol={symbol} />}
        <button
          type="button"
          class="icon-button"
          aria-pressed={asTable}
          onClick={() => select({ asTable: !asTable })}
        >
          <Icon name="table" />
          <span class="visually-hidden">Show as table</span>
        </button>
      </div>
      {data !== null && <Verdict symbol={data.symbol} timeframe={data.timeframe} />}
      <div class="chart-body">
        {data !== null && !asTable && <PriceChart data={data} />}
        {data !== null && asTable && <CandleTable data={data} />}
        {data?.state === 'loading' && data.bars.length === 0 && <p class="chart-word">Loading candles…</p>}
        {data?.state === 'ready' && data.bars.length === 0 && (
          <p class="chart-word">No closed candle yet. The first appears when its window ends.</p>
        )}
        {data?.state === 'failed' && <p class="chart-word">No candles: {data.error}</p>}
        {frozen && <p class="frozen-word">Not live</p>}
      </div>
      <div class="chart-foot">
        {data !== null && <RegimeKey symbol={data.symbol} timeframe={data.timeframe} />}
        <p class="attribution">
          Charts by <a href="https://www.tradingview.com/">TradingView</a> Lightweight Charts™
        </p>
      </div>
    </section>
  );
}

function BigPrice({ symbol }: { readonly symbol: string }) {
  const quote = useStore(quotes, (all) => all.get(symbol));
  if (quote === undefined) return null;
  return (
    <p class={`big-price tick-${quote.direction}`}>
      <Price symbol={symbol} price={quote.price} />
      {quote.bid !== undefined && quote.ask !== undefined && (
        <span class="spread">
          {formatPrice(symbol, quote.bid)} / {formatPrice(symbol, quote.ask)}
        </span>
      )}
    </p>
  );
}

/** The state of the symbol and timeframe in a line: open signal and how far it has come, or why there is none. */
function Verdict({ symbol, timeframe }: { readonly symbol: string; readonly timeframe: string }) {
  const here = chartSignals(
    useStore(signals, (known) => known),
    symbol,
    timeframe,
  );
  const quote = useStore(quotes, (all) => all.get(symbol));
  const open = here.issued.find((signal) => signal.status === 'open');
  if (open === undefined) {
    const reason = here.last?.signal_type === 'WAIT' ? here.last.reasoning : 'No signal is open.';
    return (
      <p class="verdict">
        <SideBadge side="WAIT" /> <span class="verdict-text">{reason}</span>
      </p>
    );
  }
  const way = open.signal_type === 'BUY' ? 1 : -1;
  const gain = quote === undefined ? null : way * (quote.price / open.entry - 1) * 100;
  return (
    <p class="verdict">
      <SideBadge side={open.signal_type} />{' '}
      <span class="verdict-text">
        from {formatPrice(symbol, open.entry)}
        {open.tp !== null && `, TP ${formatPrice(symbol, open.tp)}`}
        {open.sl !== null && `, SL ${formatPrice(symbol, open.sl)}`}
        {gain !== null && (
          <>
            , now <span class={gain >= 0 ? 'tone-up' : 'tone-down'}>{formatPercent(gain)}</span>
          </>
        )}
      </span>
    </p>
  );
}
