import { machineClock } from '../../streams/clock/machine-clock.ts';
import type { SpacedCandles } from '../candles/spaced-candles.ts';
import { cutAt, otherFuture } from './futures.ts';
import { type DecidedDigest, runWalk } from './run-walk.ts';
import type { WalkTask } from './walk.ts';

export interface AuditOptions extends WalkTask {
  /** URL of the module whose default export walks. */
  readonly walk: string;
  /** At how many times the future is taken away, and exchanged. @default 3 */
  readonly cuts?: number;
}

interface Finding {
  /** Close of the decision, Unix ms; null: of the walk as a whole. */
  readonly at: number | null;
  readonly message: string;
}

export interface Audit {
  /** Decisions that were compared, over all cuts. */
  readonly compared: number;
  readonly cuts: readonly number[];
  readonly findings: readonly Finding[];
}

const day = 86_400_000;

/**
 * Walks over the whole data, and for each of some times again over data that end there and over data that go on otherwise: each time a
 * fresh process, whose clock and time zone are others and which may read nothing but code and those data. Everything decided up to that
 * time must be the same, so whatever knows of the future shows, wherever it has it from.
 */
export async function auditWalk({ cuts: wanted = 3, ...task }: AuditOptions): Promise<Audit> {
  const { minutes } = task;
  // Unconfined: what only a confined walk cannot do must show too.
  const whole = await runWalk({ ...task, zone: 'UTC', clockShiftMs: 0, confined: false });
  if ('failure' in whole) return { compared: 0, cuts: [], findings: [{ at: null, message: whole.failure }] };
  const cuts = cutsOf(minutes, whole.decisions, wanted);
  const findings: Finding[] = [];
  let compared = 0;
  for (const [i, cut] of cuts.entries()) {
    const again = async (name: string, data: SpacedCandles, zone: string, clockShiftMs: number) => {
      const walked = await runWalk({ ...task, minutes: data, zone, clockShiftMs, confined: true });
      if ('failure' in walked) findings.push({ at: null, message: `with ${name}: ${walked.failure}` });
      else compared += compare(whole.decisions, walked.decisions, cut, name, findings);
    };
    // One clock stands where the data end, as a live one would; the other is far off.
    await again('the future absent', cutAt(minutes, cut), 'Pacific/Kiritimati', cut - machineClock.wallNow());
    await again('another future', otherFuture(minutes, cut), 'America/Lima', (397.3 + 31 * i) * day);
  }
  return { compared, cuts, findings };
}

/** Closes of decisions, spread over the walk to its end, whose last candle is there: data that end there show that it is over. */
function cutsOf(minutes: SpacedCandles, decisions: readonly DecidedDigest[], wanted: number): number[] {
  const traded = new Set(minutes.time);
  const possible = decisions.map(({ at }) => at).filter((at) => traded.has(at - minutes.spacingMs));
  const spread = Array.from({ length: wanted }, (_, i) =>
    possible.at(Math.floor(((i + 1) * possible.length) / (wanted + 0.5)) - 1),
  );
  return [...new Set(spread)].filter((cut) => cut !== undefined);
}

/** Compares what two walks decided up to a time; answers how many decisions that were. */
function compare(
  whole: readonly DecidedDigest[],
  again: readonly DecidedDigest[],
  until: number,
  name: string,
  findings: Finding[],
): number {
  const before = ({ at }: DecidedDigest): boolean => at <= until;
  const expected = new Map(whole.filter(before).map(({ at, parts }) => [at, parts]));
  const found = new Map(again.filter(before).map(({ at, parts }) => [at, parts]));
  for (const at of new Set([...expected.keys(), ...found.keys()])) {
    const [a, b] = [expected.get(at) ?? {}, found.get(at) ?? {}];
    const differing = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
      (part) => a[part] !== b[part],
    );
    if (differing.length > 0) findings.push({ at, message: `${differing.join(', ')} differs with ${name}` });
  }
  return expected.size;
}
