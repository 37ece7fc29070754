import { render } from 'preact';
import { App } from './components/app.tsx';
import { openLive } from './live/open-live.ts';
import { unlockSound } from './notify/chime.ts';
import { titleBadge } from './notify/title-badge.ts';
import { startClock } from './state/clock.ts';
import { indicators, parseIndicators } from './state/chart/indicators.ts';
import { keepStore } from './state/keep-store.ts';
import { applyTheme } from './state/on-theme.ts';
import { panels, parsePanels } from './state/panels.ts';
import { parseWatchList } from './state/parse-watch-list.ts';
import { parseSettings, settings } from './state/settings.ts';
import { parseSizing, sizing } from './state/sizing.ts';
import { watchList } from './state/watch-list.ts';

const kept = storage();
keepStore(kept, 'settings', settings, parseSettings);
keepStore(kept, 'sizing', sizing, parseSizing);
keepStore(kept, 'watch-list', watchList, parseWatchList);
keepStore(kept, 'indicators', indicators, parseIndicators);
keepStore(kept, 'panels', panels, parsePanels);
applyTheme();
startClock();
titleBadge('Anso Vision');
unlockSound();
openLive();
render(<App />, document.querySelector('#app')!);

/** The browser's storage, or null where the user forbids it. */
function storage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
