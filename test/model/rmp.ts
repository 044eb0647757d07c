/** The RMP by the manual's words: what an entry looks like from outside, RMPUPDATE, PSMASH, PVALIDATE's checks (hardware.md 2, 3). */
import { asPfn } from '../../src/core/address.js';
import type { InstructionStatus, RmpEntry } from '../../src/core/outcome.js';
import type { PageState } from '../../src/core/page-state.js';
import { blockStart, coveredFrames, REGION } from './layout.js';
import { entryAt, VMPL0_FULL, ZERO_ENTRY } from './naive-state.js';
import type { Entry, NaiveState } from './naive-state.js';

export const CODE_NAMES: Readonly<Record<number, InstructionStatus>> = {
  0: 'SUCCESS',
  1: 'FAIL_INPUT',
  2: 'FAIL_PERMISSION',
  3: 'FAIL_INUSE',
  4: 'FAIL_OVERLAP',
  6: 'FAIL_SIZEMISMATCH',
  7: 'FAIL_BADADDR',
};

export interface NewEntry {
  readonly pfn: number;
  readonly assigned: boolean;
  readonly gfn: number;
  readonly gpaOffset: number;
  readonly asid: number;
  readonly pageSize: 1 | 2;
  readonly immutable: boolean;
}

export function baseOf(pfn: number): number {
  return blockStart(pfn, REGION);
}

export function regionFrames(pfn: number): number[] {
  return Array.from({ length: REGION }, (_, i) => baseOf(pfn) + i);
}

/** Page size that a look-up of the frame reports: the 2M-aligned entry's. */
export function rmpLevel(state: NaiveState, pfn: number): 1 | 2 {
  return entryAt(state, baseOf(pfn)).pageSize;
}

/** The entry that hardware obeys: a sub-page of a 2M entry is described by the base, with its own place in the gpa. */
export function effectiveEntry(state: NaiveState, pfn: number): Entry {
  const base = entryAt(state, baseOf(pfn));
  if (base.pageSize === 1) return entryAt(state, pfn);
  return { ...base, gfn: base.assigned ? base.gfn + (pfn - baseOf(pfn)) : 0 };
}

/** Assigned pages of a region of 4K entries, the base not counted; 0 in a 2M entry. Counted anew each time. */
export function countSubPages(state: NaiveState, pfn: number): number {
  if (rmpLevel(state, pfn) === 2) return 0;
  return regionFrames(pfn).filter((p) => p !== baseOf(pfn) && entryAt(state, p).assigned).length;
}

export function anyAssigned(state: NaiveState, pfn: number): boolean {
  return regionFrames(pfn).some((p) => entryAt(state, p).assigned);
}

export function describe(state: NaiveState, pfn: number): RmpEntry {
  const own = entryAt(state, pfn);
  const subPageCount = pfn === baseOf(pfn) ? countSubPages(state, pfn) : 0;
  const level = rmpLevel(state, pfn);
  const ruling = level === 2 ? entryAt(state, baseOf(pfn)) : own;
  const told =
    level === 2 && pfn !== baseOf(pfn) && state.config.doubts.D5 === 'mirror'
      ? { ...effectiveEntry(state, pfn), pageSize: 1 as const }
      : own;
  const word = pfn < coveredFrames(state.config) ? stateOf(ruling) : 'default';
  return { pfn: asPfn(pfn), ...told, level, subPageCount, state: word };
}

/** hardware.md 2.1, first match wins. */
export function stateOf(e: Omit<Entry, 'pageSize'>): PageState {
  const is = (assigned: boolean, validated: boolean, owned: boolean, immutable: boolean): boolean =>
    e.assigned === assigned && e.validated === validated && e.asid > 0 === owned && e.immutable === immutable;
  const subtype = Math.floor(e.gfn / 2 ** 36);
  if (is(false, false, false, false)) return 'hypervisor';
  if (is(false, false, false, true)) return 'hv-fixed';
  if (is(true, false, false, true) && e.gfn === 0) return e.vmsa ? 'context' : 'firmware';
  if (is(true, false, false, false)) return 'reclaim';
  if (is(true, false, false, true) && subtype === 1) return 'metadata';
  if (is(true, false, true, true)) return 'pre-guest';
  if (is(true, true, true, true)) return 'pre-swap';
  if (is(true, false, true, false)) return 'guest-invalid';
  if (is(true, true, true, false)) return 'guest-valid';
  if (is(true, false, false, true) && subtype === 2 && e.gfn % 2 ** 36 === 1 && !e.vmsa) return 'firmware-iommu';
  return 'invalid';
}

/** RMPUPDATE: the return code, and the change where it is 0. */
export function rmpupdate(state: NaiveState, change: NewEntry): number {
  const code = rmpupdateCode(state, change);
  if (code === 0) storeEntry(state, change);
  return code;
}

function rmpupdateCode(state: NaiveState, change: NewEntry): number {
  const huge = change.pageSize === 2;
  if (change.pfn >= coveredFrames(state.config) || (huge && change.pfn % REGION !== 0)) return 1;
  if (change.gpaOffset !== 0 || (huge && change.gfn % REGION !== 0)) return 1;
  if (!change.assigned && (change.asid !== 0 || change.immutable)) return state.config.doubts.D2 === 'input' ? 1 : 2;
  const frames = huge ? regionFrames(change.pfn) : [change.pfn];
  if (frames.some((pfn) => inUse(state, pfn))) return 3;
  const immutable = effectiveEntry(state, change.pfn).immutable;
  const overlap = overlaps(state, change);
  if (immutable && overlap) return state.config.doubts.D1 === 'permission-first' ? 2 : 4;
  if (overlap) return 4;
  // Pages of the host that nobody may have are not passed over either.
  return immutable || frames.some((pfn) => effectiveEntry(state, pfn).immutable) ? 2 : 0;
}

function overlaps(state: NaiveState, change: NewEntry): boolean {
  const { doubts } = state.config;
  const base = entryAt(state, baseOf(change.pfn));
  if (change.pageSize === 1) return base.pageSize === 2 && base.assigned && (change.assigned || doubts.D12 === 'overlap');
  if (base.pageSize === 2) return false;
  const entries = regionFrames(change.pfn).map((pfn) => entryAt(state, pfn));
  if (doubts.D4 === 'merge' && change.assigned && entries.every((e) => e.assigned)) {
    return !entries.every((e, i) => e.asid === change.asid && e.asid !== 0 && e.gfn === change.gfn + i && !e.immutable);
  }
  const baseCounts = base.assigned && doubts.D16 === 'overlap';
  return baseCounts || countSubPages(state, change.pfn) !== 0;
}

/** Held by a vCPU that runs. */
export function inUse(state: NaiveState, pfn: number): boolean {
  return [...state.vcpus.values()].some(({ vmsa, vmcb }) => vmsa === pfn || vmcb === pfn);
}

function storeEntry(state: NaiveState, change: NewEntry): void {
  const old = entryAt(state, change.pfn);
  if (change.pageSize === 1 && rmpLevel(state, change.pfn) === 2) smash(state, baseOf(change.pfn));
  const sizeStays = change.pageSize === 2 && state.config.doubts.G10 === 'page-size-kept';
  if (!change.assigned) state.rmp.set(change.pfn, { ...ZERO_ENTRY, pageSize: sizeStays ? 2 : 1 });
  else {
    const same =
      old.assigned && old.asid === change.asid && old.gfn === change.gfn && old.pageSize === change.pageSize && change.asid !== 0;
    const kept = same && state.config.doubts.D3 === 'keep' ? old : { vmsa: false, validated: false, vmpl: VMPL0_FULL };
    const { assigned, asid, gfn, pageSize, immutable } = change;
    state.rmp.set(change.pfn, { assigned, asid, gfn, pageSize, immutable, vmsa: kept.vmsa, validated: kept.validated, vmpl: kept.vmpl });
  }
  if (change.pageSize === 1) return;
  for (const pfn of regionFrames(change.pfn)) {
    if (pfn !== change.pfn) state.rmp.set(pfn, { ...ZERO_ENTRY, assigned: change.assigned });
  }
}

/** PSMASH: one 2M entry becomes 512 of 4K that say the same. */
export function psmash(state: NaiveState, pfn: number): number {
  if (pfn % REGION !== 0 || pfn >= coveredFrames(state.config)) return 1;
  const base = entryAt(state, pfn);
  if (!base.assigned || base.pageSize !== 2) return 7;
  if (base.immutable) return 2;
  if (regionFrames(pfn).some((p) => inUse(state, p))) return 3;
  smash(state, pfn);
  return 0;
}

/** An unassigned 2M entry, there by G10 alone, has nothing to say of its pages. */
function smash(state: NaiveState, start: number): void {
  const base = entryAt(state, start);
  if (!base.assigned) {
    state.rmp.set(start, ZERO_ENTRY);
    return;
  }
  for (const p of regionFrames(start)) state.rmp.set(p, { ...base, pageSize: 1, gfn: base.gfn + (p - start) });
}
