import { formatTime, zoneName } from '../format/time.ts';
import { now } from '../state/clock.ts';
import { feed } from '../state/feed.ts';
import { select } from '../state/selection.ts';
import { settings } from '../state/settings.ts';
import { feedWord } from '../state/staleness.ts';
import { useStore } from '../state/use-store.ts';
import { Icon } from './icon.tsx';
import { StrategiesButton } from './strategies/strategies-button.tsx';

/** Name, feed state, clock, settings. */
export function TopBar() {
  const word = feedWord(useStore(feed, (state) => state));
  return (
    <header class="top-bar">
      <h1 class="brand">
        <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
          <path d="M23.5 6.6A12 12 0 1 0 28 14.6" />
          <path d="M16 9v14M12.5 12.5h7v7h-7z" />
        </svg>
        Anso Vision
      </h1>
      <p class={`feed-state feed-${word.tone}`} role="status">
        <span class="feed-lamp" aria-hidden="true" />
        <span class="feed-label">Feed</span> <strong>{word.short}</strong>
        {word.tone !== 'good' && word.since > 0 && (
          <span class="feed-since"> since {formatTime(word.since, 'clock')}</span>
        )}
      </p>
      <Clock />
      <nav class="top-links" aria-label="Elsewhere on this server">
        <a href="docs">API docs</a>
      </nav>
      <StrategiesButton />
      <button type="button" class="icon-button" onClick={() => select({ settingsOpen: true })}>
        <Icon name="sliders" />
        <span class="wide-only">Settings</span>
        <span class="narrow-only visually-hidden">Settings</span>
      </button>
    </header>
  );
}

function Clock() {
  const time = useStore(now, (ms) => ms);
  const zone = useStore(settings, (chosen) => chosen.timeZone);
  return (
    <p class="clock">
      <time>{formatTime(time, 'clock')}</time> <span class="clock-zone">{zoneName(zone)}</span>
    </p>
  );
}
