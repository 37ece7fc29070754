import { timeframes, type Timeframe } from '../../../../schema/timeframe.ts';
import { filterResults } from '../../live/ask-results.ts';
import { filterFault, resultsFilter, type Period, type ResultsFilter } from '../../state/results.ts';
import { symbols } from '../../state/server.ts';
import { signals } from '../../state/signals.ts';
import { strategies } from '../../state/strategies.ts';
import { useStore } from '../../state/use-store.ts';

type Options = readonly (readonly [value: string, name: string])[];

const periodNames: Options = [
  ['24h', '24 hours'],
  ['7d', '7 days'],
  ['30d', '30 days'],
  ['90d', '90 days'],
  ['days', 'From … to …'],
];

const none: readonly never[] = [];

/** What the results are of: symbol, timeframe, side, and the period they ended in. */
export function ResultsFilters() {
  const filter = useStore(resultsFilter, (chosen) => chosen);
  const watched = useStore(symbols, ({ data }) => data?.symbols);
  const issued = useStore(signals, ({ byId }) => byId);
  const assignments = useStore(strategies, ({ data }) => data?.assignments ?? none).map(({ id }) => id);
  const names = new Set((watched ?? []).map(({ symbol }) => symbol));
  const frames = new Set<Timeframe>((watched ?? []).flatMap((one) => one.timeframes));
  for (const { symbol, timeframe } of issued.values()) {
    names.add(symbol);
    frames.add(timeframe);
  }
  if (filter.symbol !== '') names.add(filter.symbol);
  const fault = filterFault(filter);
  return (
    <form
      class="filters results-filters"
      aria-label="Filter results"
      onSubmit={(event) => event.preventDefault()}
    >
      <Choice name="Symbol" of="symbol" options={[...names].sort().map((name) => [name, name])} />
      <Choice
        name="Frame"
        of="timeframe"
        options={timeframes.filter((frame) => frames.has(frame)).map((frame) => [frame, frame])}
      />
      <Choice
        name="Side"
        of="side"
        options={[
          ['BUY', 'BUY'],
          ['SELL', 'SELL'],
        ]}
      />
      {assignments.length > 1 && (
        <Choice name="Live" of="assignment" options={assignments.map((id) => [id, id])} />
      )}
      <Choice name="Period" of="period" options={periodNames} />
      {filter.period === ('days' satisfies Period) && (
        <>
          <Day name="From" of="from" fault={fault} />
          <Day name="To" of="to" fault={fault} />
          <p class={fault === null ? 'panel-note' : 'panel-note tone-lost'} id="period-note" role="status">
            {fault ?? 'Days of UTC, both included.'}
          </p>
        </>
      )}
    </form>
  );
}

interface FieldProps<K extends keyof ResultsFilter> {
  readonly name: string;
  readonly of: K;
}

function Choice({
  name,
  of,
  options,
}: FieldProps<'symbol' | 'timeframe' | 'side' | 'period' | 'assignment'> & { readonly options: Options }) {
  const value = useStore(resultsFilter, (chosen) => chosen[of] ?? '');
  return (
    <select
      aria-label={`${name} of the results`}
      class={value === '' ? '' : 'is-set'}
      value={value}
      onChange={({ currentTarget }) => filterResults({ [of]: currentTarget.value })}
    >
      <option value="">{of === 'period' ? 'All time' : name}</option>
      {options.map(([option, text]) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
    </select>
  );
}

function Day({ name, of, fault }: FieldProps<'from' | 'to'> & { readonly fault: string | null }) {
  const value = useStore(resultsFilter, (chosen) => chosen[of]);
  return (
    <label class="results-day">
      {name}
      <input
        type="date"
        value={value}
        aria-invalid={fault !== null}
        aria-describedby="period-note"
        onChange={({ currentTarget }) => filterResults({ [of]: currentTarget.value })}
      />
    </label>
  );
}
