import { settings } from './settings.ts';

/** Calls back when the colours of the page have changed, by the user's choice or the system's. */
export function onTheme(listener: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: light)');
  let theme = settings.get().theme;
  const stop = settings.subscribe(() => {
    if (settings.get().theme === theme) return;
    theme = settings.get().theme;
    listener();
  });
  system.addEventListener('change', listener);
  return () => {
    stop();
    system.removeEventListener('change', listener);
  };
}

/** Writes the chosen theme where the style sheet looks for it. Called before anything else listens. */
export function applyTheme(): () => void {
  const apply = () => {
    const { theme } = settings.get();
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  };
  apply();
  return settings.subscribe(apply);
}
