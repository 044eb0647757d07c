/** The host kernel's steps on the RMP: the direct map first, the instruction, its retry, the event; and what `inject` does to it. */
import { asGfn, asPfn } from '../../src/core/address.js';
import { emit } from './event-log.js';
import type { EventLog } from './event-log.js';
import { splitDirectMap } from './mapping.js';
import { entryAt, frameOf, gfnOfFrame, injects } from './naive-state.js';
import type { NaiveState } from './naive-state.js';
import { baseOf, effectiveEntry, psmash, regionFrames, rmpLevel, rmpupdate } from './rmp.js';
import type { NewEntry } from './rmp.js';
import { RMPUPDATE_EXECUTIONS_MAX } from '../../src/core/config.js';

const INUSE = 3;
/** Tried again without end. */
const LIVELOCK = -2;

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
  if (directMap) splitDirectMap(state, log, change.pfn);
  const code = execute(state, change);
  if (code === 0) published(state, log, change);
  return code;
}

/** RMPUPDATE as the kernel does it: rfc-v1 repeats it as long as the answer is FAIL_INUSE. */
export function hostRmpupdate(state: NaiveState, log: EventLog, change: NewEntry): number {
  splitDirectMap(state, log, change.pfn);
  let code = execute(state, change);
  if (state.config.generation !== 'no-snp') {
    for (let i = 1; code === INUSE && i < RMPUPDATE_EXECUTIONS_MAX; i++) code = execute(state, change);
    if (code === INUSE) return LIVELOCK;
  }
  if (code === 0) published(state, log, change);
  return code;
}

/** RMPUPDATE of another thread: not counted by any inject. */
export function forcedRmpupdate(state: NaiveState, log: EventLog, change: NewEntry): void {
  splitDirectMap(state, log, change.pfn);
  if (rmpupdate(state, change) !== 0) return;
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
  return { pfn: frameOf(state, gfn), assigned: true, gfn, gpaOffset: 0, asid: state.config.asid, pageSize, immutable: false };
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
  if (rmpLevel(state, pfn) === 2) {
    forcedRmpupdate(state, log, toShared(baseOf(pfn), 2));
    return;
  }
  for (const p of regionFrames(pfn)) {
    if (entryAt(state, p).assigned) forcedRmpupdate(state, log, toShared(p, 1));
  }
}

export function forcePrivate(state: NaiveState, log: EventLog, gfn: number): void {
  if (effectiveEntry(state, frameOf(state, gfn)).assigned) return;
  forcedRmpupdate(state, log, toPrivate(state, gfn, 1));
}
