import { placeOf } from '../../schema/strategies/assignment.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';

/** In this order one pass writes what it holds. */
const order = ['resolved', 'opened', 'decided', 'levels_resolved', 'withheld', 'withheld_resolved'] as const;
type Written = Extract<SignalEvent, { kind: (typeof order)[number] }>;

interface Lane {
  pass: number;
  stage: number;
  /** Rows of this stage that the pass touches. */
  readonly rows: Set<string>;
}

/**
 * Splits events into passes, each of which one statement a kind can write: no row is touched twice by a statement, and what follows another
 * event of its symbol in time is written after it. Nearly always one pass is enough. Events that are not stored are left out.
 */
export function passesOf<T extends { readonly event: SignalEvent }>(entries: readonly T[]): T[][] {
  const lanes = new Map<string, Lane>();
  const passes: T[][] = [];
  for (const entry of entries) {
    const { event } = entry;
    if (!isWritten(event)) continue;
    const { name, row } = laneOf(event);
    const stage = order.indexOf(event.kind);
    const lane = lanes.get(name) ?? { pass: 0, stage: -1, rows: new Set() };
    lanes.set(name, lane);
    const follows = stage > lane.stage || (stage === lane.stage && !lane.rows.has(row));
    if (!follows) lane.pass += 1;
    if (stage !== lane.stage || !follows) lane.rows.clear();
    lane.stage = stage;
    lane.rows.add(row);
    (passes[lane.pass] ??= []).push(entry);
  }
  return passes;
}

const isWritten = (event: SignalEvent): event is Written => event.kind !== 'repeated';

/** Events of one lane keep their order. The shadow ledger has rows of its own. */
function laneOf(event: Written): { name: string; row: string } {
  if (event.kind === 'resolved') return { name: event.symbol, row: event.id };
  if (event.kind === 'opened') return { name: event.signal.symbol, row: placeOf(event.signal) };
  if (event.kind === 'decided') return { name: event.decision.symbol, row: placeOf(event.decision) };
  if (event.kind === 'levels_resolved') return { name: event.forecast.symbol, row: event.forecast.id };
  const { id, gate } = event.kind === 'withheld' ? event.withheld : event;
  return { name: `shadow ${id} ${gate}`, row: '' };
}
