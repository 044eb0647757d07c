/** The VMM's page table, page by page: mapping, splitting, emptying, and the direct map's one-way split. */
import { asGfn, asPfn, asVpn } from '../../src/core/address.js';
import type { Gfn, Level, Vpn } from '../../src/core/address.js';
import type { MappingCause } from '../../src/core/event.js';
import type { Memslot } from '../../src/core/config.js';
import { emit } from './event-log.js';
import type { EventLog } from './event-log.js';
import { blockStart, frameOfVpn, gfnOfFrame, gfnOfVpn, naturalLevel, REGION, sizeOf } from './layout.js';
import { directMapLevel, EMPTY_LEAF, entryAt, hasTable, leafAt } from './naive-state.js';
import type { NaiveState, PageLeaf } from './naive-state.js';

interface Where {
  readonly vpn: Vpn;
  readonly gfn: Gfn | null;
  readonly pages: number;
}

function where(state: NaiveState, vpn: number, pages: number): Where {
  const gfn = gfnOfVpn(state.config, vpn);
  return { vpn: asVpn(vpn), gfn: gfn === null ? null : asGfn(gfn), pages };
}

function setLeaves(state: NaiveState, vpn: number, pages: number, leaf: PageLeaf | null): void {
  for (let i = 0; i < pages; i++) state.leaves.set(vpn + i, leaf);
}

/** The ordinary fault: what was swapped comes back as it was, what was never there as the backing likes it. */
export function mapPage(state: NaiveState, log: EventLog, slot: Memslot, vpn: number, cause: MappingCause): void {
  const level = leafAt(state, vpn)?.level ?? levelToMap(state, slot, vpn);
  if (level === 1 && leafAt(state, vpn) === null && naturalLevel(slot, vpn) > 1) putTable(state, vpn);
  const start = blockStart(vpn, sizeOf(level));
  setLeaves(state, start, sizeOf(level), { level, present: true });
  emit(log, { type: 'mapping-installed', level, cause, ...where(state, start, sizeOf(level)) });
}

/** What the backing likes, but in-place conversion lets no huge leaf lie over a private page. */
function levelToMap(state: NaiveState, slot: Memslot, vpn: number): Level {
  const natural = naturalLevel(slot, vpn);
  if (state.config.generation !== 'inplace' || natural === 1) return natural;
  if (natural === 3 && state.apart.has(blockStart(vpn, sizeOf(3)))) return 1;
  const start = blockStart(vpn, sizeOf(natural));
  if (isShared(state, frameOfVpn(slot, start), sizeOf(natural))) return natural;
  if (natural === 3) state.apart.add(start);
  return 1;
}

function isShared(state: NaiveState, pfn: number, pages: number): boolean {
  for (let i = 0; i < pages; i++) if (entryAt(state, pfn + i).assigned) return false;
  return true;
}

/** Pages go because somebody throws them away: a huge leaf is split for them, or goes as a whole where a file backs it. */
export function discardPage(state: NaiveState, log: EventLog, slot: Memslot, vpns: readonly number[]): void {
  const [first] = vpns;
  const leaf = leafAt(state, first);
  if (leaf === null) return;
  if (leaf.level === 2 && !(slot.backing === 'thp' && leaf.present && vpns.length < REGION)) {
    const start = blockStart(first, REGION);
    setLeaves(state, start, REGION, null);
    emit(log, { type: 'mapping-removed', level: 2, cause: 'conversion', leaf: 'none', ...where(state, start, REGION) });
    return;
  }
  if (leaf.level === 2) splitLeaf(state, log, slot, first, 'conversion');
  for (const vpn of vpns) {
    const old = leafAt(state, vpn);
    if (old === null || old.empty === true) continue;
    state.leaves.set(vpn, EMPTY_LEAF);
    emit(log, { type: 'mapping-removed', level: 1, cause: 'conversion', leaf: 'none', ...where(state, vpn, 1) });
  }
}

/** In-place conversion takes pages from the host, out of whatever huge leaf maps them. */
export function takeFromHost(state: NaiveState, log: EventLog, slot: Memslot, vpns: readonly number[]): void {
  const leaf = leafAt(state, vpns[0]);
  if (leaf === null) return;
  if (leaf.present && leaf.level > 1 && !(leaf.level === 2 && vpns.length === REGION)) {
    const start = blockStart(vpns[0], sizeOf(leaf.level));
    state.splits++;
    setLeaves(state, start, sizeOf(leaf.level), { level: 1, present: true });
    if (leaf.level === 3) state.apart.add(start);
    emit(log, { type: 'mapping-split', from: leaf.level, level: 1, cause: 'conversion', ...where(state, start, sizeOf(leaf.level)) });
  }
  discardPage(state, log, slot, vpns);
}

/** And may map a huge page as such again, once all of it is shared. */
export function merge(state: NaiveState, log: EventLog, slot: Memslot, vpn: number): void {
  const level = naturalLevel(slot, vpn);
  const start = blockStart(vpn, sizeOf(level));
  if (level === 1 || !isShared(state, frameOfVpn(slot, start), sizeOf(level))) return;
  const leaf = leafAt(state, vpn);
  const apart = level === 3 ? state.apart.has(start) : leaf !== null || hasTable(state, vpn);
  if (!apart || leaf?.level === level) return;
  state.apart.delete(start);
  setLeaves(state, start, sizeOf(level), null);
  emit(log, { type: 'mapping-removed', level: 1, cause: 'conversion', leaf: 'none', ...where(state, start, sizeOf(level)) });
}

export type SplitResult = 'split' | 'cleared' | 'nothing';

/** What splitting a huge leaf does to each backing: anonymous memory keeps its pages, a file's PMD is only cleared. */
export function splitLeaf(state: NaiveState, log: EventLog, slot: Memslot, vpn: number, cause: MappingCause): SplitResult {
  const leaf = leafAt(state, vpn);
  if (leaf === null || leaf.level !== 2 || !leaf.present) return 'nothing';
  const start = blockStart(vpn, REGION);
  switch (slot.backing) {
    case 'thp':
      state.splits++;
      setLeaves(state, start, REGION, { level: 1, present: true });
      emit(log, { type: 'mapping-split', from: 2, level: 1, cause, ...where(state, start, REGION) });
      return 'split';
    case 'shmem-thp':
    case 'dax-2M':
      state.splits++;
      setLeaves(state, start, REGION, null);
      emit(log, { type: 'mapping-removed', level: 2, cause, leaf: 'none', ...where(state, start, REGION) });
      return 'cleared';
    case '4k':
    case 'hugetlb-2M':
    case 'hugetlb-1G':
      return 'nothing';
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
export function evict(state: NaiveState, log: EventLog, vpn: number, to: 'swap' | 'migration'): void {
  const leaf = leafAt(state, vpn);
  if (leaf === null || !leaf.present) return;
  removed(state, log, blockStart(vpn, sizeOf(leaf.level)), sizeOf(leaf.level), leaf.level, to);
}

function removed(state: NaiveState, log: EventLog, vpn: number, pages: number, level: Level, to: 'swap' | 'migration' | null): void {
  setLeaves(state, vpn, pages, to === null ? null : { level, present: false });
  emit(log, { type: 'mapping-removed', level, cause: 'other-thread', leaf: to ?? 'none', ...where(state, vpn, pages) });
}

/** Another thread (khugepaged, or a fault on a file's huge page) puts a 2M leaf over the region. */
export function collapse(state: NaiveState, log: EventLog, slot: Memslot, vpn: number): void {
  const canBeHuge = slot.backing === 'thp' || slot.backing === 'shmem-thp' || slot.backing === 'dax-2M';
  if (!canBeHuge || naturalLevel(slot, vpn) !== 2 || leafAt(state, vpn)?.level === 2) return;
  const start = blockStart(vpn, REGION);
  setLeaves(state, start, REGION, { level: 2, present: true });
  emit(log, { type: 'mapping-collapsed', level: 2, cause: 'other-thread', ...where(state, start, REGION) });
}

/** An empty table where a split has left nothing: what comes back is 4K. */
export function putTable(state: NaiveState, vpn: number): void {
  if (leafAt(state, vpn) !== null) return;
  setLeaves(state, blockStart(vpn, REGION), REGION, EMPTY_LEAF);
}

/** A frame becomes 4K in the direct map, and is never merged again (generations.md 2.5). */
export function splitDirectMap(state: NaiveState, log: EventLog, pfn: number): void {
  if (directMapLevel(state, pfn) === 1) return;
  const start = blockStart(pfn, REGION);
  state.directMap4k.add(start / REGION);
  const gfn = gfnOfFrame(state.config, start);
  emit(log, { type: 'direct-map-split', gfn: gfn === null ? null : asGfn(gfn), pfn: asPfn(start), pages: REGION });
}
