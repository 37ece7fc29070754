import { useEffect } from 'preact/hooks';
import { help } from '../../state/help.ts';
import { selection } from '../../state/selection.ts';
import { health } from '../../state/server.ts';
import { settings } from '../../state/settings.ts';
import { useStore } from '../../state/use-store.ts';
import { TourCard } from './tour-card.tsx';
import { tourStops } from './tour-stops.ts';

/** In the demo, once in a browser, and whenever the settings are asked for it: what the four parts of the page are for. */
export function FirstMinute() {
  const demo = useStore(health, (asked) => asked.data?.demo === true);
  const step = useStore(help, (now) => now.step);
  const words = useStore(help, (now) => now.words);
  const settingsOpen = useStore(selection, (chosen) => chosen.settingsOpen);
  useEffect(() => {
    if (demo && !settings.get().toured) help.update((now) => ({ ...now, step: now.step ?? 0 }));
  }, [demo]);
  const stop = step === null ? undefined : tourStops[step];
  // A dialog that the user opened goes first.
  if (step === null || stop === undefined || words || settingsOpen) return null;
  return <TourCard step={step} stop={stop} />;
}
