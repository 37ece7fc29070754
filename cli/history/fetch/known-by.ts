import type { RestBars } from '../../../streams/provider/rest/ask-bars.ts';
import { minuteMs } from '../minutes.ts';
import { type Span, within, without } from '../spans.ts';

const day = 86_400_000;

/**
 * What is known after an answer to a question for `asked`: all of it, but minutes whose bar was impossible, and what is younger than a day
 * and behind the newest bar, which the provider may still be going to give.
 */
export function knownBy(bars: RestBars, asked: readonly Span[], now: number): Span[] {
  const newest = bars.at(-1);
  const settled = Math.max(now - day, newest === undefined ? 0 : newest.openTime + minuteMs);
  const doubtful = (bars.spoilt ?? []).map((open): Span => [open, open + minuteMs]);
  return within(asked, [0, settled]).flatMap((span) => without(span, doubtful));
}
