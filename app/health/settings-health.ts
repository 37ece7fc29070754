import type { ProcessCard } from '../../schema/cluster.ts';
import { differenceOf } from '../shared-settings.ts';
import type { HealthSource } from './health.ts';

/** Differences that are listed. */
const listed = 3;

/**
 * Settings that must agree among the processes of an installation. The ingest at work is right: another process that differs from it is not
 * ready. Without one, and of others, a difference is told and hinders nothing.
 */
export function settingsHealth(options: {
  readonly own: ProcessCard;
  readonly others: () => readonly ProcessCard[];
  /** Id of the ingest at work; undefined where none is known. */
  readonly ingest: () => string | undefined;
}): HealthSource {
  const { own, others, ingest } = options;
  const differences = (cards: readonly ProcessCard[]) =>
    cards.flatMap((card) => differenceOf(own, card) ?? []);
  const fromIngest = () => {
    const id = ingest();
    return id === own.id ? [] : differences(others().filter((card) => card.id === id));
  };
  return {
    parts: () => {
      const all = differences(others());
      const processes = others().length + 1;
      if (all.length === 0) return { settings: { state: 'ok', processes } };
      const more = all.length > listed ? ` and ${all.length - listed} more` : '';
      return {
        settings: {
          state: fromIngest().length > 0 ? 'down' : 'degraded',
          reason: `${all.slice(0, listed).join('; ')}${more}`,
          processes,
        },
      };
    },
    reasons: () => fromIngest().map((difference) => `settings: ${difference}`),
  };
}
