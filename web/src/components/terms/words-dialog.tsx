import { useEffect, useRef } from 'preact/hooks';
import { help } from '../../state/help.ts';
import { useStore } from '../../state/use-store.ts';
import { glossary } from '../../terms/glossary.ts';
import { Icon } from '../icon.tsx';

const close = () => help.update((now) => ({ ...now, words: false }));

/** Every word that the page explains, to read in one go. */
export function WordsDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = useStore(help, (now) => now.words);
  useEffect(() => {
    if (open && dialog.current?.open === false) dialog.current.showModal();
    if (!open) dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} class="settings words" aria-labelledby="words-title" onClose={close}>
      {open && (
        <>
          <div class="panel-head">
            <h2 id="words-title">Words</h2>
            <button type="button" class="icon-button" onClick={close}>
              <Icon name="close" />
              <span class="visually-hidden">Close words</span>
            </button>
          </div>
          <div class="settings-body" tabIndex={0} role="region" aria-label="List of words">
            {glossary.map(([topic, terms]) => (
              <section key={topic} class="words-topic">
                <h3>{topic}</h3>
                <dl>
                  {terms.map(({ word, sentence, paragraph }) => (
                    <div key={word}>
                      <dt>{word}</dt>
                      <dd>
                        <strong>{sentence}</strong> {paragraph}
                      </dd>
                    </div>
                  ))}
                </dl>
              </section>
            ))}
          </div>
        </>
      )}
    </dialog>
  );
}
