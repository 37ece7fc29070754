import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from './icon.tsx';

interface Props {
  /** Names it among the dialogs, as in `Close settings`; also a class. */
  readonly name: string;
  readonly title: string;
  readonly open: boolean;
  /** It was closed, by its button or by Escape. */
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A dialog that stands before the page until it is closed. What it holds exists only while it is open. */
export function Modal({ name, title, open, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open && dialog.current?.open === false) dialog.current.showModal();
    if (!open) dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} class={`modal ${name}`} aria-labelledby={`${name}-title`} onClose={onClose}>
      {open && (
        <>
          <div class="panel-head">
            <h2 id={`${name}-title`}>{title}</h2>
            <button type="button" class="icon-button" onClick={() => dialog.current?.close()}>
              <Icon name="close" />
              <span class="visually-hidden">Close {name}</span>
            </button>
          </div>
          {children}
        </>
      )}
    </dialog>
  );
}
