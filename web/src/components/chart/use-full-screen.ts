import { useEffect, useState } from 'preact/hooks';
import { leavesByEscape } from '../leaves-by-escape.ts';

/**
 * A panel that fills the window, and the screen where the browser lets it. The whole page takes the screen, so that notices and dialogs
 * stay in sight. Escape ends it.
 */
export function useFullScreen(): { readonly isFull: boolean; readonly toggle: () => void } {
  const [isFull, setFull] = useState(false);
  useEffect(() => {
    if (!isFull) return undefined;
    const onKey = (event: KeyboardEvent) => {
      if (leavesByEscape(event)) setFull(false);
    };
    const onChange = () => {
      if (document.fullscreenElement === null) setFull(false);
    };
    document.addEventListener('keydown', onKey);
    document.addEventListener('fullscreenchange', onChange);
    return () => {
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('fullscreenchange', onChange);
      if (document.fullscreenElement !== null) void document.exitFullscreen().catch(() => undefined);
    };
  }, [isFull]);
  return {
    isFull,
    toggle: () => {
      if (!isFull) void document.documentElement.requestFullscreen?.().catch(() => undefined);
      setFull(!isFull);
    },
  };
}
