import { createMarkets } from '../../app/markets.ts';
import { quoted } from '../../schema/outside/outside-text.ts';
import { inWords } from '../../schema/spacing.ts';
import { minuteOf } from '../candles/minute-of.ts';
import { findGaps, type Gap } from './find-gaps.ts';
import { minuteMs } from './minutes.ts';
import type { History } from './open-history.ts';

const GAPS_SHOWN = 10;
const volumes = {
  traded: 'traded',
  ticks: 'in ticks',
  mixed: 'mixed, so of no use',
  none: 'unknown',
} as const;

/** What is stored of a symbol, as lines for people. listsGaps: the first ten of them too. */
export function describeHistory(
  symbol: string,
  { candles, spans, sources, isSimulated }: History,
  { listsGaps }: { readonly listsGaps: boolean },
): string[] {
  const { time, volumeKind } = candles;
  const { openMillis } = createMarkets({ alignment: 'utc', pairsNeverClose: isSimulated }).of(symbol);
  const gaps = findGaps(time, spans, openMillis);
  return [
    `${symbol}: ${count(time.length)} minutes, ${minuteOf(time[0]!)} to ${minuteOf(time.at(-1)! + minuteMs)} UTC`,
    `  gaps          ${summaryOf(gaps)}`,
    ...(listsGaps ? gaps.slice(0, GAPS_SHOWN).map((gap) => `    ${gapInWords(gap)}`) : []),
    ...(listsGaps && gaps.length > GAPS_SHOWN ? [`    and ${count(gaps.length - GAPS_SHOWN)} more`] : []),
    `  volume        ${volumes[volumeKind]}`,
    `  source        ${sources.map((source) => quoted(source, 100)).join(', ')}`,
  ];
}

function summaryOf(gaps: readonly Gap[]): string {
  if (gaps.length === 0) return 'none while the market is open';
  const total = gaps.reduce((sum, { openMs }) => sum + openMs, 0);
  const longest = gaps.reduce((a, b) => (b.openMs > a.openMs ? b : a));
  const unknown = gaps.filter(({ isKnown }) => !isKnown);
  const asked =
    unknown.length === 0
      ? 'the source has no candle there'
      : `${count(unknown.length)} of them never asked for, ${minutes(unknown.reduce((sum, { openMs }) => sum + openMs, 0))}`;
  return `${count(gaps.length)} while the market is open, ${minutes(total)} together, the longest ${inWords(longest.openMs)} from ${minuteOf(longest.from)} on; ${asked}`;
}

const gapInWords = ({ from, to, openMs, isKnown }: Gap): string =>
  `${minuteOf(from)} to ${minuteOf(to)}, ${minutes(openMs)}${isKnown ? '' : ', never asked for'}`;

const minutes = (ms: number): string => `${count(Math.round(ms / minuteMs))} min`;
const count = (n: number): string => n.toLocaleString('en');
