import { ConfigError } from '../config.ts';
import { OtherMarketError } from '../store/claim-market.ts';
import { UnusableServiceError } from '../store/unusable-service-error.ts';
import { isDatabaseAway } from '../store/database.ts';
import { DataDirInUseError } from '../store/embedded/ownership.ts';
import { OwnKeyError } from './configuration/own-key.ts';

/**
 * Why the server could not start, as a sentence for the operator, where it is the machine's or a service's doing; undefined where it
 * is a fault of ours, of which the stack is wanted.
 */
export function startProblem(error: unknown): string | undefined {
  if (
    error instanceof ConfigError ||
    error instanceof DataDirInUseError ||
    error instanceof OtherMarketError ||
    error instanceof OwnKeyError ||
    error instanceof UnusableServiceError
  )
    return error.message;
  if (!(error instanceof Error)) return undefined;
  const {
    code = '',
    message,
    syscall,
    path,
    address,
    port,
  } = error as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  if (syscall === 'listen') return listenProblem(code, address ?? 'HOST', port) ?? message;
  if (path !== undefined && code in folders) return `${path}: ${folders[code]}`;
  if (code in ofPostgres) return `PostgreSQL: ${message}: ${ofPostgres[code]}`;
  if (isDatabaseAway(error))
    return `the database does not answer (${message || code}): start it, or correct DATABASE_URL`;
  return undefined;
}

function listenProblem(code: string, address: string, port: number | undefined): string | undefined {
  const where = port === undefined ? address : `port ${port} on ${address}`;
  if (code === 'EADDRINUSE') return `${where} is taken by another program: stop that, or set another PORT`;
  if (code === 'EACCES')
    return `${where} may not be taken by this user: ports below 1024 are root's, set a higher PORT`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `${where} is no address of this machine: correct HOST`;
  return undefined;
}

const folders: Readonly<Record<string, string>> = {
  EACCES: 'may not be written by this user: correct its owner, or set DATA_DIR',
  EPERM: 'may not be written by this user: correct its owner, or set DATA_DIR',
  EROFS: 'is on a file system that takes no writes: set DATA_DIR',
  ENOTDIR: 'is no folder: set DATA_DIR',
  EEXIST: 'is no folder: set DATA_DIR',
  ENOSPC: 'has no room left',
};

/** PostgreSQL's own refusals, by their code. */
const ofPostgres: Readonly<Record<string, string>> = {
  '28P01': 'correct user and password in DATABASE_URL',
  '28000': 'correct the user in DATABASE_URL, or let it in by pg_hba.conf',
  '3D000': 'create it with `createdb`, or correct DATABASE_URL',
  '42501': 'grant its user the right to create tables',
  '53300': 'raise max_connections, or end what holds them',
};
