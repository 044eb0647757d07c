/**
 * Whether the hardware lets the host store (APM2 table 15-38, Hypervisor-Owned): the page's own entry through a 4K leaf, the 512 of its 2 MiB
 * through a larger one.
 *
 * Milan and Genoa look at the whole 2 MiB too when its 2M-aligned page is in use by VMRUN, and refuse stores that are fine (hardware.md 3.5).
 * Linux never lets a VMSA or VMCB lie there.
 */
import { LEVEL_4K, type Level, REGION_PAGES } from './address.js';
import type { Machine } from './machine.js';
import type { StoreRefusal } from './outcome.js';

/** Why a store to the frame faults, through a leaf of this level; null: it does not. */
export function storeRefusal(m: Machine, pfn: number, level: Level): StoreRefusal | null {
  if (!m.generation.facts.checksHostWrites) return null;
  if (m.rmp.assignedAround(pfn) > 0) {
    if (m.rmp.isAssigned(pfn)) return 'page-assigned';
    if (level !== LEVEL_4K) return 'mapping-overlaps-assigned';
  }
  return isInUse(m, pfn, level) ? 'page-in-use' : null;
}

/** Whether the page that is in use at the start of the region stands in the way. */
function isInUse(m: Machine, pfn: number, level: Level): boolean {
  const base = pfn - (pfn % REGION_PAGES);
  return (level !== LEVEL_4K || pfn === base) && m.guest.isInUse(base, 1);
}
