import { unseen } from '../state/notices.ts';

/** Counts unseen signals in the title, until the user touches the page again. Returns what stops it. */
export function titleBadge(name: string): () => void {
  const write = () => {
    document.title = unseen.get() === 0 ? name : `(${unseen.get()}) ${name}`;
  };
  const seen = () => unseen.set(0);
  const stop = unseen.subscribe(write);
  addEventListener('pointerdown', seen, { passive: true });
  addEventListener('keydown', seen);
  write();
  return () => {
    stop();
    removeEventListener('pointerdown', seen);
    removeEventListener('keydown', seen);
  };
}
