import { fileURLToPath } from 'node:url';
import { loadStrategy } from '../../workers/strategies/load-strategy.ts';

/** The moving-average cross with a bracket that the laboratory is measured with, in a process of its own as any strategy. */
export const loadBracket = () =>
  loadStrategy(
    {
      name: 'average-bracket',
      path: fileURLToPath(new URL('../strategies/average-bracket.ts', import.meta.url)),
    },
    { decisionMs: 100, loadMs: 20_000, memoryMb: 128 },
  );
