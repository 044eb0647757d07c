/** The VMM's page table, page by page: mapping, splitting, emptying, and the direct map's one-way split. */
import { asGfn, asPfn, asVpn } from '../../src/core/address.js';
import type { Gfn, Level, Vpn } from '../../src/core/address.js';
import type { MappingCause } from '../../src/core/event.js';
import type { Memslot } from '../../src/core/config.js';
import { emit } from './event-log.js';
import type { EventLog } from './event-log.js';
import { isKept } from './kept.js';
import { blockStart, gfnOfVpn, REGION, sizeOf } from './layout.js';
import { directMapLevel, frameOfVpn, gfnOfFrame, hasTable, leafAt } from './naive-state.js';
import type { NaiveState, PageLeaf } from './naive-state.js';
import { isBlock, isHugetlb, wantsHuge } from './vmas.js';

export interface Where {
  readonly vpn: Vpn;
  readonly gfn: Gfn | null;
  readonly pages: number;
}

export function where(state: NaiveState, vpn: number, pages: number): Where {
  const gfn = gfnOfVpn(state.config, vpn);
  return { vpn: asVpn(vpn), gfn: gfn === null ? null : asGfn(gfn), pages };
}

export function setLeaves(state: NaiveState, vpn: number, pages: number, leaf: PageLeaf | null): void {
  for (let i = 0; i < pages; i++) state.leaves.set(vpn + i, leaf);
}

/** Where there is a table, another page of it; else the largest leaf that place, VMA and frames allow. */
function freshLevel(state: NaiveState, slot: Memslot, vpn: number): Level {
  const kept = isKept(state, slot, vpn);
  if (slot.backing === 'hugetlb-1G') {
    const gib = blockStart(vpn, sizeOf(3));
    if (kept) state.apart.add(gib);
    return state.apart.has(gib) ? 1 : 3;
  }
  if (hasTable(state, vpn)) return 1;
  return wantsHuge(state, slot, vpn) && isBlock(state, vpn) && !kept ? 2 : 1;
}

/** The ordinary fault: what was swapped comes back as it was, what was never there as the backing likes it. */
export function mapPage(state: NaiveState, log: EventLog, slot: Memslot, vpn: number, cause: MappingCause): void {
  const level = leafAt(state, vpn)?.level ?? freshLevel(state, slot, vpn);
  const start = blockStart(vpn, sizeOf(level));
  setLeaves(state, start, sizeOf(level), { level, present: true });
  emit(log, { type: 'mapping-installed', level, cause, ...where(state, start, sizeOf(level)) });
}

export type SplitResult = 'split' | 'cleared' | 'nothing';

/** What splitting a huge leaf does to each backing: anonymous memory keeps its pages, a file's PMD is only cleared. */
export function splitLeaf(state: NaiveState, log: EventLog, slot: Memslot, vpn: number, cause: MappingCause): SplitResult {
  const leaf = leafAt(state, vpn);
  if (leaf === null || leaf.level !== 2 || (!leaf.present && leaf.gone !== 'numa-hint')) return 'nothing';
  return isHugetlb(slot) ? 'nothing' : forceSplit(state, log, slot, vpn, cause);
}

/** The same whatever state the 2M leaf is in. */
export function forceSplit(state: NaiveState, log: EventLog, slot: Memslot, vpn: number, cause: MappingCause): 'split' | 'cleared' {
  const leaf = leafAt(state, vpn);
  if (leaf?.level !== 2 || isHugetlb(slot)) throw new Error('only a 2M leaf that is no hugetlb is split');
  const start = blockStart(vpn, REGION);
  switch (slot.backing) {
    case '4k':
    case 'thp':
      state.splits++;
      setLeaves(state, start, REGION, { ...leaf, level: 1 });
      emit(log, { type: 'mapping-split', from: 2, level: 1, cause, ...where(state, start, REGION) });
      return 'split';
    case 'shmem-thp':
    case 'dax-2M':
      state.splits++;
      setLeaves(state, start, REGION, null);
      emit(log, { type: 'mapping-removed', level: 2, cause, leaf: 'none', ...where(state, start, REGION) });
      return 'cleared';
    case 'hugetlb-2M':
    case 'hugetlb-1G':
      throw new Error('unreachable');
  }
}

/** Another thread empties the upper level: one huge leaf, or the whole table of 4K ones. */
export function unmap(state: NaiveState, log: EventLog, slot: Memslot, vpn: number): void {
  const leaf = leafAt(state, vpn);
  if (leaf === null && !hasTable(state, vpn)) return;
  if (leaf !== null && leaf.level > 1) {
    removed(state, log, blockStart(vpn, sizeOf(leaf.level)), sizeOf(leaf.level), leaf.level, null);
    return;
  }
  const first = Math.max(blockStart(vpn, REGION), slot.vpn);
  const end = Math.min(blockStart(vpn, REGION) + REGION, slot.vpn + slot.pages);
  removed(state, log, first, end - first, 1, null);
}

/** Another thread takes the leaf out of memory and leaves a note where it went. */
export function evict(state: NaiveState, log: EventLog, vpn: number, to: 'swap' | 'migration' | 'numa-hint'): void {
  const leaf = leafAt(state, vpn);
  if (leaf === null || !leaf.present) return;
  removed(state, log, blockStart(vpn, sizeOf(leaf.level)), sizeOf(leaf.level), leaf.level, to);
}

function removed(
  state: NaiveState,
  log: EventLog,
  vpn: number,
  pages: number,
  level: Level,
  to: 'swap' | 'migration' | 'numa-hint' | null,
): void {
  setLeaves(state, vpn, pages, to === null ? null : { level, present: false, gone: to });
  if (to === null) dropEmptyTable(state, vpn);
  emit(log, { type: 'mapping-removed', level, cause: 'other-thread', leaf: to ?? 'none', ...where(state, vpn, pages) });
}

/** Another thread (khugepaged, or a fault on a file's huge page) puts a 2M leaf over the region. */
export function collapse(state: NaiveState, log: EventLog, slot: Memslot, vpn: number): void {
  if (isHugetlb(slot) || !wantsHuge(state, slot, vpn) || !isBlock(state, vpn) || leafAt(state, vpn)?.level === 2) return;
  if (isKept(state, slot, vpn)) return;
  mapHuge(state, log, vpn, 'other-thread', false);
}

/** One 2M leaf over the region, whatever was there. */
export function mapHuge(state: NaiveState, log: EventLog, vpn: number, cause: MappingCause, copied: boolean): void {
  const start = blockStart(vpn, REGION);
  setLeaves(state, start, REGION, { level: 2, present: true });
  state.emptyTables.delete(start / REGION);
  const pfn = asPfn(frameOfVpn(state, start));
  emit(log, { type: 'mapping-collapsed', level: 2, cause, pfn, copied, ...where(state, start, REGION) });
}

/** A table of which nothing is left goes. */
export function dropEmptyTable(state: NaiveState, vpn: number): void {
  const start = blockStart(vpn, REGION);
  const used = Array.from({ length: REGION }, (_, i) => leafAt(state, start + i)).some((leaf) => leaf?.level === 1);
  if (!used) state.emptyTables.delete(start / REGION);
}

/** An empty table where a split has left nothing: what comes back is 4K. */
export function putTable(state: NaiveState, vpn: number): void {
  if (leafAt(state, vpn) === null) state.emptyTables.add(blockStart(vpn, REGION) / REGION);
}

/** A frame becomes 4K in the direct map, and is never merged again (generations.md 2.5). */
export function splitDirectMap(state: NaiveState, log: EventLog, pfn: number): void {
  if (directMapLevel(state, pfn) === 1) return;
  const start = blockStart(pfn, REGION);
  state.directMap4k.add(start / REGION);
  const gfn = gfnOfFrame(state, start);
  emit(log, { type: 'direct-map-split', gfn: gfn === null ? null : asGfn(gfn), pfn: asPfn(start), pages: REGION });
}
