/** The nested page table: to which frame, and by how large a leaf, the hypervisor maps a guest page. */
import { type Level, LEVEL_2M, LEVEL_4K, type Pfn } from './address.js';
import { leafOfMap } from './guest-side.js';
import type { Machine } from './machine.js';

export interface NestedLeaf {
  readonly pfn: Pfn;
  readonly level: Level;
}

/**
 * Where the hypervisor maps the page elsewhere (`nested-map`), that stretch. Else the memslot's frame, by the smaller of the host's leaf and
 * the RMP entry; 1G counts as 2M, as the nested table is built from 2M pieces. `vpn` is mapped.
 */
export function nestedLeaf(m: Machine, gfn: number, vpn: number): NestedLeaf {
  const map = m.guest.nestedMapAt(gfn);
  if (map !== null) return leafOfMap(map, gfn, (frame) => m.rmp.isHuge(frame));
  const pfn = m.frames.of(gfn);
  const small = m.pageTable.presentLevel(vpn) === LEVEL_4K || !m.rmp.isHuge(pfn) || m.guest.hasSingleMaps(gfn);
  return { pfn, level: small ? LEVEL_4K : LEVEL_2M };
}
