import { useEffect, useState } from 'preact/hooks';
import type { z } from 'zod';
import type { WithheldAnswer, WithheldCall } from '../../../../schema/signal-list.ts';
import { getJson } from '../../api/get-json.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatPrice, formatR } from '../../format/price.ts';
import { formatTime } from '../../format/time.ts';
import { gateWords, statusWords } from '../../format/words.ts';
import type { Filters } from '../../state/selection.ts';
import { SideBadge } from '../side-badge.tsx';

type Asked = readonly WithheldCall[] | 'asking' | 'failed';

/** Above the feed, folded: the calls that gates withheld, asked for when it is opened. */
export function WithheldCalls({ filters: { symbol, timeframe } }: { readonly filters: Filters }) {
  const [open, setOpen] = useState(false);
  const [asked, setAsked] = useState<Asked>('asking');
  useEffect(() => {
    if (!open) return undefined;
    let wanted = true;
    setAsked('asking');
    const query = new URLSearchParams({
      limit: '50',
      ...(symbol === '' ? {} : { symbol }),
      ...(timeframe === '' ? {} : { timeframe }),
    });
    getJson<z.infer<typeof WithheldAnswer>>(`/withheld?${query}`).then(
      ({ withheld }) => wanted && setAsked(withheld),
      () => wanted && setAsked('failed'),
    );
    return () => {
      wanted = false;
    };
  }, [open, symbol, timeframe]);
  return (
    <details class="withheld-calls" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Withheld by gates</summary>
      {open && <Calls asked={asked} />}
    </details>
  );
}

function Calls({ asked }: { readonly asked: Asked }) {
  if (asked === 'asking') return <p class="empty">Asking for withheld calls…</p>;
  if (asked === 'failed') return <p class="empty">Withheld calls could not be loaded.</p>;
  if (asked.length === 0) return <p class="empty">No call was withheld.</p>;
  return (
    <ol>
      {asked.map((call) => (
        <Call key={`${call.id} ${call.gate}`} call={call} />
      ))}
    </ol>
  );
}

/** A call's story in four lines: close, why it went no further, levels, and what would have come of it. */
function Call({ call }: { readonly call: WithheldCall }) {
  const { symbol, outcome } = call;
  return (
    <li class="withheld-call">
      <p class="signal-line">
        <SideBadge side={call.signal_type} />
        <strong class="signal-symbol">{symbol}</strong>
        <span class="signal-timeframe">{call.timeframe}</span>
        <time class="signal-time">{formatTime(call.close_time, 'full')}</time>
      </p>
      <p>
        {gateWords[call.gate] ?? call.gate}: {call.reason}
      </p>
      <p class="signal-levels">
        From {formatPrice(symbol, call.entry)}, TP {formatPrice(symbol, call.tp)}, SL{' '}
        {formatPrice(symbol, call.sl)}
      </p>
      <p>
        {outcome === null
          ? 'Still followed, in silence.'
          : `Would have been: ${statusWords[outcome.status]}${outcome.r === null ? '' : ` ${formatR(outcome.r)}`}, ${formatDuration(Math.max(0, outcome.resolved_at - call.close_time))} after the close.`}
      </p>
    </li>
  );
}
