import { feed } from '../state/feed.ts';
import { selection } from '../state/selection.ts';
import { feedWord } from '../state/staleness.ts';
import { useStore } from '../state/use-store.ts';
import { Banners } from './banners.tsx';
import { ChartPanel } from './chart/chart-panel.tsx';
import { PerformancePanel } from './results/performance-panel.tsx';
import { QueuePanel } from './queue-panel.tsx';
import { SettingsDialog } from './settings-dialog.tsx';
import { SignalsPanel } from './signals/signals-panel.tsx';
import { TabBar } from './tab-bar.tsx';
import { WordsDialog } from './terms/words-dialog.tsx';
import { Toasts } from './toasts.tsx';
import { FirstMinute } from './tour/first-minute.tsx';
import { TopBar } from './top-bar.tsx';
import { WatchList } from './symbols/watch-list.tsx';

/** The page. Wide windows show every part at once; a phone shows the one its tab names. */
export function App() {
  const view = useStore(selection, (chosen) => chosen.view);
  const frozen = useStore(feed, (state) => feedWord(state).tone === 'bad');
  return (
    <div class={`app ${frozen ? 'is-frozen' : ''}`} data-shows={view}>
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
          <QueuePanel />
        </div>
        <div class="middle">
          <ChartPanel />
          <PerformancePanel />
        </div>
        <SignalsPanel />
      </main>
      <TabBar />
      <Toasts />
      <SettingsDialog />
      <WordsDialog />
      <FirstMinute />
    </div>
  );
}
