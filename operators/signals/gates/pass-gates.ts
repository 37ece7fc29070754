import type { CalendarState } from '../../../schema/calendar.ts';
import type { Decision, GateVerdict, SignalType } from '../../../schema/signal.ts';
import type { AnalysedClose } from '../../analysis/analysed-close.ts';
import type { PriceRange } from '../outcomes/recent-prices.ts';
import { applyGate } from './apply-gate.ts';
import { channelGate, type EntryChannels } from './channel-gate.ts';
import { dataQualityGate } from './data-quality-gate.ts';
import { newsGate } from './news-gate.ts';
import { type IssuedEntry, riskGate, type RiskLimits } from './risk-gate.ts';
import { volatilityRatio } from '../../analysis/volatility-ratio.ts';

export interface GateContext {
  readonly calendar: CalendarState;
  readonly news: {
    readonly beforeMs: number;
    readonly afterMs: number;
    readonly failMode: 'open' | 'closed';
    readonly currenciesOf?: (symbol: string) => readonly string[];
  };
  readonly risk: RiskLimits;
  readonly issued: readonly IssuedEntry[];
  /** Direction of the signal that is open, if one is. */
  readonly open: SignalType | null;
  /** Lowest and highest price since a time, Unix ms; null where none was heard. */
  readonly rangeSince: (time: number) => PriceRange | null;
  /** Where an entry is posted. @default everywhere, which nobody else does */
  readonly channels?: EntryChannels;
}

export interface GatedClose {
  readonly decision: Decision;
  /** The first gate that refused. */
  readonly refusal: GateVerdict | null;
  /** The decision is an entry: timely, and in a direction that is not open already. */
  readonly isEntry: boolean;
  /** Where it is posted. */
  readonly channels?: readonly string[];
}

/**
 * Passes an analysed close through its gates: data quality, news, and, for a timely new entry alone, risk and the channels. Posted candles
 * are trusted: they meet the last two only.
 */
export function passGates(close: AnalysedClose, context: GateContext): GatedClose {
  const { source, closeTime, cost, quality, columns } = close;
  let decision: Decision = {
    ...close.decision,
    lineage: { ...close.decision.lineage, source, cost },
  };
  let refusal: GateVerdict | null = null;
  const pass = (verdict: GateVerdict): void => {
    decision = applyGate(decision, verdict);
    if (!verdict.passed) refusal ??= verdict;
  };
  const isNew = (): boolean => decision.signal_type !== 'WAIT' && decision.signal_type !== context.open;
  const isRefused = decision.gates.some(({ passed }) => !passed);
  if (quality !== null && !isRefused) pass(dataQualityGate(decision, quality));
  if (source === 'live') {
    pass(newsGate(decision, { calendar: context.calendar, at: closeTime, ...context.news }));
  }
  if (close.timely && isNew()) {
    pass(
      riskGate(decision, {
        limits: context.risk,
        issued: context.issued,
        cost,
        // Where nothing is refused for it nothing is computed.
        volatilityRatio:
          context.risk.maxVolatilityRatio === 0 ? 1 : volatilityRatio(columns.high, columns.low),
        range: source === 'live' ? context.rangeSince(closeTime) : null,
      }),
    );
  }
  let free = context.channels?.all;
  if (context.channels !== undefined && close.timely && isNew()) {
    const found = channelGate(context.channels);
    free = found.free;
    if (found.verdict !== null) pass(found.verdict);
  }
  const isEntry = close.timely && isNew();
  return { decision, refusal, isEntry, ...(free !== undefined && { channels: free }) };
}
