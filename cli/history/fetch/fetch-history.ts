import type { SchedulerLike } from 'rxjs';
import type { Config } from '../../../config.ts';
import { networkReason } from '../../../schema/outside/network-reason.ts';
import { DayExhaustedError } from '../../../streams/provider/rest/credit-budget.ts';
import { BadAnswerError, ProviderError } from '../../../streams/provider/rest/parse-time-series.ts';
import { minuteOf } from '../../candles/minute-of.ts';
import { CommandError } from '../../command.ts';
import type { Progress } from '../../progress.ts';
import { minuteMs } from '../minutes.ts';
import { storedSpans } from '../open-history.ts';
import type { Span } from '../spans.ts';
import { creditsToday } from './credits-today.ts';
import { fetchMinutes } from './fetch-minutes.ts';
import { listedSpan } from './listed-span.ts';
import { missing, PAGE_BARS } from './next-page.ts';
import { AwayError, openSource, type Source } from './open-source.ts';

export interface FetchHistoryOptions {
  readonly config: Config;
  readonly history: string;
  readonly symbol: string;
  /** In whole minutes that are over. */
  readonly span: Span;
  readonly clock: SchedulerLike;
  readonly say: (line: string) => void;
  readonly progress: Progress;
}

/**
 * Fetches what is missing of a span, and says what it costs and what came of it. Resolves with why it ended before all was there, and what
 * to do; undefined where nothing is missing any more. The folder is locked by the caller.
 */
export async function fetchHistory(options: FetchHistoryOptions): Promise<string | undefined> {
  const { config, history, symbol, span, clock, say, progress } = options;
  const credits = creditsToday(history, () => clock.now());
  using source = await openSource(config, { usedToday: await credits.spent(), clock, say });
  const openMillis = (from: number, to: number) => source.openMillis(symbol, from, to);
  const lacks = missing(span, await storedSpans(history, symbol, span), openMillis);
  if (lacks.length === 0) {
    say(`nothing is missing from ${minuteOf(span[0])} to ${minuteOf(span[1])} UTC`);
    return undefined;
  }
  let [added, changed] = [0, 0];
  let left = Infinity;
  try {
    const listed = await listedSpan(source, symbol, [lacks[0]![0], lacks.at(-1)![1]]);
    await credits.note(source.budget.state().day.used);
    if (listed === undefined) return `${source.name} has no day of ${symbol} in that time`;
    const wanted: Span = [Math.max(span[0], listed[0]), Math.min(span[1], listed[1])];
    const all = openMinutes(
      missing(wanted, await storedSpans(history, symbol, wanted), openMillis),
      openMillis,
    );
    say(costInWords(symbol, source, wanted, all));
    const { silent } = await fetchMinutes({
      history,
      symbol,
      span: wanted,
      source,
      credits,
      onPage: (kept, rest) => {
        added += kept.added;
        changed += kept.changed;
        left = openMinutes(rest, openMillis);
        if (kept.replaced) say('  replaced      the simulated prices that were there');
        progress.update(all - left, all);
      },
    });
    if (silent === null) return undefined;
    return `${source.name} has no minute of ${symbol} from ${minuteOf(silent[0])} to ${minuteOf(silent[1])} UTC, so none before was asked for: run it again to look further back`;
  } catch (error) {
    const reason = reasonOf(error, source);
    if (reason === undefined) throw error;
    const rest = left === Infinity ? '' : `; ${count(left)} minutes are missing`;
    return `${reason}${rest}: run it again to go on`;
  } finally {
    progress.end();
    say(`  stored        ${count(added)} minutes new, ${count(changed)} changed`);
  }
}

const openMinutes = (spans: readonly Span[], openMillis: (from: number, to: number) => number): number =>
  spans.reduce((sum, [from, to]) => sum + Math.round(openMillis(from, to) / minuteMs), 0);

function costInWords(
  symbol: string,
  { name, budget, isShared }: Source,
  [from, to]: Span,
  all: number,
): string {
  const pages = Math.ceil(all / PAGE_BARS);
  const perMinute = Math.max(1, Math.floor(budget.state().minute.limit / (isShared ? 2 : 1)));
  const pace = isShared
    ? `${perMinute} a minute, for a server runs and wants the others`
    : `at most ${perMinute} a minute`;
  return `${symbol} from ${name}, ${minuteOf(from)} to ${minuteOf(to)} UTC: about ${count(all)} minutes are missing, ${count(pages)} requests, ${pace}`;
}

/** Why it ended, where that passes or is the operator's to mend; undefined for what is neither. Throws CommandError for what never passes. */
function reasonOf(error: unknown, { name, scrub }: Source): string | undefined {
  if (error instanceof DayExhaustedError || error instanceof AwayError) return error.message;
  if (error instanceof BadAnswerError) return `${name}: ${scrub(error.message)}`;
  if (error instanceof ProviderError) {
    const said = `${name}: ${scrub(networkReason(error))}`;
    if (error.code === 429 || error.code >= 500) return said;
    throw new CommandError(said);
  }
  return undefined;
}

const count = (n: number): string => n.toLocaleString('en');
