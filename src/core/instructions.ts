/**
 * RMPUPDATE, PSMASH and the RMP checks of PVALIDATE, each check in the order of hardware.md 3.4: the first that fails is the answer.
 *
 * Sources: APM2 15.36; return codes as in the compiler intrinsics' documentation; order and details marked there as inferred are
 * the doubts D2, D3 and D16.
 */
import { isAligned, LEVEL_2M, REGION_PAGES, RMP_GFN_END } from './address.js';
import type { Doubts } from './doubts.js';
import type { InstructionStatus } from './outcome.js';
import { ASSIGNED, IMMUTABLE, VALIDATED, VMSA } from './region-bits.js';
import { NO_OWNER, type Owner, type Rmp, VMPL0_ALL } from './rmp.js';

export const SUCCESS = 0;
const FAIL_INPUT = 1;
const FAIL_PERMISSION = 2;
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

/** The answer RMPUPDATE would give; 0 to 4. Changes nothing. */
export function checkRmpupdate(rmp: Rmp, frames: number, doubts: Doubts, input: RmpupdateInput): number {
  const { pfn, pageSize } = input;
  const huge = pageSize === LEVEL_2M;
  if ((huge && !isAligned(pfn, LEVEL_2M)) || pfn >= frames) return FAIL_INPUT;
  if ((huge && !isAligned(input.gfn, LEVEL_2M)) || input.gpaOffset !== 0 || input.gfn >= RMP_GFN_END) return FAIL_INPUT;
  if (!input.assigned && (input.asid !== 0 || input.immutable)) return doubts.D2 === 'input' ? FAIL_INPUT : FAIL_PERMISSION;
  if (rmp.bitsAt(pfn) & IMMUTABLE) return FAIL_PERMISSION;
  const isHuge = rmp.isHuge(pfn);
  if (huge && !isHuge) {
    const assigned = rmp.assignedAround(pfn);
    const others = assigned - (rmp.isAssigned(pfn) ? 1 : 0);
    if (others > 0 || (assigned > 0 && doubts.D16 === 'overlap')) return FAIL_OVERLAP;
  }
  if (!huge && isHuge && rmp.isAssigned(pfn)) return FAIL_OVERLAP;
  return SUCCESS;
}

/** Stores what a successful RMPUPDATE stores. */
export function storeRmpupdate(rmp: Rmp, doubts: Doubts, input: RmpupdateInput): void {
  const { pfn, pageSize } = input;
  const huge = pageSize === LEVEL_2M;
  // An unassigned 2M entry is only there by doubt G10; a 4K one in its place takes the page size away.
  if (!huge && rmp.isHuge(pfn)) rmp.setZero(pfn - (pfn % REGION_PAGES));
  if (!input.assigned) {
    if (!huge) rmp.setPage(pfn, 0, NO_OWNER);
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

/** The present owner where the instruction names the same ASID, gpa and size: then validated, vmsa and the masks stay. */
function ownerKept(rmp: Rmp, input: RmpupdateInput): Owner | null {
  const owner = rmp.ownerAt(input.pfn);
  const same =
    input.asid !== 0 && owner.asid === input.asid && owner.gfn === input.gfn && rmp.isHuge(input.pfn) === (input.pageSize === LEVEL_2M);
  return same ? owner : null;
}

/** The answer PSMASH would give: 0, 1, 2 or 7. An entry that is 4K already answers 7, as field traces show. */
export function checkPsmash(rmp: Rmp, frames: number, pfn: number): number {
  if (!isAligned(pfn, LEVEL_2M) || pfn >= frames) return FAIL_INPUT;
  const bits = rmp.bitsAt(pfn);
  if (!rmp.isHuge(pfn) || !(bits & ASSIGNED)) return FAIL_BADADDR;
  return bits & IMMUTABLE ? FAIL_PERMISSION : SUCCESS;
}

/** 4K pages that a page size covers. */
export function pagesOfSize(pageSize: 1 | 2): number {
  return pageSize === LEVEL_2M ? REGION_PAGES : 1;
}
