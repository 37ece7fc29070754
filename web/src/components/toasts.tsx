import { useEffect, useState } from 'preact/hooks';
import { showSignal } from '../live/show-signal.ts';
import { dismiss, notices, type Notice } from '../state/notices.ts';
import { useStore } from '../state/use-store.ts';
import { Icon } from './icon.tsx';

const shownMs = 12_000;

/** Toasts, read out as they come. They leave by themselves, but not from under a pointer or the focus. */
export function Toasts() {
  const shown = useStore(notices, (all) => all);
  return (
    <div class="toasts" role="log" aria-live="polite" aria-label="Notifications">
      {shown.map((notice) => (
        <Toast key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function Toast({ notice }: { readonly notice: Notice }) {
  const [held, hold] = useState(false);
  useEffect(() => {
    if (held) return undefined;
    const timer = setTimeout(() => dismiss(notice.id), shownMs);
    return () => clearTimeout(timer);
  }, [held, notice.id]);
  const open = () => {
    dismiss(notice.id);
    if (notice.signalId !== null) showSignal(notice.signalId);
  };
  return (
    <div
      class={`toast toast-${notice.tone}`}
      onPointerEnter={() => hold(true)}
      onPointerLeave={() => hold(false)}
      onFocusIn={() => hold(true)}
      onFocusOut={() => hold(false)}
    >
      <button type="button" class="toast-open" onClick={open}>
        <strong>{notice.title}</strong>
        <span>{notice.body}</span>
      </button>
      <button type="button" class="icon-button" onClick={() => dismiss(notice.id)}>
        <Icon name="close" />
        <span class="visually-hidden">Dismiss</span>
      </button>
    </div>
  );
}
