/** The guest's request for page states: its own PVALIDATEs around what the host does to the RMP (api.md, effect table). */
import type { PageStateChange, PageStateOperation } from '../../src/core/command.js';
import { reject } from '../../src/core/error.js';
import type { Rejection } from '../../src/core/error.js';
import type { InstructionStatus, PageStateOutcome, PageStateResult } from '../../src/core/outcome.js';
import { emit } from './event-log.js';
import type { EventLog } from './event-log.js';
import { NO_MAPPING, pagesOf, requested } from './host-request.js';
import type { Code, Unit } from './host-request.js';
import { LIVELOCK, pagesAt } from './host-rmp.js';
import { merge } from './in-place.js';
import { printedIn } from './kvm.js';
import { isInPlace, isSeparate, REGION, slotOfGfn, vpnOfGfn } from './layout.js';
import { entryAt, frameOf, isPrivatePage, privateFrame } from './naive-state.js';
import type { NaiveState } from './naive-state.js';
import { pvalidate } from './pvalidate.js';
import { baseOf, CODE_NAMES } from './rmp.js';

/** Entries of one GHCB request. */
const REQUEST_MAX = 253;

interface Progress {
  readonly results: { status: InstructionStatus; code: number | null; carry: boolean | undefined; rmpPages: number }[];
  /** Units of each entry that the host has not been asked for yet. */
  readonly waiting: number[];
  /** The entry that failed, null while none has. */
  failed: number | null;
  requestFailed: boolean;
  readonly strictGuest: boolean;
}

export function pageStateChange(state: NaiveState, log: EventLog, command: PageStateChange): PageStateOutcome | Rejection {
  const units = command.entries.flatMap((e, entry) => {
    const size = e.pageSize === 2 ? REGION : 1;
    return Array.from(
      { length: e.pages },
      (_, i): Unit => ({ entry, gfn: e.gfn + i * size, pageSize: e.pageSize, operation: e.operation }),
    );
  });
  if (units.some((u) => pagesOf(u).some((gfn) => slotOfGfn(state.config, gfn) === null)))
    return reject('address-out-of-range', '', 'outside', '');
  const progress: Progress = {
    results: command.entries.map(() => ({ status: 'SUCCESS', code: 0, carry: undefined, rmpPages: 0 })),
    waiting: command.entries.map((e) => e.pages),
    failed: null,
    requestFailed: false,
    strictGuest: command.strictGuest,
  };
  for (let i = 0; i < units.length && progress.failed === null; i += REQUEST_MAX) {
    oneRequest(state, log, progress, units.slice(i, i + REQUEST_MAX), command.validate);
  }
  return finished(state, log, progress);
}

/** For what becomes shared PVALIDATE(0) first, then the request in order, then PVALIDATE(1) for what is left private. */
function oneRequest(state: NaiveState, log: EventLog, progress: Progress, units: readonly Unit[], validate: boolean): void {
  const isPrivate = (gfn: number): boolean => isPrivatePage(state, gfn);
  const isAssigned = (gfn: number): boolean => entryAt(state, privateFrame(state, gfn)).assigned;
  if (validate) {
    for (const unit of units) {
      if (unit.operation !== 'shared' || progress.failed !== null) continue;
      log.group = `rescind ${unit.entry}`;
      guestValidates(state, log, progress, unit, pagesOf(unit).filter(isAssigned), false);
    }
  }
  const madePrivateBy = new Map<number, number>();
  for (const run of runs(units)) {
    if (progress.failed !== null) break;
    const before = run.flatMap(pagesOf).filter((gfn) => !isPrivate(gfn));
    log.group = `request ${run[0].entry}`;
    requestRun(state, log, progress, run);
    for (const gfn of before) if (isPrivate(gfn)) madePrivateBy.set(gfn, run[0].entry);
  }
  if (validate) {
    for (const run of runs(units)) {
      const before = run.flatMap(pagesOf).filter(isAssigned).length;
      for (const unit of run) {
        if (unit.operation !== 'private' || progress.failed !== null) continue;
        log.group = `validate ${unit.entry}`;
        const changed = pagesOf(unit).filter((gfn) => madePrivateBy.get(gfn) === unit.entry && isPrivate(gfn));
        guestValidates(state, log, progress, unit, changed, true);
      }
      // Private memory of its own is assigned by the guest's access.
      if (isSeparate(state.config)) progress.results[run[0].entry].rmpPages += run.flatMap(pagesOf).filter(isAssigned).length - before;
    }
  }
  log.group = '';
}

/** One 2M PVALIDATE where all of a 2M unit changes, else (and where the RMP is 4K) one for each page. */
function guestValidates(
  state: NaiveState,
  log: EventLog,
  progress: Progress,
  unit: Unit,
  changed: readonly number[],
  validate: boolean,
): void {
  if (unit.pageSize === 2 && changed.length === REGION) {
    const answer = pvalidate(state, log, unit.gfn, 0, 2, validate);
    if (answer.status !== 'FAIL_SIZEMISMATCH') {
      noteValidation(progress, unit, answer.status, answer.code, answer.carry);
      return;
    }
  }
  for (const gfn of changed) {
    const answer = pvalidate(state, log, gfn, 0, 1, validate);
    noteValidation(progress, unit, answer.status, answer.code, answer.carry);
    if (progress.failed !== null) return;
  }
}

function noteValidation(progress: Progress, unit: Unit, status: InstructionStatus, code: number | null, carry: boolean | null): void {
  const result = progress.results[unit.entry];
  if (carry !== null) result.carry = (result.carry ?? false) || carry;
  const ends = status !== 'SUCCESS' || carry === true;
  if (progress.strictGuest && ends) fail(progress, unit, 'GUEST_TERMINATED', null);
  else if (status !== 'SUCCESS') fail(progress, unit, status, code);
}

function fail(progress: Progress, unit: Unit, status: InstructionStatus, code: number | null): void {
  Object.assign(progress.results[unit.entry], { status, code });
  progress.failed = unit.entry;
}

/** Units of one entry and one 2M region, which share an event. */
function runs(units: readonly Unit[]): Unit[][] {
  const found: Unit[][] = [];
  for (const unit of units) {
    const last = found.at(-1)?.at(-1);
    const together = last !== undefined && last.entry === unit.entry && baseOf(last.gfn) === baseOf(unit.gfn);
    if (together) found.at(-1)?.push(unit);
    else found.push([unit]);
  }
  return found;
}

/** What the host does for the units in order, up to the first that fails. */
function requestRun(state: NaiveState, log: EventLog, progress: Progress, run: readonly Unit[]): void {
  let code: Code = 0;
  let rmpPages = 0;
  for (const step of requested(state, log, run)) {
    code = step.code;
    rmpPages += code === 0 ? step.pages : 0;
    if (code !== 0) break;
  }
  const [{ entry, gfn, pageSize, operation }] = run;
  const slot = slotOfGfn(state.config, gfn);
  if (isInPlace(state.config) && operation === 'shared' && rmpPages > 0 && slot !== null) merge(state, log, slot, vpnOfGfn(slot, gfn));
  progress.results[entry].rmpPages += rmpPages;
  progress.waiting[entry] -= run.length;
  const status = statusOf(code);
  const first = pagesAt(state, operation === 'private' ? privateFrame(state, gfn) : frameOf(state, gfn), pageSize);
  emit(log, { type: 'page-state-changed', operation, pageSize, status, rmpPages, ...first, pages: run.length * first.pages });
  if (code === 0) return;
  const unanswered = code === NO_MAPPING || code === 'WAITS';
  progress.requestFailed = !unanswered;
  if (code === NO_MAPPING && progress.strictGuest) fail(progress, run[0], 'GUEST_TERMINATED', null);
  else fail(progress, run[0], status, typeof code === 'string' || code < 0 ? null : code);
}

function statusOf(code: Code): InstructionStatus {
  if (typeof code === 'string') return code;
  if (code === NO_MAPPING) return 'NESTED_FAULT';
  return code === LIVELOCK ? 'LIVELOCK' : (CODE_NAMES[code] ?? 'SUCCESS');
}

/** The host's part alone, for pages of one 2M region. */
export function hostAsked(
  state: NaiveState,
  log: EventLog,
  gfn: number,
  pages: number,
  pageSize: 1 | 2,
  operation: PageStateOperation,
): boolean {
  const progress: Progress = {
    results: [{ status: 'SUCCESS', code: 0, carry: undefined, rmpPages: 0 }],
    waiting: [pages],
    failed: null,
    requestFailed: false,
    strictGuest: false,
  };
  const size = pageSize === 2 ? REGION : 1;
  const run = Array.from({ length: pages }, (_, i): Unit => ({ entry: 0, gfn: gfn + i * size, pageSize, operation }));
  requestRun(state, log, progress, run);
  return progress.failed === null;
}

function finished(state: NaiveState, log: EventLog, progress: Progress): PageStateOutcome {
  const results = progress.results.map((r, i): PageStateResult => {
    const tried = progress.failed === null || i === progress.failed || (i < progress.failed && progress.waiting[i] === 0);
    const result = { status: tried ? r.status : ('NOT_ATTEMPTED' as const), code: tried ? r.code : null, rmpPages: r.rmpPages };
    return r.carry === undefined ? result : { ...result, carry: r.carry };
  });
  const failure = progress.failed === null ? null : results[progress.failed];
  if (failure !== null && (failure.status === 'GUEST_TERMINATED' || (progress.strictGuest && progress.requestFailed))) {
    state.killed = true;
    emit(log, { type: 'vm-killed', cause: 'guest-terminated' });
  }
  return {
    op: 'page-state-change',
    status: failure?.status ?? 'SUCCESS',
    code: failure === null ? 0 : failure.code,
    results,
    requestFailed: progress.requestFailed,
    ...printedIn(state),
  };
}
