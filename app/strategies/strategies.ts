import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { z } from 'zod';
import { WINDOW } from '../../models/decision/analyse.ts';
import { MODEL_VERSION } from '../../models/decision/call-analysis.ts';
import { DEFAULT_ASSIGNMENT } from '../../schema/strategies/assignment.ts';
import { fieldPath } from '../../schema/outside/field-path.ts';
import type { ListedStrategy } from '../../schema/strategies/listed-strategies.ts';
import type { Needs } from '../../strategy/contract.ts';
import type { StrategyListing } from '../../workers/strategies/known-strategy.ts';
import type { Strategies as FileStrategies } from '../../workers/strategies/open-strategies.ts';

/** A strategy with the parameters of an assignment. */
export interface ResolvedStrategy {
  readonly name: string;
  /** SHA-256, hex: another one may decide otherwise. */
  readonly version: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly needs: Needs;
}

/** Why a strategy cannot be had. */
interface Unresolved {
  /** A sentence. */
  readonly error: string;
  /** The place in the parameters that it is about, empty for all of them. @default the name */
  readonly at?: string;
  /** Its file is there and cannot run as it is now: it may be mended while the server runs. */
  readonly isBroken?: boolean;
}

/** The strategies that this server knows. */
export interface Strategies {
  readonly list: () => Promise<readonly ListedStrategy[]>;
  /** With parameters as an operator writes them. */
  readonly resolve: (
    name: string,
    params: Readonly<Record<string, unknown>>,
  ) => Promise<ResolvedStrategy | Unresolved>;
}

/** The built-in rule, which the pool of analyses runs, and those of files. The rule's own file is what others can read and learn from. */
export function allStrategies(files: Pick<FileStrategies, 'list' | 'resolve'>): Strategies {
  return {
    list: async () => [
      builtInListing,
      ...(await files.list()).filter(({ name }) => name !== DEFAULT_ASSIGNMENT).map(listingOf),
    ],
    resolve: async (name, params) =>
      name === DEFAULT_ASSIGNMENT ? builtIn(params) : files.resolve(name, params),
  };
}

/** Those of files, where other processes run them: whether they can, those say. */
export const strategiesElsewhere: Pick<FileStrategies, 'list' | 'resolve'> = {
  list: async () => [],
  resolve: async (name) => ({ error: `${name} is run by other processes`, isBroken: true }),
};

const listingOf = ({
  about,
  checks,
  params,
  name,
  version,
  file,
  error,
}: StrategyListing): ListedStrategy => ({
  name,
  about: about ?? '',
  version,
  // Whoever asks need not know the folders of this machine.
  file: basename(file),
  params: params ?? {},
  error,
  checks: (checks?.findings ?? []).map(({ check, result, message }) => ({
    name: check,
    passed: result !== 'failed',
    says: message,
  })),
});

/** What of the built-in rule may be chosen. What is not given is as docs/analysis.md has it. */
const Params = z.strictObject({
  horizonBars: z.int().min(1).max(1000).optional().describe('Bars until a trade is called off; 24.'),
  scoreQuantile: z
    .number()
    .min(0.5)
    .max(0.99)
    .optional()
    .describe("Quantile of the window's own |scores| at which a direction is called; 0.85."),
  scoreBars: z.int().min(50).max(249).optional().describe('Bars whose scores the quantile is taken of; 150.'),
  stopMultiple: z
    .number()
    .min(0.1)
    .max(5)
    .optional()
    .describe('Distance to SL in deviations of the move over the horizon; 0.5.'),
  rewardMultiple: z.number().min(0.5).max(10).optional().describe('Distance to TP in distances to SL; 1.5.'),
  minAgreement: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('Least share of the nearly as likely fits that must call it too; 1.'),
  driftScale: z
    .number()
    .min(0.001)
    .max(1)
    .optional()
    .describe("Prior deviation of a state's drift, in units of its volatility per bar; 0.03."),
  windowWeight: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe("Weight of the window's own variance against that of the regimes; 0.5."),
});

const builtInListing: ListedStrategy = {
  name: DEFAULT_ASSIGNMENT,
  about: 'The built-in rule: a hidden Markov model of the last 250 candles (docs/analysis.md).',
  version: versionOf({}),
  file: null,
  params: z.toJSONSchema(Params),
  error: null,
  checks: [],
};

function builtIn(params: Readonly<Record<string, unknown>>): ResolvedStrategy | Unresolved {
  const parsed = Params.safeParse(params);
  if (parsed.success) {
    const { data } = parsed;
    return { name: DEFAULT_ASSIGNMENT, version: versionOf(data), params: data, needs: { own: WINDOW } };
  }
  const { path, message } = parsed.error.issues[0]!;
  return { error: message, at: fieldPath(path) };
}

/** The order in which parameters are written changes nothing. */
function versionOf(params: Readonly<Record<string, unknown>>): string {
  const sorted = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([DEFAULT_ASSIGNMENT, MODEL_VERSION, sorted]);
  return createHash('sha256').update(text).digest('hex');
}
