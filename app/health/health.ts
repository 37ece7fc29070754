import type { HttpDeps } from '../../http/http-deps.ts';
import type { HealthAnswer } from '../../schema/rest.ts';
import type { SimulatedHistory } from '../../schema/simulated-history.ts';

export type Part = HealthAnswer['parts'][string];

/** One of those whom `/health` and `/ready` ask. */
export interface HealthSource {
  readonly parts: () => Readonly<Record<string, Part>>;
  /** What speaks against sending traffic. */
  readonly reasons: () => readonly string[];
}

/** `/health`, which is 200 while the process works, and `/ready`, which asks for what traffic needs. */
export function createHealth(
  {
    scrub = (text) => text,
    history,
    ...service
  }: {
    readonly demo: boolean;
    readonly version: string;
    /** In the demo: the simulated history that it was filled with. */
    readonly history?: SimulatedHistory | undefined;
    /** Takes secrets out of reasons, which are often others' words. */
    readonly scrub?: (text: string) => string;
  },
  sources: readonly HealthSource[],
): Pick<HttpDeps, 'health' | 'ready'> {
  const filled = history === undefined ? {} : { simulated_history: history };
  return {
    health: () => {
      const found: HealthAnswer['parts'] = Object.assign({}, ...sources.map((source) => source.parts()));
      const parts = Object.fromEntries(
        Object.entries(found).map(([name, part]) => [name, { ...part, ...because(part.reason, scrub) }]),
      );
      const isWell = Object.values(parts).every(({ state }) => state === 'ok' || state === 'off');
      return {
        status: isWell ? 'ok' : 'degraded',
        demo: service.demo,
        version: service.version,
        uptime_seconds: process.uptime(),
        ...filled,
        parts,
      };
    },
    ready: () => {
      const reasons = [...new Set(sources.flatMap((source) => source.reasons()))].map(scrub);
      return Promise.resolve({ ready: reasons.length === 0, reasons, ...filled });
    },
  };
}

export const because = (reason: string | undefined, scrub = (text: string) => text) =>
  reason === undefined ? {} : { reason: scrub(reason) };
