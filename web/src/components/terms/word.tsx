import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { help } from '../../state/help.ts';
import { termOf } from '../../terms/glossary.ts';
import { placeBeside } from './place-beside.ts';

/**
 * A word of the page with its explanation behind it: the sentence as its description and under the pointer, the paragraph
 * on a click, a tap, Enter or Space. Escape or a click elsewhere closes it. A word that no term explains is plain text.
 */
export function Word({ children }: { readonly children: string }) {
  const term = termOf(children);
  const [open, setOpen] = useState(false);
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const note = useRef<HTMLElement>(null);
  useLayoutEffect(() => (open ? placeBeside(button.current!, note.current!) : undefined), [open]);
  if (term === undefined) return <>{children}</>;
  return (
    <span class="word">
      <button ref={button} type="button" class="word-button" title={term.sentence} popovertarget={id}>
        {children}
      </button>
      <span
        ref={note}
        id={id}
        class="word-note"
        popover="auto"
        role="group"
        aria-label={term.word}
        onToggle={(event) => setOpen(event.newState === 'open')}
      >
        {open && (
          <>
            <strong class="word-sentence">{term.sentence}</strong>
            <span class="word-paragraph">{term.paragraph}</span>
            <button
              type="button"
              class="word-all"
              onClick={() => {
                note.current?.hidePopover();
                help.update((now) => ({ ...now, words: true }));
              }}
            >
              All words of this page
            </button>
          </>
        )}
      </span>
    </span>
  );
}
