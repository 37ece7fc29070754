import { help } from '../../state/help.ts';
import { useStore } from '../../state/use-store.ts';
import { glossary } from '../../terms/glossary.ts';
import { Modal } from '../modal.tsx';

const close = () => help.update((now) => ({ ...now, words: false }));

/** Every word that the page explains, to read in one go. */
export function WordsDialog() {
  const open = useStore(help, (now) => now.words);
  return (
    <Modal name="words" title="Words" open={open} onClose={close}>
      <Words />
    </Modal>
  );
}

function Words() {
  return (
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
  );
}
