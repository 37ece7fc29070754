import { feed } from '../state/feed.ts';
import { panels, type PanelName } from '../state/panels.ts';
import { selection } from '../state/selection.ts';
import { feedWord } from '../state/staleness.ts';
import { useStore } from '../state/use-store.ts';
import { Banners } from './banners.tsx';
import { ChartPanel } from './chart/chart-panel.tsx';
import { EventsPanel } from './events-panel.tsx';
import { PerformancePanel } from './results/performance-panel.tsx';
import { QueuePanel } from './queue-panel.tsx';
import { SettingsDialog } from './settings-dialog.tsx';
import { SignalsPanel } from './signals/signals-panel.tsx';
import { StrategiesDialog } from './strategies/strategies-dialog.tsx';
import { Splitter } from './splitter.tsx';
import { TabBar } from './tab-bar.tsx';
import { WordsDialog } from './terms/words-dialog.tsx';
import { Toasts } from './toasts.tsx';
import { FirstMinute } from './tour/first-minute.tsx';
import { TopBar } from './top-bar.tsx';
import { WatchList } from './symbols/watch-list.tsx';

/** The page. Wide windows show every part at once; a phone shows the one its tab names. */
export function App() {
  const view = useStore(selection, (chosen) => chosen.view);
  const all = useStore(panels, (chosen) => chosen);
  const names = Object.keys(all) as PanelName[];
  const folded = names.filter((name) => all[name].isFolded).join(' ');
  const sizes = Object.fromEntries(
    names.flatMap((name) => (all[name].size === null ? [] : [[`--${name}-size`, `${all[name].size}px`]])),
  );
  const frozen = useStore(feed, (state) => feedWord(state).tone === 'bad');
  return (
    <div class={`app ${frozen ? 'is-frozen' : ''}`} data-shows={view} data-folded={folded} style={sizes}>
      <a class="skip" href="#chart">
        Skip to the chart
      </a>
      <a class="skip" href="#signals">
        Skip to the signals
      </a>
      <TopBar />
      <Banners />
      <main class="desk">
        <div class="left">
          <WatchList />
          <EventsPanel />
          <QueuePanel />
        </div>
        <Splitter panel="market" label="the market" side="before" orientation="vertical" />
        <div class="middle">
          <ChartPanel />
          <Splitter panel="results" label="the results" side="after" orientation="horizontal" />
          <PerformancePanel />
        </div>
        <Splitter panel="signals" label="the signals" side="after" orientation="vertical" />
        <SignalsPanel />
      </main>
      <TabBar />
      <Toasts />
      <SettingsDialog />
      <StrategiesDialog />
      <WordsDialog />
      <FirstMinute />
    </div>
  );
}
