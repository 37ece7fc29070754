import { help } from '../../state/help.ts';

/** In the settings: what explains the page. Each opens in place of the settings. */
export function HelpChoices({ onChosen }: { readonly onChosen: () => void }) {
  const open = (what: Partial<ReturnType<typeof help.get>>) => {
    onChosen();
    help.update((now) => ({ ...now, ...what }));
  };
  return (
    <fieldset class="settings-help">
      <legend>Help</legend>
      <button type="button" class="button" onClick={() => open({ step: 0 })}>
        Show me round the page
      </button>
      <button type="button" class="button" onClick={() => open({ words: true })}>
        Words of this page
      </button>
    </fieldset>
  );
}
