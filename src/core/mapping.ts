/** Changes of the VMM's page table with their events: splitting a leaf, and mapping what an ordinary fault maps. */
import { asVpn, GIB_PAGES, LEVEL_2M, LEVEL_4K, pagesAt, REGION_PAGES, type Vpn } from './address.js';
import type { MappingCause } from './event.js';
import { gfnAt, pfnOf, type Slot } from './layout.js';
import type { Machine } from './machine.js';
import { runsOf } from './runs.js';

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

/**
 * Pages of one region, ascending, leave the page table because somebody throws them away: a huge leaf that is not wholly meant is split, or
 * removed where a file backs it.
 */
export function discardPages(m: Machine, slot: Slot, vpns: readonly Vpn[]): void {
  const [first] = vpns;
  const leaf = m.pageTable.walk(first, slot);
  if (leaf === null) return;
  if (leaf.level === LEVEL_2M && !(slot.backing === 'thp' && leaf.present && vpns.length < REGION_PAGES)) {
    m.pageTable.clear(first, slot);
    m.emit({ seq: m.nextSeq(), type: 'mapping-removed', ...regionAt(slot, first), level: LEVEL_2M, cause: 'conversion', leaf: 'none' });
    return;
  }
  if (leaf.level === LEVEL_2M) splitAnonymous(m, slot, first, 'conversion');
  const gone = new Set(vpns.filter((vpn) => m.pageTable.clearPage(vpn, slot)) as number[]);
  for (const [start, pages] of runsOf(first, vpns[vpns.length - 1] - first + 1, (vpn) => gone.has(vpn))) {
    m.emit({
      seq: m.nextSeq(),
      type: 'mapping-removed',
      vpn: asVpn(start),
      gfn: gfnAt(slot, start),
      pages,
      level: LEVEL_4K,
      cause: 'conversion',
      leaf: 'none',
    });
  }
}

/** Maps what is not present at the page. */
export function mapPage(m: Machine, slot: Slot, vpn: Vpn, cause: MappingCause): void {
  // No huge leaf over a page that in-place conversion keeps from the host.
  if (m.generation.facts.conversionWritesRmp === 'at-conversion' && hasPrivate(m, slot, vpn)) m.pageTable.allocateTable(vpn, slot);
  const level = m.pageTable.restore(vpn, slot);
  const first = vpn - (vpn % pagesAt(level));
  m.emit({ seq: m.nextSeq(), type: 'mapping-installed', vpn: asVpn(first), gfn: gfnAt(slot, first), pages: pagesAt(level), level, cause });
}

/** Whether a page under the huge leaf that could map this one is private. */
function hasPrivate(m: Machine, slot: Slot, vpn: Vpn): boolean {
  const pages = slot.backing === 'hugetlb-1G' ? GIB_PAGES : REGION_PAGES;
  const first = pfnOf(gfnAt(slot, vpn - (vpn % pages)));
  for (let pfn: number = first; pfn < first + pages; pfn += REGION_PAGES) if (m.rmp.assignedAround(pfn) !== 0) return true;
  return false;
}

function regionAt(slot: Slot, vpn: Vpn): { readonly vpn: Vpn; readonly gfn: ReturnType<typeof gfnAt>; readonly pages: number } {
  const first = asVpn(vpn - (vpn % REGION_PAGES));
  return { vpn: first, gfn: gfnAt(slot, first), pages: REGION_PAGES };
}
