import { removeSymbol } from '../../live/add-symbol.ts';
import type { Group } from '../../state/parse-watch-list.ts';
import { settings, toggled } from '../../state/settings.ts';
import { Icon } from '../icon.tsx';
import { dragSymbol } from './drag-symbol.ts';

interface Props {
  readonly symbol: string;
  /** Name of the group that it is in. */
  readonly group: string;
  readonly groups: readonly Group[];
  readonly isHidden: boolean;
  /** Added by the user, who may remove it. */
  readonly isOwn: boolean;
  readonly onKey: (event: KeyboardEvent) => void;
  /** It is to go to this place of a group. */
  readonly onPlace: (group: string, at: number) => void;
}

/** A symbol of the list while that is arranged: its handle, its group, and the ways to hide or remove it. */
export function ArrangeRow({ symbol, group, groups, isHidden, isOwn, onKey, onPlace }: Props) {
  const hide = () => settings.update((s) => ({ ...s, hidden: toggled(s.hidden, symbol) }));
  return (
    <li class={`arrange-row${isHidden ? ' is-hidden' : ''}`} data-symbol={symbol}>
      <button
        type="button"
        class="handle"
        disabled={isHidden}
        aria-label={`Move ${symbol}: arrow keys, or drag`}
        onKeyDown={onKey}
        onPointerDown={(event) => dragSymbol(event, onPlace, groups)}
      >
        <Icon name="move" />
      </button>
      <span class="arrange-symbol">{symbol}</span>
      {groups.length > 1 && (
        <select
          aria-label={`Group of ${symbol}`}
          value={group}
          onChange={({ currentTarget: { value } }) => onPlace(value, Number.MAX_SAFE_INTEGER)}
        >
          {groups.map(({ name }) => (
            <option key={name} value={name}>
              {name || 'no group'}
            </option>
          ))}
        </select>
      )}
      <button
        type="button"
        class="text-button"
        aria-label={`${isHidden ? 'Show' : 'Hide'} ${symbol}`}
        onClick={hide}
      >
        {isHidden ? 'Show' : 'Hide'}
      </button>
      {isOwn && (
        <button
          type="button"
          class="text-button"
          aria-label={`Remove ${symbol}`}
          onClick={() => removeSymbol(symbol)}
        >
          Remove
        </button>
      )}
    </li>
  );
}
