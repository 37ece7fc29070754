import type { ListedAssignment } from '../../../../schema/strategies/listed-strategies.ts';
import { formatR, formatShare } from '../../format/price.ts';
import { formatTime } from '../../format/time.ts';
import { modeWords } from '../../format/whose.ts';
import { assignmentResults } from '../../state/strategies.ts';
import { useStore } from '../../state/use-store.ts';
import { Word } from '../terms/word.tsx';

/** One assignment: what it decides on, how it fares, what it has decided last and what came of its signals. */
export function AssignmentItem({ assignment }: { readonly assignment: ListedAssignment }) {
  const { id, strategy, mode, symbols, timeframes, params, channels, state, reason, open } = assignment;
  const last = assignment.last_decision;
  const chosen = Object.entries(params).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return (
    <li class={`assignment mode-${mode}`} data-id={id}>
      <p class="signal-line">
        <strong>{id}</strong>
        <Word>{modeWords[mode]}</Word>
        <span class={state === 'failed' ? 'tone-lost' : 'panel-note'}>{state}</span>
      </p>
      <p>
        {strategy} on {symbols.join(', ').replace('*', 'every symbol')},{' '}
        {timeframes.join(', ').replace('*', 'every timeframe')}
        {chosen.length > 0 && <> with {chosen.join(', ')}</>}
        {channels.length > 0 && <>, posted to {channels.join(', ')}</>}
      </p>
      {reason !== undefined && <p class={state === 'failed' ? 'tone-lost' : 'panel-note'}>{reason}</p>}
      {last !== null && (
        <p>
          Last decision: {last.signal_type} {last.symbol} {last.timeframe},{' '}
          {formatTime(last.close_time, 'full')}
          {open > 0 && <>; {open} open now</>}
        </p>
      )}
      <Results id={id} />
    </li>
  );
}

function Results({ id }: { readonly id: string }) {
  const known = useStore(assignmentResults, (all) => all.get(id));
  if (known === undefined) return null;
  const { resolved, win_rate, expectancy_r, expectancy_r_interval } = known;
  if (resolved === 0) return <p class="panel-note">No signal of it has ended yet.</p>;
  return (
    <p>
      {resolved} ended, {win_rate === null ? '–' : formatShare(win_rate)} won,{' '}
      {expectancy_r === null ? '–' : formatR(expectancy_r)} each
      {expectancy_r_interval !== null && (
        <> (95 %: {expectancy_r_interval.map((r) => formatR(r)).join(' to ')})</>
      )}
    </p>
  );
}
