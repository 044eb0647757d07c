/**
 * The error policy. Three kinds, never mixed:
 *
 * - An *outcome* (FAIL_OVERLAP, SIGBUS, livelock) is a result of the machine: it is returned, counted and published.
 * - A *rejection* says that the command makes no sense for this machine (unknown gpa, killed VM). It is returned, not thrown,
 *   and then nothing has changed: every check comes before the first change, and the digest shows it.
 * - A *bug* is an invariant that does not hold. `assert` throws, the process ends, a restart replays.
 */

export type RejectionCode =
  | 'address-out-of-range'
  | 'invalid-field'
  | 'limit-exceeded'
  | 'content-limit'
  | 'backing-refused'
  | 'unknown-map'
  | 'vm-killed'
  | 'guest-not-running'
  | 'vcpu-state';

export interface Rejection {
  readonly rejected: true;
  readonly code: RejectionCode;
  /** JSON pointer into the command as the caller wrote it, e.g. `/entries/3/gpa`; empty where no field is to blame. */
  readonly pointer: string;
  readonly detail: string;
  readonly hint: string;
}

export function reject(code: RejectionCode, pointer: string, detail: string, hint: string): Rejection {
  return { rejected: true, code, pointer, detail, hint };
}

export function isRejection(value: object): value is Rejection {
  return 'rejected' in value;
}

/** Stops the process where the machine's own books disagree; never a way to answer a caller. */
export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${what}`);
}

/** For the end of an exhaustive switch. */
export function unreachable(value: never): never {
  throw new Error(`invariant broken: unknown case ${JSON.stringify(value)}`);
}
