import type { CheckReport } from '../../strategy/checks/check-report.ts';
import type { Needs } from '../../strategy/contract.ts';
import type { StrategyFile } from './find-files.ts';
import type { LoadedStrategy } from './load-strategy.ts';
import type { StrategyDescription } from './messages.ts';

/** A file of a strategies' folder, as a list shows it. */
export interface StrategyListing {
  readonly name: string;
  readonly file: string;
  /** Null until it has been loaded. */
  readonly about: string | null;
  /** SHA-256 of the file and what it imports, hex: the same for all parameters. */
  readonly version: string | null;
  /** JSON schema of its parameters. */
  readonly params: Readonly<Record<string, unknown>> | null;
  readonly needs: Needs | null;
  readonly search: Readonly<Record<string, readonly unknown[]>> | null;
  /** Why the file as it is now does not run, in a sentence; what ran before goes on. */
  readonly error: string | null;
  readonly checks: CheckReport | null;
}

/** What a process knows of one file. */
export interface KnownStrategy {
  file: StrategyFile;
  /** The newest first. */
  loaded: LoadedStrategy[];
  checks: CheckReport | null;
  error: string | null;
  loading: Promise<void> | undefined;
  /** Of the files as they were when they were last loaded. */
  stamp: string;
  /** Of the files that failed last: they are tried once more, for their process may have been killed by others. */
  failedStamp: string;
  /** What a file that nobody uses says of itself. */
  seen: SeenStrategy | undefined;
}

interface SeenStrategy {
  readonly stamp: string;
  readonly hash: string | null;
  readonly description: StrategyDescription | null;
  readonly error: string | null;
}

/** What a change of is a change of the strategy: its file and what it imported when it last ran. */
export const filesOf = ({ file, loaded }: KnownStrategy): readonly string[] => [
  ...new Set([file.path, ...(loaded[0]?.files ?? [])]),
];

export function listingOf({ file, loaded, error, checks, seen }: KnownStrategy): StrategyListing {
  const [newest] = loaded;
  const description = newest?.description ?? seen?.description;
  const { about = null, params = null, needs = null, search = null } = description ?? {};
  const stopped = newest?.stopped() ?? null;
  return {
    name: file.name,
    file: file.path,
    about,
    version: newest?.hash ?? seen?.hash ?? null,
    params,
    needs,
    search,
    error:
      error ??
      (stopped === null ? (newest === undefined ? (seen?.error ?? null) : null) : `${file.name}: ${stopped}`),
    checks,
  };
}
