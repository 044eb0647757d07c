/** The host kernel's steps on the RMP: the direct map first, the instruction, its retry, the event; and what `inject` does to it. */
import { asGfn, asPfn } from '../../src/core/address.js';
import { emit } from './event-log.js';
import type { EventLog } from './event-log.js';
import { coveredFrames } from './layout.js';
import { splitDirectMap } from './mapping.js';
import { rulesOf } from './kernel-rules.js';
import { entryAt, gfnOfFrame, injects, privateFrame } from './naive-state.js';
import type { NaiveState } from './naive-state.js';
import { baseOf, effectiveEntry, psmash, regionFrames, rmpLevel, rmpupdate } from './rmp.js';
import type { NewEntry } from './rmp.js';
import { HOST_CPUS_DEFAULT, RMPUPDATE_EXECUTIONS_MAX } from '../../src/core/config.js';

/** Tried again without end. */
export const LIVELOCK = -2;

/** What the kernel does to its direct map before an RMPUPDATE. */
function readyDirectMap(state: NaiveState, log: EventLog, change: NewEntry): void {
  if (change.pfn >= coveredFrames(state.config)) return;
  const { directMap } = rulesOf(state.config);
  const pages = change.pageSize === 2 ? 512 : 1;
  if (directMap === 'split' || (directMap === 'split-4k' && pages === 1)) splitDirectMap(state, log, change.pfn);
  if (directMap !== 'remove' || !change.assigned || change.pfn % pages !== 0) return;
  splitDirectMap(state, log, change.pfn);
  for (let i = 0; i < pages; i++) state.missing.set(change.pfn + i, true);
}

/** And after one that has given pages back. */
function backInDirectMap(state: NaiveState, change: NewEntry): void {
  if (rulesOf(state.config).directMap !== 'remove' || change.assigned) return;
  for (let i = 0; i < (change.pageSize === 2 ? 512 : 1); i++) state.missing.set(change.pfn + i, false);
}

/** One execution, which an inject may answer in the hardware's place. */
function execute(state: NaiveState, change: NewEntry): number {
  let code: number | null = null;
  for (const count of injects(state)) {
    count.rmpupdates++;
    const wanted = count.inject.rmpupdate;
    if (wanted !== undefined && wanted.nth === count.rmpupdates) code = wanted.code;
  }
  const answer = code ?? rmpupdate(state, change);
  if (code === null && answer === 0) forgetFrames(state, change.pfn, change.pageSize === 2 ? 512 : 1);
  return answer;
}

/** RMPUPDATE as a raw instruction, the direct map's repair before it unless it is left out. */
export function rawRmpupdate(state: NaiveState, log: EventLog, change: NewEntry, directMap: boolean): number {
  if (directMap) readyDirectMap(state, log, change);
  const code = execute(state, change);
  if (code === 0 && directMap) backInDirectMap(state, change);
  if (code === 0) published(state, log, change);
  return code;
}

/** RMPUPDATE as the kernel does it, again and again as its rule says. */
export function hostRmpupdate(state: NaiveState, log: EventLog, change: NewEntry): number {
  const { retryOn, triesPerCpu, retryLine } = rulesOf(state.config);
  const most = triesPerCpu === null ? RMPUPDATE_EXECUTIONS_MAX : triesPerCpu * (state.config.hostCpus ?? HOST_CPUS_DEFAULT);
  readyDirectMap(state, log, change);
  for (let tries = 1; ; tries++) {
    const code = execute(state, change);
    if (code === 0) {
      backInDirectMap(state, change);
      published(state, log, change);
      return 0;
    }
    const again = retryOn(code) && tries < most;
    if (again && retryLine === 'first' && tries === 1 && state.config.doubts.G11 === 'logged') state.printed.push('again');
    if (again) continue;
    if (retryOn(code) && triesPerCpu === null) return LIVELOCK;
    if (retryLine === 'given-up') state.printed.push('failed');
    return code;
  }
}

/** RMPUPDATE of another thread: not counted by any inject. */
export function forcedRmpupdate(state: NaiveState, log: EventLog, change: NewEntry): void {
  readyDirectMap(state, log, change);
  if (rmpupdate(state, change) !== 0) return;
  backInDirectMap(state, change);
  forgetFrames(state, change.pfn, change.pageSize === 2 ? 512 : 1);
  published(state, log, change);
}

function published(state: NaiveState, log: EventLog, change: NewEntry): void {
  const { assigned, immutable, asid, pageSize } = change;
  const entryGfn = assigned ? change.gfn : 0;
  emit(log, {
    type: 'rmp-updated',
    assigned,
    immutable: assigned && immutable,
    asid: assigned ? asid : 0,
    pageSize,
    entryGfn,
    ...pagesAt(state, change.pfn, pageSize),
  });
}

export function hostPsmash(state: NaiveState, log: EventLog, pfn: number): number {
  const code = psmash(state, pfn);
  if (code === 0) {
    forgetFrames(state, pfn, 512);
    emit(log, { type: 'psmashed', ...pagesAt(state, pfn, 2) });
  }
  return code;
}

/** RMPUPDATE, PSMASH and PVALIDATE drop the translations of the frames, and whatever was translated with them. */
export function forgetFrames(state: NaiveState, pfn: number, pages: number): void {
  const gone = new Set(state.tlb.filter((t) => t.pfn >= pfn && t.pfn < pfn + pages).map((t) => t.group));
  state.tlb = state.tlb.filter((t) => !gone.has(t.group));
}

export function pagesAt(state: NaiveState, pfn: number, pageSize: 1 | 2) {
  const gfn = gfnOfFrame(state, pfn);
  return { gfn: gfn === null ? null : asGfn(gfn), pfn: asPfn(pfn), pages: pageSize === 2 ? 512 : 1 };
}

export function toPrivate(state: NaiveState, gfn: number, pageSize: 1 | 2): NewEntry {
  return { pfn: privateFrame(state, gfn), assigned: true, gfn, gpaOffset: 0, asid: state.config.asid, pageSize, immutable: false };
}

export function toShared(pfn: number, pageSize: 1 | 2): NewEntry {
  return { pfn, assigned: false, gfn: 0, gpaOffset: 0, asid: 0, pageSize, immutable: false };
}

// --- what another thread makes of a page, by force ------------------------------------------------------------------------

export function forceShared(state: NaiveState, log: EventLog, pfn: number): void {
  if (!entryAt(state, pfn).assigned) return;
  if (rmpLevel(state, pfn) === 2) hostPsmash(state, log, baseOf(pfn));
  forcedRmpupdate(state, log, toShared(pfn, 1));
}

export function forceRegionShared(state: NaiveState, log: EventLog, pfn: number): void {
  if (rmpLevel(state, pfn) === 2 && entryAt(state, pfn).assigned) {
    forcedRmpupdate(state, log, toShared(baseOf(pfn), 2));
    return;
  }
  for (const p of regionFrames(pfn)) {
    if (entryAt(state, p).assigned) forcedRmpupdate(state, log, toShared(p, 1));
  }
}

export function forcePrivate(state: NaiveState, log: EventLog, gfn: number): void {
  if (effectiveEntry(state, privateFrame(state, gfn)).assigned) return;
  forcedRmpupdate(state, log, toPrivate(state, gfn, 1));
}
