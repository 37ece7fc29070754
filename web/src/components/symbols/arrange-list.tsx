import { useState } from 'preact/hooks';
import { placed, stepped, withGroup, withoutGroup } from '../../state/arrange-groups.ts';
import type { Group } from '../../state/parse-watch-list.ts';
import { settings } from '../../state/settings.ts';
import { useStore } from '../../state/use-store.ts';
import { watchList } from '../../state/watch-list.ts';
import { Icon } from '../icon.tsx';
import { ArrangeRow } from './arrange-row.tsx';

/** The watch list while it is arranged: order by drag or arrow keys, groups, and what is hidden or removed. It holds at once. */
export function ArrangeList({
  groups,
  known,
}: {
  /** Every symbol that was ever placed is in one of them. */
  readonly groups: readonly Group[];
  /** Those that the server tells of now. */
  readonly known: ReadonlySet<string>;
}) {
  const hidden = useStore(settings, (chosen) => chosen.hidden);
  const added = useStore(watchList, (list) => list.added);
  const [said, say] = useState('');
  const shown = new Set(
    groups
      .flatMap(({ symbols }) => symbols)
      .filter((symbol) => known.has(symbol) && !hidden.includes(symbol)),
  );
  const put = (next: readonly Group[], symbol: string) => {
    watchList.update((list) => ({ ...list, groups: next }));
    const group = next.find(({ symbols }) => symbols.includes(symbol));
    const seen = group?.symbols.filter((one) => shown.has(one)) ?? [];
    const where = group?.name ? ` in ${group.name}` : '';
    say(`${symbol} is ${seen.indexOf(symbol) + 1} of ${seen.length}${where}`);
  };
  const onKey = (event: KeyboardEvent, symbol: string) => {
    const step = { ArrowDown: 1 as const, ArrowUp: -1 as const }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    put(stepped(groups, symbol, step, shown), symbol);
    // The row may have gone to another list: its handle keeps the focus.
    requestAnimationFrame(() =>
      document
        .querySelector<HTMLElement>(`.arrange-row[data-symbol="${CSS.escape(symbol)}"] .handle`)
        ?.focus(),
    );
  };
  return (
    <div class="arrange">
      <p class="visually-hidden" role="status">
        {said}
      </p>
      {groups.map((group) => (
        <section
          key={group.name}
          class="arrange-group"
          data-group={group.name}
          aria-label={group.name || 'No group'}
        >
          {group.name !== '' && (
            <div class="watch-group">
              <h3>{group.name}</h3>
              <button
                type="button"
                class="icon-button"
                onClick={() =>
                  watchList.update((list) => ({ ...list, groups: withoutGroup(groups, group.name) }))
                }
              >
                <Icon name="close" />
                <span class="visually-hidden">Dissolve the group {group.name}</span>
              </button>
            </div>
          )}
          <ul class="arrange-rows">
            {group.symbols
              .filter((symbol) => known.has(symbol))
              .map((symbol) => (
                <ArrangeRow
                  key={symbol}
                  symbol={symbol}
                  group={group.name}
                  groups={groups}
                  isHidden={hidden.includes(symbol)}
                  isOwn={added.includes(symbol)}
                  onKey={(event) => onKey(event, symbol)}
                  onPlace={(name, at) => put(placed(watchList.get().groups, symbol, name, at), symbol)}
                />
              ))}
          </ul>
        </section>
      ))}
      <NewGroup groups={groups} />
    </div>
  );
}

function NewGroup({ groups }: { readonly groups: readonly Group[] }) {
  const [name, setName] = useState('');
  return (
    <form
      class="new-group"
      onSubmit={(event) => {
        event.preventDefault();
        watchList.update((list) => ({ ...list, groups: withGroup(groups, name) }));
        setName('');
      }}
    >
      <input
        type="text"
        aria-label="Name of a new group"
        placeholder="New group"
        maxLength={24}
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <button type="submit" class="text-button" disabled={name.trim() === ''}>
        Add group
      </button>
    </form>
  );
}
