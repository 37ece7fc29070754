import { dirname } from 'node:path';
import { from, lastValueFrom, mergeMap, Subject, type Observable } from 'rxjs';
import type { Analysis, StrategyFault } from '../../models/decision/analysis.ts';
import type { CheckReport } from '../../strategy/checks/check-report.ts';
import type { Needs } from '../../strategy/contract.ts';
import { strategyVersion } from '../../strategy/load/strategy-version.ts';
import type { AnalysisLane } from '../analysis-pool.ts';
import { findFiles, stampOf } from './find-files.ts';
import { filesOf, type KnownStrategy, listingOf, type StrategyListing } from './known-strategy.ts';
import { type LoadedStrategy, loadStrategy } from './load-strategy.ts';
import type { Limits, StrategyTask } from './messages.ts';
import { ProcessEnded } from './run-process.ts';
import { unanswered } from './unanswered.ts';
import { createSpareProcess } from './processes.ts';
import { watchFolders } from './watch-folders.ts';

/** A strategy with its parameters, ready to be asked. */
export interface ResolvedStrategy {
  readonly name: string;
  readonly version: string;
  readonly needs: Needs;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A file was loaded anew, or could not be: who uses the name resolves it again. */
interface StrategyChange {
  readonly name: string;
  /** SHA-256 of the file that decides and what it imports, hex; null where none does. */
  readonly hash: string | null;
  /** Which market what decides was checked on; null where it was not. */
  readonly checkedOn: string | null;
  readonly error: string | null;
}

/** A version of a strategy that this process has not. */
export class StrategyMissing extends Error {
  override readonly name = 'StrategyMissing';
}

export interface StrategiesOptions {
  /** Folders of strategies. The first one that has a name has it. */
  readonly dirs: readonly string[];
  readonly limits?: Partial<Limits>;
  /** Candles a strategy may need of its own timeframe. @default 5000 */
  readonly maxBars?: number;
  /** How often the files are looked at, ms, besides when the system tells of a change; 0: never. @default 500 */
  readonly pollMs?: number;
  /** What a file must pass before it runs; `isChanged`: it is no longer what this process has found. @default nothing */
  readonly check?: (strategy: LoadedStrategy, isChanged: boolean) => Promise<CheckReport>;
  /** A decision that was not listened to. */
  readonly onFault?: (name: string, fault: StrategyFault) => void;
}

export interface Strategies {
  /** Every file. One that nobody uses is run for as long as it takes to say what it is. */
  readonly list: () => Promise<readonly StrategyListing[]>;
  /** Loads it where it is not yet, and parses its parameters. */
  readonly resolve: (
    name: string,
    params?: unknown,
  ) => Promise<
    ResolvedStrategy | { readonly error: string; readonly at?: string; readonly isBroken?: boolean }
  >;
  readonly changes: Observable<StrategyChange>;
  /** Those that were loaded and do not run as their files are now, or were stopped, each with the reason. */
  readonly failures: () => readonly { readonly name: string; readonly error: string }[];
  /**
   * Of the task's name and version. Rejects with StrategyMissing where that is not here; a strategy's own failure is a WAIT with
   * `strategy.fault`, and so is that of a file which could never be loaded, whose version is empty.
   */
  readonly analyse: (task: StrategyTask, lane?: AnalysisLane) => Promise<Analysis>;
  readonly close: () => Promise<void>;
}

/** Versions of one file that may still be asked for: the last one, and those before it whose closes are under way. */
const kept = 3;

/** The strategies of some folders: loaded when they are first asked for, and again when their files change. */
export function openStrategies(options: StrategiesOptions): Strategies {
  const { dirs, maxBars = 5000, pollMs = 500, check, onFault = () => {} } = options;
  const limits: Limits = { decisionMs: 100, loadMs: 5000, memoryMb: 128, ...options.limits };
  const known = new Map<string, KnownStrategy>();
  const changes = new Subject<StrategyChange>();
  const spare = createSpareProcess(dirs, limits);
  const folders = watchFolders(() => seek());
  let isClosed = false;
  let loads = 0;

  /** What the folders hold now; files that are gone stay as they were loaded. */
  const look = async (): Promise<void> => {
    for (const file of await findFiles(dirs)) {
      const one = known.get(file.name);
      if (one === undefined)
        known.set(file.name, {
          file,
          loaded: [],
          checks: null,
          error: null,
          loading: undefined,
          stamp: '',
          failed: { stamp: '', times: 0 },
          seen: undefined,
        });
      else one.file = file;
    }
  };

  const tell = ({ file, loaded, checks, error }: KnownStrategy): void =>
    changes.next({ name: file.name, hash: loaded[0]?.hash ?? null, checkedOn: checks?.on ?? null, error });

  const load = async (one: KnownStrategy): Promise<void> => {
    let made: LoadedStrategy | undefined;
    // Before they are read: what changes meanwhile is seen the next time.
    const stamp = await stampOf(filesOf(one));
    const before = one.error;
    one.stamp = stamp;
    try {
      made = await loadStrategy(one.file, limits, spare);
      if (made.description.needs.own > maxBars)
        throw new Error(`it needs ${made.description.needs.own} candles, HISTORY_SIZE keeps ${maxBars}`);
      if (made.hash === one.loaded[0]?.hash) {
        one.error = null;
        await made.close();
        // Mended by what ran before: who has heard of the error hears of its end.
        if (before !== null && !isClosed) tell(one);
        return;
      }
      // It replaces what runs, or a text that failed; else it is as this process has found it.
      const replaces = one.loaded.length > 0 || (one.failed.times > 0 && one.failed.stamp !== stamp);
      const report = await check?.(made, replaces);
      if (report?.passed === false) throw new Error(whyRefused(report));
      one.checks = report ?? null;
      one.error = null;
      one.loaded[0]?.retire();
      one.loaded.unshift(made);
      if (isClosed) await made.close();
      await Promise.all(one.loaded.splice(kept).map((old) => old.close()));
    } catch (error) {
      one.error = errorOf(one, error);
      one.failed = { stamp, times: one.failed.stamp === stamp ? one.failed.times + 1 : 1 };
      // Others may have killed its process: it is tried again, more often where it ended than where it said why.
      if (one.failed.times < (error instanceof ProcessEnded ? 3 : 2)) one.stamp = '';
      await made?.close();
      if (one.error === before) return;
    }
    if (!isClosed) tell(one);
  };
  const loadOnce = (one: KnownStrategy): Promise<void> => {
    if (one.loading !== undefined) return one.loading;
    loads++;
    one.loading = load(one).finally(() => {
      one.loading = undefined;
      loads--;
      if (pollMs === 0 || isClosed) return;
      for (const file of filesOf(one)) folders.add(dirname(file));
      // Those that are loaded now need the machine more.
      if (loads === 0) spare.keep();
      // It may have changed again meanwhile.
      seek();
    });
    return one.loading;
  };

  const current = async (name: string): Promise<KnownStrategy | undefined> => {
    if (!known.has(name)) await look();
    const one = known.get(name);
    if (one !== undefined && one.loaded.length === 0 && one.error === null) await loadOnce(one);
    return one;
  };

  /** Runs a file that nobody uses for as long as it takes to say what it is. */
  const describe = async (one: KnownStrategy): Promise<void> => {
    const stamp = await stampOf([one.file.path]);
    if (one.seen?.stamp === stamp) return;
    try {
      const made = await loadStrategy(one.file, limits);
      one.seen = { stamp, hash: made.hash, description: made.description, error: null };
      await made.close();
    } catch (error) {
      one.seen = { stamp, hash: null, description: null, error: errorOf(one, error) };
    }
  };
  let listing: Promise<readonly StrategyListing[]> | undefined;
  const list = async (): Promise<readonly StrategyListing[]> => {
    await look();
    const unused = [...known.values()].filter(({ loaded, error }) => loaded.length === 0 && error === null);
    // Whoever asks for the list starts no more processes than these at once.
    await lastValueFrom(from(unused).pipe(mergeMap(describe, 2)), { defaultValue: undefined });
    return [...known.values()].map(listingOf).sort((a, b) => (a.name < b.name ? -1 : 1));
  };

  const reloadOne = async (one: KnownStrategy): Promise<void> => {
    if (one.loading !== undefined || (one.loaded.length === 0 && one.error === null)) return one.loading;
    const stamp = await stampOf(filesOf(one));
    if (!isClosed && stamp !== one.stamp) await loadOnce(one);
  };
  let looking: Promise<void> | undefined;
  /** Loads again what was loaded, or could not be, and has changed since. One that takes long to load delays no other. */
  const reload = async (): Promise<void> => {
    await (looking ??= look().finally(() => (looking = undefined)));
    await Promise.all(known.values().map(reloadOne));
  };
  const seek = (): void => void reload().catch(() => {});
  const timer = pollMs === 0 ? undefined : setInterval(seek, pollMs);
  timer?.unref();

  return {
    changes: changes.asObservable(),
    failures: () =>
      [...known.values()]
        .filter(({ loaded, error }) => loaded.length > 0 || error !== null)
        .map(listingOf)
        .flatMap(({ name, error }) => (error === null ? [] : [{ name, error }])),
    list: () => (listing ??= list().finally(() => (listing = undefined))),
    async resolve(name, params = {}) {
      const one = await current(name);
      if (one === undefined) return { error: `there is no strategy ${name} in ${dirs.join(' or ')}` };
      const [newest] = one.loaded;
      if (newest === undefined) return { error: one.error ?? `${name} is not loaded`, isBroken: true };
      const parsed = await newest.parse(params);
      if ('error' in parsed) return { error: `${name}: ${parsed.error}`, at: '' };
      const version = strategyVersion(newest.hash, parsed.params);
      return { name, version, needs: newest.description.needs, params: parsed.params };
    },
    async analyse(task, lane = { lane: 'request' }) {
      const { close } = task;
      const one = await current(close.name);
      const versionOf = (made: LoadedStrategy) => strategyVersion(made.hash, close.params);
      const find = () => one?.loaded.find((made) => versionOf(made) === close.version);
      // Whoever asks may have seen a change of the file before this process has.
      const found = find() ?? (one && pollMs > 0 && (await reload().then(find))) ?? undefined;
      if (!found) {
        const [newest] = one?.loaded ?? [];
        if (close.version === '') return unanswered(task, { kind: 'stopped', message: notRunning(one) });
        throw new StrategyMissing(missing(close.name, close.version, newest && versionOf(newest), one));
      }
      const answer = await found.analyse(task, lane);
      if (!('fault' in answer)) {
        const fault = answer.strategy?.fault;
        if (fault) onFault(close.name, fault);
        return answer;
      }
      onFault(close.name, answer.fault);
      return unanswered(task, answer.fault);
    },
    async close() {
      isClosed = true;
      clearInterval(timer);
      folders.close();
      spare.close();
      await looking;
      changes.complete();
      await Promise.all([...known.values()].flatMap(({ loading }) => loading ?? []));
      await Promise.all([...known.values()].flatMap(({ loaded }) => loaded.map((made) => made.close())));
    },
  };
}

export const whyRefused = ({ on, findings }: CheckReport): string =>
  `${findings.find(({ result }) => result === 'failed')?.message ?? 'a check failed'}, checked on ${on}`;

const errorOf = ({ file }: KnownStrategy, error: unknown): string =>
  `${file.name}: ${error instanceof Error ? error.message : String(error)}`;

function missing(
  name: string,
  version: string,
  there: string | undefined,
  one: KnownStrategy | undefined,
): string {
  const short = (text: string) => text.slice(0, 12);
  if (there !== undefined)
    return `this process has version ${short(there)} of the strategy ${name}, not ${short(version)}`;
  return `this process cannot run the strategy ${name}: ${notRunning(one)}`;
}

const notRunning = (one: KnownStrategy | undefined): string => one?.error ?? 'there is no such file';
