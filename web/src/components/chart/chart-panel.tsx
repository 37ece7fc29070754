import { useRef, useState } from 'preact/hooks';
import type { Timeframe } from '../../../../schema/timeframe.ts';
import { formatPrice } from '../../format/price.ts';
import { chartData } from '../../state/chart/candles.ts';
import { quotes } from '../../state/quotes.ts';
import { health } from '../../state/server.ts';
import { select, selection } from '../../state/selection.ts';
import { feed } from '../../state/feed.ts';
import { feedWord } from '../../state/staleness.ts';
import { useStore } from '../../state/use-store.ts';
import { shareView } from '../../live/share-view.ts';
import { CandleTable } from './candle-table.tsx';
import { ClosesIn } from './closes-in.tsx';
import { Icon } from '../icon.tsx';
import { IndicatorDialog } from './indicator-dialog.tsx';
import { Price } from '../symbols/price.tsx';
import { PriceChart } from './price-chart.tsx';
import { RegimeKey } from './regime-key.tsx';
import { useFullScreen } from './use-full-screen.ts';
import { TimeframePicker } from './timeframe-picker.tsx';
import { Verdict } from '../signals/verdict.tsx';

/** The chart of the selected symbol with what the server thinks of it. */
export function ChartPanel() {
  const symbol = useStore(selection, (chosen) => chosen.symbol);
  const asTable = useStore(selection, (chosen) => chosen.asTable);
  const timeframe = useStore(selection, (chosen) => chosen.timeframe);
  const full = useFullScreen();
  return (
    <section
      class={`panel chart-panel ${full.isFull ? 'is-full' : ''}`}
      data-view="chart"
      aria-labelledby="chart-title"
      id="chart"
      tabIndex={-1}
    >
      <div class="chart-head">
        <h2 id="chart-title" class="chart-symbol">
          {symbol ?? 'No symbol'}
        </h2>
        {full.isFull && <DemoMark />}
        {symbol !== null && <BigPrice symbol={symbol} />}
        <ClosesIn />
        {symbol !== null && <TimeframePicker symbol={symbol} />}
        <div class="chart-tools">
          {symbol !== null && timeframe !== null && <IndicatorButton symbol={symbol} timeframe={timeframe} />}
          <button
            type="button"
            class="icon-button"
            onClick={() => void shareView([symbol, timeframe].join(' '))}
          >
            <Icon name="share" />
            <span class="visually-hidden">Share this view</span>
          </button>
          <button
            type="button"
            class="icon-button full-button"
            aria-pressed={full.isFull}
            onClick={full.toggle}
          >
            <Icon name="full" />
            <span class="visually-hidden">Full screen</span>
          </button>
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
      </div>
      {symbol !== null && timeframe !== null && <Verdict symbol={symbol} timeframe={timeframe} />}
      <ChartBody asTable={asTable} />
      <div class="chart-foot">
        {symbol !== null && timeframe !== null && <RegimeKey symbol={symbol} timeframe={timeframe} />}
        <p class="attribution">
          Charts by <a href="https://www.tradingview.com/">TradingView</a> Lightweight Charts™
        </p>
      </div>
    </section>
  );
}

/** Full screen hides the banner that says it. */
function DemoMark() {
  const demo = useStore(health, (asked) => asked.data?.demo === true);
  return demo ? <strong class="demo-mark">Demo: simulated</strong> : null;
}

function IndicatorButton(chart: { readonly symbol: string; readonly timeframe: Timeframe }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="icon-button" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Icon name="indicators" />
        <span class="visually-hidden">Indicators</span>
      </button>
      <IndicatorDialog {...chart} open={open} onClose={() => setOpen(false)} />
    </>
  );
}

/** Candles as picture or numbers; of the panel's parts the only one that is drawn anew with every live candle. */
function ChartBody({ asTable }: { readonly asTable: boolean }) {
  const data = useStore(chartData, (shown) => shown);
  const frozen = useStore(feed, (state) => feedWord(state).tone === 'bad');
  return (
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
  );
}

function BigPrice({ symbol }: { readonly symbol: string }) {
  const spread = useStore(quotes, (all) => {
    const { bid, ask } = all.get(symbol) ?? {};
    return bid === undefined || ask === undefined
      ? null
      : `${formatPrice(symbol, bid)} / ${formatPrice(symbol, ask)}`;
  });
  // Not every tick has both sides: their place is kept, or the chart below would move with each tick.
  const last = useRef({ symbol, spread });
  if (spread !== null || last.current.symbol !== symbol) last.current = { symbol, spread };
  const kept = last.current.spread;
  return (
    <p class="big-price">
      <Price symbol={symbol} class="last-price" />
      {kept !== null && <span class={spread === null ? 'spread is-away' : 'spread'}>{kept}</span>}
    </p>
  );
}
