import type { Signal } from '../../../../schema/signal.ts';
import { statusWords } from '../../format/words.ts';
import { select, selection, type Filters } from '../../state/selection.ts';
import { useStore } from '../../state/use-store.ts';

type Options = readonly (readonly [value: string, name: string])[];

/** Narrow pickers; each offers only what occurs, and that of assignments is there where there are several. */
export function SignalFilters({ all }: { readonly all: readonly Signal[] }) {
  const filters = useStore(selection, (chosen) => chosen.filters);
  const occurring = (pick: (signal: Signal) => string, wanted: string): Options =>
    [...new Set([...all.map(pick), ...(wanted === '' ? [] : [wanted])])]
      .sort()
      .map((value) => [value, value]);
  const assignments = occurring(({ assignment = 'regime' }) => assignment, filters.assignment ?? '');
  const set = (change: Partial<Filters>) => select({ filters: { ...filters, ...change } });
  return (
    <form class="filters" aria-label="Filter signals" onSubmit={(event) => event.preventDefault()}>
      <Picker
        label="Symbol"
        value={filters.symbol}
        options={occurring((s) => s.symbol, filters.symbol)}
        onPick={(symbol) => set({ symbol })}
      />
      <Picker
        label="Frame"
        value={filters.timeframe}
        options={occurring((s) => s.timeframe, filters.timeframe)}
        onPick={(timeframe) => set({ timeframe: timeframe as Filters['timeframe'] })}
      />
      <Picker
        label="Side"
        value={filters.side}
        options={[
          ['BUY', 'BUY'],
          ['SELL', 'SELL'],
        ]}
        onPick={(side) => set({ side: side as Filters['side'] })}
      />
      <Picker
        label="Outcome"
        value={filters.status}
        options={Object.entries(statusWords)}
        onPick={(status) => set({ status: status as Filters['status'] })}
      />
      {(assignments.length > 1 || filters.assignment) && (
        <Picker
          label="Rule"
          value={filters.assignment ?? ''}
          options={assignments}
          onPick={(assignment) => set({ assignment })}
        />
      )}
    </form>
  );
}

interface PickerProps {
  readonly label: string;
  readonly value: string;
  readonly options: Options;
  readonly onPick: (value: string) => void;
}

function Picker({ label, value, options, onPick }: PickerProps) {
  return (
    <select
      aria-label={label}
      class={value === '' ? '' : 'is-set'}
      value={value}
      onChange={(event) => onPick(event.currentTarget.value)}
    >
      <option value="">{label}</option>
      {options.map(([option, name]) => (
        <option key={option} value={option}>
          {name}
        </option>
      ))}
    </select>
  );
}
