/** Changes of the VMM's page table with their events: splitting a leaf, and mapping what an ordinary fault maps. */
import { asVpn, LEVEL_2M, LEVEL_4K, pagesAt, REGION_PAGES, type Vpn } from './address.js';
import type { MappingCause } from './event.js';
import { gfnAt, type Slot } from './layout.js';
import type { Machine } from './machine.js';

/**
 * `split`: the same frames at 4K. `cleared`: the huge leaf is gone and nothing is mapped until the next fault. `nothing`: no huge
 * leaf there. `impossible`: hugetlbfs owns the mapping and is never split.
 */
export type SplitResult = 'split' | 'cleared' | 'nothing' | 'impossible';

/** __split_huge_pmd by backing (generations.md 8): anonymous memory splits, a file's huge PMD is only removed. */
export function splitLeaf(m: Machine, slot: Slot, vpn: Vpn, cause: MappingCause): SplitResult {
  switch (slot.backing) {
    case 'hugetlb-2M':
    case 'hugetlb-1G':
      return 'impossible';
    case 'thp':
      return splitAnonymous(m, slot, vpn, cause);
    case 'shmem-thp':
    case 'dax-2M':
      return clearFile(m, slot, vpn, cause);
    case '4k':
      return 'nothing';
  }
}

function splitAnonymous(m: Machine, slot: Slot, vpn: Vpn, cause: MappingCause): SplitResult {
  if (!m.pageTable.splitHuge(vpn, slot)) return 'nothing';
  m.counters.splits += 1;
  m.emit({ seq: m.nextSeq(), type: 'mapping-split', ...regionAt(slot, vpn), from: LEVEL_2M, level: LEVEL_4K, cause });
  return 'split';
}

function clearFile(m: Machine, slot: Slot, vpn: Vpn, cause: MappingCause): SplitResult {
  if (m.pageTable.presentLevel(vpn) !== LEVEL_2M) return 'nothing';
  m.pageTable.clear(vpn, slot);
  m.counters.splits += 1;
  m.emit({ seq: m.nextSeq(), type: 'mapping-removed', ...regionAt(slot, vpn), level: LEVEL_2M, cause, leaf: 'none' });
  return 'cleared';
}

/** __pte_alloc: an empty table where the split left nothing, so that what comes back is 4K. */
export function allocateTable(m: Machine, slot: Slot, vpn: Vpn): void {
  m.pageTable.allocateTable(vpn, slot);
}

/** Maps what is not present at the page. */
export function mapPage(m: Machine, slot: Slot, vpn: Vpn, cause: MappingCause): void {
  const level = m.pageTable.restore(vpn, slot);
  const first = vpn - (vpn % pagesAt(level));
  m.emit({ seq: m.nextSeq(), type: 'mapping-installed', vpn: asVpn(first), gfn: gfnAt(slot, first), pages: pagesAt(level), level, cause });
}

function regionAt(slot: Slot, vpn: Vpn): { readonly vpn: Vpn; readonly gfn: ReturnType<typeof gfnAt>; readonly pages: number } {
  const first = asVpn(vpn - (vpn % REGION_PAGES));
  return { vpn: first, gfn: gfnAt(slot, first), pages: REGION_PAGES };
}
