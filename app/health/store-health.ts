import type { WriterState } from '../../sinks/writer/store-writer.ts';
import type { HealthSource, Part } from './health.ts';
import type { Storage } from '../storage.ts';

/** The database, by the writes that it takes: those of the probe, and our own that wait. `writer`: in a process that writes. */
export function storeHealth(
  { storeProbe: probe, store: { sessions } }: Pick<Storage, 'storeProbe' | 'store'>,
  writer?: () => WriterState,
): HealthSource {
  const problem = () => {
    const away = writer?.().away;
    return probe.problem() ?? (away === undefined ? undefined : `writes wait: ${away}`);
  };
  return {
    parts: () => ({
      store: { ...storePart(problem(), writer?.()), ...(sessions === 'shared' && { sessions }) },
    }),
    reasons: () => {
      const why = problem();
      return why === undefined ? [] : [`store: ${why}`];
    },
  };
}

function storePart(problem: string | undefined, writer: WriterState | undefined): Part {
  if (writer === undefined)
    return problem === undefined ? { state: 'ok' } : { state: 'down', reason: problem };
  const { candles, causes, droppedCandles, refusedCauses } = writer;
  const waiting = { candles, causes, droppedCandles, refusedCauses };
  if (problem !== undefined) return { state: 'down', reason: problem, ...waiting };
  return droppedCandles > 0 || refusedCauses > 0
    ? { state: 'degraded', reason: 'writes were given up while the database was away', ...waiting }
    : { state: 'ok', ...waiting };
}
