import { render } from 'preact';
import { App } from './components/app.tsx';
import { openLive } from './live/open-live.ts';
import { unlockSound } from './notify/chime.ts';
import { titleBadge } from './notify/title-badge.ts';
import { startClock } from './state/clock.ts';
import { keepIndicators } from './state/chart/indicators.ts';
import { applyTheme } from './state/on-theme.ts';
import { keepPanels } from './state/panels.ts';
import { keepSettings } from './state/settings.ts';
import { keepSizing } from './state/sizing.ts';
import { keepWatchList } from './state/watch-list.ts';

keepSettings(storage());
keepSizing(storage());
keepWatchList(storage());
keepIndicators(storage());
keepPanels(storage());
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
