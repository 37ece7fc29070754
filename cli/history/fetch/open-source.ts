import type { SchedulerLike, Subscription } from 'rxjs';
import { createMarkets } from '../../../app/markets.ts';
import { scrubber } from '../../../app/log.ts';
import { type Config, secretsOf } from '../../../config.ts';
import { demoPlan, startSimulator } from '../../../simulator/start-simulator.ts';
import { createInstruments } from '../../../streams/provider/instruments.ts';
import { createCreditBudget, type CreditBudget } from '../../../streams/provider/rest/credit-budget.ts';
import { type TwelveDataRest, twelveDataRest } from '../../../streams/provider/rest/twelvedata-rest.ts';
import { CommandError } from '../../command.ts';
import { serverAnswers } from '../../server-answers.ts';

/** Where minutes are fetched. */
export interface Source extends Disposable {
  readonly name: string;
  readonly isSimulated: boolean;
  readonly rest: TwelveDataRest;
  readonly budget: Pick<CreditBudget, 'state'>;
  readonly clock: SchedulerLike;
  /** Does a server that runs want credits of the same plan? */
  readonly isShared: boolean;
  /** Aborts where it has not answered for five minutes. */
  readonly signal: AbortSignal;
  readonly openMillis: (symbol: string, from: number, to: number) => number;
  /** A text without the configuration's secrets. */
  readonly scrub: (text: string) => string;
}

/** How long an outage is waited out, ms. */
const PATIENCE_MS = 300_000;

/** It has not answered for so long that nobody waits any more. */
export class AwayError extends Error {
  override readonly name = 'AwayError';
}

/** TwelveData within the plan's credits, or without a key the bundled simulator. */
export async function openSource(
  config: Config,
  options: {
    readonly usedToday: number;
    readonly clock: SchedulerLike;
    readonly say: (line: string) => void;
  },
): Promise<Source> {
  const { clock } = options;
  const { demo, TWELVEDATA_API_KEY: ownKey, TWELVEDATA_REST_URL: ownUrl } = config;
  if (!demo && ownKey === undefined)
    throw new CommandError('TWELVEDATA_API_KEY is needed: the one of the process with the role ingest');
  const simulator = demo ? await startSimulator({ plan: demoPlan }) : undefined;
  const url = simulator?.urls.restUrl ?? ownUrl.reveal();
  const name = simulator === undefined ? new URL(url).host : 'simulator';
  const outage = watchOutage(name, options);
  const budget = createCreditBudget({
    perMinute: demo ? demoPlan.creditsPerMinute : config.TWELVEDATA_CREDITS_PER_MINUTE,
    perDay: demo ? demoPlan.creditsPerDay : config.TWELVEDATA_CREDITS_PER_DAY,
    usedToday: demo ? 0 : options.usedToday,
    clock,
    random: Math.random,
    onAway: outage.onAway,
  });
  const instruments = createInstruments();
  const markets = createMarkets({ alignment: 'utc', pairsNeverClose: demo, instrumentOf: instruments.of });
  return {
    name,
    signal: outage.signal,
    isSimulated: demo,
    budget,
    clock,
    isShared: !demo && (await serverAnswers(config)),
    openMillis: (symbol, from, to) => markets.of(symbol).openMillis(from, to),
    scrub: scrubber(secretsOf(config)),
    rest: twelveDataRest({
      url,
      key: simulator?.keys.provider ?? ownKey!.reveal(),
      budget,
      clock,
      onFacts: (symbol, facts) => instruments.learn(symbol, facts, 'rest'),
    }),
    [Symbol.dispose]: () => {
      outage.close();
      budget.close();
      void simulator?.close();
    },
  };
}

function watchOutage(
  name: string,
  { clock, say }: { readonly clock: SchedulerLike; readonly say: (line: string) => void },
) {
  const gone = new AbortController();
  let timer: Subscription | undefined;
  return {
    signal: gone.signal,
    onAway: (isAway: boolean) => {
      timer?.unsubscribe();
      say(isAway ? `${name} does not answer: it is asked again for five minutes` : `${name} answers again`);
      if (!isAway) return;
      const reason = new AwayError(`${name} has not answered for five minutes: npm run doctor says why`);
      timer = clock.schedule(() => gone.abort(reason), PATIENCE_MS);
    },
    close: () => timer?.unsubscribe(),
  };
}
