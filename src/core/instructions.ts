/**
 * RMPUPDATE, PSMASH and the RMP checks of PVALIDATE, each check in the order of hardware.md 3.4: the first that fails is the answer.
 *
 * Sources: APM2 15.36; return codes as in the compiler intrinsics' documentation; order and details marked there as inferred are
 * the doubts D1 to D4, D12 and D16.
 */
import { isAligned, LEVEL_2M, REGION_PAGES, RMP_GFN_END } from './address.js';
import type { Doubts } from './doubts.js';
import type { InstructionStatus } from './outcome.js';
import { ASSIGNED, IMMUTABLE, VALIDATED, VMSA } from './region-bits.js';
import type { Rmp } from './rmp.js';
import { NO_OWNER, type Owner, VMPL0_ALL } from './rmp-owners.js';

export const SUCCESS = 0;
export const FAIL_INPUT = 1;
export const FAIL_PERMISSION = 2;
export const FAIL_INUSE = 3;
const FAIL_OVERLAP = 4;
export const FAIL_SIZEMISMATCH = 6;
const FAIL_BADADDR = 7;

const STATUS_NAMES: readonly InstructionStatus[] = [
  'SUCCESS',
  'FAIL_INPUT',
  'FAIL_PERMISSION',
  'FAIL_INUSE',
  'FAIL_OVERLAP',
  'FAIL_INPUT',
  'FAIL_SIZEMISMATCH',
  'FAIL_BADADDR',
];

/** Name of a return code. 5 is no code of any instruction; an injected 5 reads as FAIL_INPUT. */
export function statusOf(code: number): InstructionStatus {
  return STATUS_NAMES[code] ?? 'FAIL_INPUT';
}

/** The 16 bytes that RMPUPDATE takes (hardware.md 1.4). */
export interface RmpupdateInput {
  readonly pfn: number;
  readonly assigned: boolean;
  /** GPA >> 12. */
  readonly gfn: number;
  /** Low 12 bits of the gpa field; reserved. */
  readonly gpaOffset: number;
  readonly asid: number;
  readonly pageSize: 1 | 2;
  readonly immutable: boolean;
}

/** What of a machine the host's instructions look at. */
export interface Hardware {
  readonly rmp: Rmp;
  readonly layout: { readonly covered: number };
  readonly config: { readonly doubts: Doubts };
  /** Pages in use by VMRUN. */
  readonly guest: { isInUse(pfn: number, pages: number): boolean };
}

/** The answer RMPUPDATE would give; 0 to 4. Changes nothing. */
export function checkRmpupdate({ rmp, layout, config, guest }: Hardware, input: RmpupdateInput): number {
  const { pfn, pageSize } = input;
  const { doubts } = config;
  const huge = pageSize === LEVEL_2M;
  if ((huge && !isAligned(pfn, LEVEL_2M)) || pfn >= layout.covered) return FAIL_INPUT;
  if ((huge && !isAligned(input.gfn, LEVEL_2M)) || input.gpaOffset !== 0 || input.gfn >= RMP_GFN_END) return FAIL_INPUT;
  if (!input.assigned && (input.asid !== 0 || input.immutable)) return doubts.D2 === 'input' ? FAIL_INPUT : FAIL_PERMISSION;
  if (guest.isInUse(pfn, pagesOfSize(pageSize))) return FAIL_INUSE;
  const overlap = overlaps(rmp, doubts, input);
  if (overlap && doubts.D1 === 'overlap-first') return FAIL_OVERLAP;
  if (rmp.bitsAt(pfn) & IMMUTABLE) return FAIL_PERMISSION;
  if (overlap) return FAIL_OVERLAP;
  return huge && rmp.anyInRegion(pfn, IMMUTABLE) ? FAIL_PERMISSION : SUCCESS;
}

/** Whether 4K and 2M entries would overlap (doubts D4, D12 and D16). */
export function overlaps(rmp: Rmp, doubts: Doubts, input: RmpupdateInput): boolean {
  const { pfn } = input;
  const isHuge = rmp.isHuge(pfn);
  if (input.pageSize !== LEVEL_2M) return isHuge && rmp.isAssigned(pfn) && (input.assigned || doubts.D12 === 'overlap');
  if (isHuge) return false;
  const assigned = rmp.assignedAround(pfn);
  if (assigned === REGION_PAGES && doubts.D4 === 'merge' && input.assigned) return !isOneRun(rmp, input);
  const others = assigned - (rmp.isAssigned(pfn) ? 1 : 0);
  return others > 0 || (assigned > 0 && doubts.D16 === 'overlap');
}

/** Whether the 512 entries already belong to the ASID named, each at its place in the gpa range named. */
function isOneRun(rmp: Rmp, { pfn, gfn, asid }: RmpupdateInput): boolean {
  for (let i = 0; i < REGION_PAGES; i++) {
    const owner = rmp.ownerAt(pfn + i);
    if (owner.asid !== asid || owner.gfn !== gfn + i || rmp.bitsAt(pfn + i) & IMMUTABLE) return false;
  }
  return asid !== 0;
}

/** Stores what a successful RMPUPDATE stores. */
export function storeRmpupdate(rmp: Rmp, doubts: Doubts, input: RmpupdateInput): void {
  const { pfn, pageSize } = input;
  const huge = pageSize === LEVEL_2M;
  // An unassigned 2M entry is only there by doubt G10; a 4K one in its place takes the page size away.
  if (!huge && rmp.isHuge(pfn) && !rmp.isAssigned(pfn)) rmp.setZero(pfn - (pfn % REGION_PAGES));
  if (!input.assigned) {
    if (!huge) unassignPage(rmp, pfn);
    else if (doubts.G10 === 'zeroes') rmp.setZero(pfn);
    else rmp.setHuge(pfn, 0, NO_OWNER);
    return;
  }
  const old = rmp.bitsAt(pfn);
  const kept = old & ASSIGNED && doubts.D3 === 'keep' ? ownerKept(rmp, input) : null;
  const bits = ASSIGNED | (input.immutable ? IMMUTABLE : 0) | (kept === null ? 0 : old & (VALIDATED | VMSA));
  const next = kept ?? { gfn: input.gfn, asid: input.asid, vmpl: VMPL0_ALL };
  if (huge) rmp.setHuge(pfn, bits, next);
  else rmp.setPage(pfn, bits, next);
}

/** With D12 smash a 2M entry is broken up on the way. */
function unassignPage(rmp: Rmp, pfn: number): void {
  if (rmp.isHuge(pfn)) rmp.smash(pfn - (pfn % REGION_PAGES));
  rmp.setPage(pfn, 0, NO_OWNER);
}

/** The present owner where the instruction names the same ASID, gpa and size: then validated, vmsa and the masks stay. */
function ownerKept(rmp: Rmp, input: RmpupdateInput): Owner | null {
  const owner = rmp.ownerAt(input.pfn);
  const same =
    input.asid !== 0 && owner.asid === input.asid && owner.gfn === input.gfn && rmp.isHuge(input.pfn) === (input.pageSize === LEVEL_2M);
  return same ? owner : null;
}

/** The answer PSMASH would give: 0, 1, 2, 3 or 7. An entry that is 4K already answers 7, as field traces show. */
export function checkPsmash({ rmp, layout, guest }: Hardware, pfn: number): number {
  if (!isAligned(pfn, LEVEL_2M) || pfn >= layout.covered) return FAIL_INPUT;
  const bits = rmp.bitsAt(pfn);
  if (!rmp.isHuge(pfn) || !(bits & ASSIGNED)) return FAIL_BADADDR;
  if (bits & IMMUTABLE) return FAIL_PERMISSION;
  return guest.isInUse(pfn, REGION_PAGES) ? FAIL_INUSE : SUCCESS;
}

/** 4K pages that a page size covers. */
export function pagesOfSize(pageSize: 1 | 2): number {
  return pageSize === LEVEL_2M ? REGION_PAGES : 1;
}
