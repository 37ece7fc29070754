import { askSystemPermission, systemPermission } from '../notify/system-notification.ts';
import { zoneName } from '../format/time.ts';
import { select, selection } from '../state/selection.ts';
import { ownSymbols } from '../state/own-symbols.ts';
import { symbols } from '../state/server.ts';
import { settings, toggled, type Settings } from '../state/settings.ts';
import { useStore } from '../state/use-store.ts';
import { watchList } from '../state/watch-list.ts';
import { HelpChoices } from './terms/help-choices.tsx';
import { Modal } from './modal.tsx';

const set = (change: Partial<Settings>) => settings.update((chosen) => ({ ...chosen, ...change }));

const close = () => select({ settingsOpen: false });

/** What the user may choose; it holds at once and is kept in this browser. */
export function SettingsDialog() {
  const open = useStore(selection, (chosen) => chosen.settingsOpen);
  return (
    <Modal name="settings" title="Settings" open={open} onClose={close}>
      <Choices />
    </Modal>
  );
}

function Choices() {
  const chosen = useStore(settings, (all) => all);
  return (
    <div class="settings-body">
      <fieldset class="segments">
        <legend>Theme</legend>
        {(['system', 'dark', 'light'] as const).map((theme) => (
          <label key={theme} class="segment">
            <input
              type="radio"
              name="theme"
              checked={chosen.theme === theme}
              onChange={() => set({ theme })}
            />
            <span>{theme === 'system' ? 'As the system' : theme === 'dark' ? 'Dark' : 'Light'}</span>
          </label>
        ))}
      </fieldset>
      <label class="field">
        <span>Time zone</span>
        <select value={chosen.timeZone} onChange={(event) => set({ timeZone: event.currentTarget.value })}>
          <option value="local">This device ({zoneName('local')})</option>
          <option value="UTC">UTC</option>
          {Intl.supportedValuesOf('timeZone').map((zone) => (
            <option key={zone} value={zone}>
              {zone}
            </option>
          ))}
        </select>
      </label>
      <Symbols chosen={chosen} />
      <fieldset class="checks">
        <legend>On a new signal</legend>
        <Check label="Play a sound" checked={chosen.sound} onChange={(sound) => set({ sound })} />
        <SystemNotifications chosen={chosen} />
      </fieldset>
      <HelpChoices onChosen={close} />
    </div>
  );
}

function Symbols({ chosen }: { readonly chosen: Settings }) {
  const watched = useStore(symbols, (asked) => asked.data);
  const added = useStore(watchList, (list) => list.added);
  return (
    <fieldset class="checks">
      <legend>Symbols shown</legend>
      {ownSymbols(watched?.symbols ?? [], added).map(({ symbol }) => (
        <Check
          key={symbol}
          label={symbol}
          checked={!chosen.hidden.includes(symbol)}
          onChange={() => set({ hidden: toggled(chosen.hidden, symbol) })}
        />
      ))}
    </fieldset>
  );
}

function SystemNotifications({ chosen }: { readonly chosen: Settings }) {
  const permission = systemPermission();
  if (permission === 'unsupported')
    return <p class="panel-note">This browser has no system notifications.</p>;
  if (permission === 'denied')
    return <p class="panel-note">System notifications are blocked in this browser.</p>;
  return (
    <Check
      label="Show a system notification"
      checked={chosen.systemNotifications && permission === 'granted'}
      onChange={(wanted) =>
        void askSystemPermission(wanted).then((granted) => set({ systemNotifications: wanted && granted }))
      }
    />
  );
}

interface CheckProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

function Check({ label, checked, onChange }: CheckProps) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span>{label}</span>
    </label>
  );
}
