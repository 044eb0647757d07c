/** What a store says instead of opening, and what it throws instead of keeping: always the reason, and what a person can do. */
import { constants } from 'node:os';

export type StoreRefusalCode =
  /** Made by a newer version of this program. */
  | 'newer-store'
  /** Made by a version so old that this one has no way up from it. */
  | 'older-store'
  /** Another process has it open. */
  | 'locked'
  /** The folder cannot be written to. */
  | 'not-writable'
  | 'disk-full'
  /** What was kept does not match its checksums, and not just at the very end. */
  | 'damaged'
  /** The folder holds something else under the names that a store uses. */
  | 'not-a-store'
  /** Read-only asked for, and there is none. */
  | 'no-store';

export interface StoreRefusal {
  readonly refused: true;
  readonly code: StoreRefusalCode;
  readonly detail: string;
  readonly hint: string;
}

/** What is left to do with a store that cannot be trusted. */
export const DAMAGE_HINT = 'restore the folder from a backup, or move it away to begin a new one';

/** Thrown while opening, where a return value would have to pass through many hands; `openStore` turns it into its answer. */
export class Refused extends Error {
  readonly refusal: StoreRefusal;

  constructor(code: StoreRefusalCode, detail: string, hint: string) {
    super(`${detail}; ${hint}`);
    this.name = 'Refused';
    this.refusal = { refused: true, code, detail, hint };
  }
}

const MDB_MAP_FULL = -30_792;

/** Why a commit or a probe was not kept. Nobody may be told that it was. */
export type StoreFailureCode = 'disk-full' | 'read-only' | 'io-error' | 'closed';

export class StoreFailure extends Error {
  readonly code: StoreFailureCode;

  constructor(code: StoreFailureCode, detail: string) {
    super(detail);
    this.name = 'StoreFailure';
    this.code = code;
  }
}

/** The system's error, in the words above. What is none is a bug, and thrown on. */
export function failureOf(error: unknown, doing: string): StoreFailure {
  if (error instanceof StoreFailure) return error;
  if (!(error instanceof Refused) && errnoOf(error) === '') throw error;
  return new StoreFailure(failureCode(errnoOf(error)), `${doing}: ${error instanceof Error ? error.message : String(error)}`);
}

/** Opening: what cannot be explained is a bug and thrown on. */
export function refusalOf(error: unknown, folder: string): StoreRefusal {
  if (error instanceof Refused) return error.refusal;
  const { code, message } = failureOf(error, `opening ${folder}`);
  switch (code) {
    case 'disk-full':
      return { refused: true, code: 'disk-full', detail: message, hint: 'make room on the disk' };
    case 'read-only':
      return {
        refused: true,
        code: 'not-writable',
        detail: message,
        hint: 'let the user of this process write there, or choose another folder',
      };
    case 'io-error':
    case 'closed':
      return {
        refused: true,
        code: 'not-writable',
        detail: message,
        hint: 'choose another folder, or see what the system says about the disk',
      };
  }
}

/** The name of the system's error, '' where it is none; LMDB gives the number, negative ones are its own. */
export function errnoOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  if (typeof error.code === 'number' && error.code < 0) return error.code === MDB_MAP_FULL ? 'ENOSPC' : 'EIO';
  if (typeof error.code === 'number') return Object.entries(constants.errno).find(([, number]) => number === error.code)?.[0] ?? '';
  return String(error.code);
}

function failureCode(errno: string): StoreFailureCode {
  switch (errno) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return 'disk-full';
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return 'read-only';
    default:
      return 'io-error';
  }
}
