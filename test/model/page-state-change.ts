/** The guest's request for page states: its own PVALIDATEs around what the host does to the RMP (api.md, effect table). */
import { FRAME_BASE } from '../../src/core/config.js';
import type { PageStateChange, PageStateOperation } from '../../src/core/command.js';
import { reject } from '../../src/core/error.js';
import type { Rejection } from '../../src/core/error.js';
import type { InstructionStatus, PageStateOutcome, PageStateResult } from '../../src/core/outcome.js';
import { emit, inGroupOf } from './event-log.js';
import type { EventLog } from './event-log.js';
import { hostPsmash, hostRmpupdate, LIVELOCK, pagesAt, toPrivate, toShared } from './host-rmp.js';
import { rulesOf } from './kernel-rules.js';
import { printedIn } from './kvm.js';
import { isSeparate, naturalLevel, privateFrame, REGION, slotOfGfn, vpnOfGfn } from './layout.js';
import { merge, takeFromHost } from './mapping.js';
import { entryAt, isHeld, isPrivatePage } from './naive-state.js';
import { attributeToPrivate, attributeToShared } from './private-memory.js';
import type { NaiveState } from './naive-state.js';
import { hostLevel, hostMaps, pvalidate } from './pvalidate.js';
import { anyAssigned, baseOf, CODE_NAMES, rmpLevel } from './rmp.js';

/** Entries of one GHCB request. */
const REQUEST_MAX = 253;

/** One entry as the GHCB carries it: a single page of its size. */
interface Unit {
  readonly entry: number;
  readonly gfn: number;
  readonly pageSize: 1 | 2;
  readonly operation: PageStateOperation;
}

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

function pagesOf(unit: Unit): number[] {
  return Array.from({ length: unit.pageSize === 2 ? REGION : 1 }, (_, i) => unit.gfn + i);
}

/** For what becomes shared PVALIDATE(0) first, then the request in order, then PVALIDATE(1) for what is left private. */
function oneRequest(state: NaiveState, log: EventLog, progress: Progress, units: readonly Unit[], validate: boolean): void {
  const isPrivate = (gfn: number): boolean => isPrivatePage(state, gfn);
  const isAssigned = (gfn: number): boolean => entryAt(state, privateFrame(state.config, gfn)).assigned;
  if (validate) {
    for (const unit of units) {
      if (unit.operation !== 'shared' || progress.failed !== null) continue;
      log.group = `rescind ${unit.entry}`;
      guestValidates(state, log, progress, unit, pagesOf(unit).filter(isAssigned), false);
    }
  }
  const madePrivate = new Set<number>();
  for (const run of runs(units)) {
    if (progress.failed !== null) break;
    const before = run.flatMap(pagesOf).filter((gfn) => !isPrivate(gfn));
    log.group = `request ${run[0].entry}`;
    requestRun(state, log, progress, run);
    for (const gfn of before) if (isPrivate(gfn)) madePrivate.add(gfn);
  }
  if (validate) {
    for (const run of runs(units)) {
      const before = run.flatMap(pagesOf).filter(isAssigned).length;
      for (const unit of run) {
        if (unit.operation !== 'private' || progress.failed !== null) continue;
        log.group = `validate ${unit.entry}`;
        const changed = pagesOf(unit).filter((gfn) => madePrivate.has(gfn) && isPrivate(gfn));
        guestValidates(state, log, progress, unit, changed, true);
      }
      const after = run.flatMap(pagesOf).filter(isAssigned).length;
      if (isSeparate(state.config)) progress.results[run[0].entry].rmpPages += after - before;
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
  let code: number | InstructionStatus = 0;
  let rmpPages = 0;
  if (state.config.generation === 'inplace' && run[0].operation === 'private') takeRun(state, log, run);
  for (const unit of run) {
    for (const step of request(state, log, unit)) {
      code = step.code;
      if (code !== 0) break;
      rmpPages += step.pages;
    }
    if (code !== 0) break;
  }
  const [{ entry, gfn, pageSize, operation }] = run;
  const slot = slotOfGfn(state.config, gfn);
  if (state.config.generation === 'inplace' && operation === 'shared' && rmpPages > 0 && slot !== null) {
    log.group = '';
    merge(state, log, slot, vpnOfGfn(slot, gfn));
  }
  progress.results[entry].rmpPages += rmpPages;
  progress.waiting[entry] -= run.length;
  const status = typeof code === 'string' ? code : code === LIVELOCK ? 'LIVELOCK' : (CODE_NAMES[code] ?? 'SUCCESS');
  const first = pagesAt(state, operation === 'private' ? privateFrame(state.config, gfn) : FRAME_BASE + gfn, pageSize);
  emit(log, { type: 'page-state-changed', operation, pageSize, status, rmpPages, ...first, pages: run.length * first.pages });
  if (code === 0) return;
  progress.requestFailed = status !== 'WAITS';
  fail(progress, run[0], status, typeof code === 'string' || code === LIVELOCK ? null : code);
}

/** In place, what becomes private leaves the host first, up to a page that is in use. */
function takeRun(state: NaiveState, log: EventLog, run: readonly Unit[]): void {
  const pages = run.flatMap(pagesOf);
  const inUse = pages.findIndex((gfn) => isHeld(state, gfn) && (run[0].pageSize === 2 || !entryAt(state, FRAME_BASE + gfn).assigned));
  const end = inUse < 0 ? pages.length : run[0].pageSize === 2 ? 0 : inUse;
  const taken = pages.slice(0, end).filter((gfn) => !entryAt(state, FRAME_BASE + gfn).assigned);
  for (const slot of state.config.memslots) {
    const own = taken.filter((gfn) => gfn >= slot.gfn && gfn < slot.gfn + slot.pages).map((gfn) => vpnOfGfn(slot, gfn));
    inGroupOf(log, slot, () => {
      if (own.length > 0) takeFromHost(state, log, slot, own);
    });
  }
}

function request(state: NaiveState, log: EventLog, unit: Unit): Iterable<Step> {
  if (unit.operation !== 'private' && unit.operation !== 'shared') return [];
  if (isSeparate(state.config)) return separateUnit(state, log, unit);
  if (state.config.generation !== 'inplace') hostMaps(state, log, unit.gfn);
  return unit.operation === 'private' ? makePrivate(state, log, unit) : makeShared(state, log, unit);
}

/** What the generation answers to a request for a private page that KVM holds; null: it goes on. */
function refusalOf(state: NaiveState): InstructionStatus | null {
  const { heldPage } = rulesOf(state.config);
  if (heldPage === 'allowed') return null;
  return heldPage === 'refused' ? state.config.doubts.G7 : heldPage;
}

interface Step {
  /** An instruction's code, LIVELOCK, or a refusal. */
  readonly code: number | InstructionStatus;
  /** 4K pages whose entry the step changed. */
  readonly pages: number;
}

/** With pages of its own for private memory, the attribute is what is asked for. */
function* separateUnit(state: NaiveState, log: EventLog, unit: Unit): Generator<Step> {
  if (unit.operation === 'shared') {
    yield { code: 0, pages: attributeToShared(state, log, pagesOf(unit)) };
    return;
  }
  const held = pagesOf(unit).some((gfn) => isHeld(state, gfn));
  const refusal = held && (unit.pageSize === 2 || !isPrivatePage(state, unit.gfn)) ? refusalOf(state) : null;
  if (refusal === null) attributeToPrivate(state, log, pagesOf(unit));
  yield { code: refusal ?? 0, pages: 0 };
}

function* makePrivate(state: NaiveState, log: EventLog, unit: Unit): Generator<Step> {
  const pfn = FRAME_BASE + unit.gfn;
  const held = pagesOf(unit).some((gfn) => isHeld(state, gfn));
  const refusal = held && (unit.pageSize === 2 || !entryAt(state, pfn).assigned) ? refusalOf(state) : null;
  if (refusal !== null) {
    yield { code: refusal, pages: 0 };
    return;
  }
  const inplace = state.config.generation === 'inplace';
  const slot = slotOfGfn(state.config, unit.gfn);
  const level = inplace && slot !== null ? naturalLevel(slot, vpnOfGfn(slot, unit.gfn)) : hostLevel(state, unit.gfn);
  if (unit.pageSize === 2 && !anyAssigned(state, pfn) && level > 1) {
    yield { code: hostRmpupdate(state, log, toPrivate(state, unit.gfn, 2)), pages: REGION };
    return;
  }
  for (const gfn of pagesOf(unit)) {
    if (entryAt(state, FRAME_BASE + gfn).assigned) continue;
    yield { code: hostRmpupdate(state, log, toPrivate(state, gfn, 1)), pages: 1 };
  }
}

function* makeShared(state: NaiveState, log: EventLog, unit: Unit): Generator<Step> {
  const pfn = FRAME_BASE + unit.gfn;
  if (rmpLevel(state, pfn) === 2 && entryAt(state, pfn).assigned) {
    if (unit.pageSize === 2) {
      yield { code: hostRmpupdate(state, log, toShared(pfn, 2)), pages: REGION };
      return;
    }
    yield { code: hostPsmash(state, log, baseOf(pfn)), pages: 0 };
  }
  for (const gfn of pagesOf(unit)) {
    if (!entryAt(state, FRAME_BASE + gfn).assigned) continue;
    yield { code: hostRmpupdate(state, log, toShared(FRAME_BASE + gfn, 1)), pages: 1 };
  }
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
