/**
 * Collapsing a 2 MiB region: khugepaged's own scan, and MADV_COLLAPSE (generations.md 8).
 *
 *     anonymous            pages are copied into a new 2M frame: the pfns change, and a pin forbids it
 *     file, frame whole    only the page table goes: the next fault maps the page huge again, pinned or not
 *     file, frame in parts copied like anonymous memory, then the page table goes
 */
import { LEVEL_2M, LEVEL_4K, type Pfn, REGION_PAGES } from './address.js';
import { emitFreed } from './drop-pages.js';
import type { MappingCause } from './event.js';
import { convertsInPlace } from './guest-memfd.js';
import { gfnAt, type Slot } from './layout.js';
import type { Machine } from './machine.js';
import { isAnonymous, regionAt, wantsHuge, zap } from './mapping.js';

/** khugepaged/max_ptes_swap. */
const SWAPPED_MAX = 64;

export type Verdict = 'copy' | 'retract' | 'huge' | 'pinned' | 'unsuitable' | 'not-eligible';

/** What a scan would do with the region. `byCall`: MADV_COLLAPSE, which minds no max_ptes_swap and takes a file's region unmapped too. */
export function scanRegion(m: Machine, slot: Slot, base: number, byCall: boolean): Verdict {
  if (!collapsible(m, slot) || !wantsHuge(m, slot, base)) return 'not-eligible';
  const { level, state } = m.pageTable.leafAt(base, slot);
  if (level === LEVEL_2M) return state === 'present' || state === 'numa-hint' ? 'huge' : 'unsuitable';
  const anonymous = isAnonymous(m, slot);
  if (level === 0 && (anonymous || !byCall)) return 'unsuitable';
  const gfn = gfnAt(slot, base);
  if (!anonymous && m.frames.isBlock(gfn)) return 'retract';
  const counts = { present: 0, swap: 0, migration: 0, pinned: 0 };
  for (let i = 0; i < REGION_PAGES; i++) {
    const leaf = level === 0 ? 'none' : m.pageTable.leafAt(base + i, slot).state;
    counts.present += Number(leaf === 'present' || leaf === 'numa-hint');
    counts.swap += Number(leaf === 'swap');
    counts.migration += Number(leaf === 'migration');
    // A page of a file is there whether mapped or not.
    counts.pinned += Number((leaf !== 'none' || !anonymous) && m.pins.isPinned(gfn + i));
  }
  if (counts.migration > 0 || (counts.swap > SWAPPED_MAX && !byCall)) return 'unsuitable';
  if (anonymous && counts.present === 0) return 'unsuitable';
  return counts.pinned > 0 ? 'pinned' : 'copy';
}

/** guest_memfd's pages are not collapsed. */
function collapsible(m: Machine, slot: Slot): boolean {
  return isAnonymous(m, slot) || (slot.backing === 'shmem-thp' && !convertsInPlace(m));
}

/** The region's pages get a new 2M frame and what was in them. false: the host has none. The leaves are the caller's. */
function copyRegion(m: Machine, slot: Slot, base: number): readonly number[] | null {
  const block = m.frames.freeBlock();
  if (block === null) return null;
  const gfn = gfnAt(slot, base);
  const lost: number[] = [];
  for (let i = 0; i < REGION_PAGES; i++) {
    const old = m.frames.of(gfn + i);
    if (m.rmp.isAssigned(old)) lost.push(old, gfn + i);
    copyFrame(m, old, block + i);
  }
  m.frames.moveBlock(gfn, block);
  return lost;
}

/** The kernel copies what is in DRAM: of a private page ciphertext, which at another address its guest reads as garbage. */
export function copyFrame(m: Machine, from: Pfn, to: number): void {
  m.contents.remove(to);
  m.contents.move(from, to);
}

/** khugepaged's answer to a verdict of `copy` or `retract`. false: no free 2M frame. */
export function collapseInScan(m: Machine, slot: Slot, base: number, verdict: 'copy' | 'retract'): boolean {
  if (isAnonymous(m, slot)) return collapseNow(m, slot, base, verdict, 'khugepaged');
  const lost = verdict === 'copy' ? copyRegion(m, slot, base) : [];
  if (lost === null) return false;
  zap(m, slot, base, base + REGION_PAGES, 'khugepaged', 'free');
  emitFreed(m, lost);
  return true;
}

/** The region is one 2M leaf at once. false: no free 2M frame. */
export function collapseNow(m: Machine, slot: Slot, base: number, verdict: 'copy' | 'retract', cause: MappingCause): boolean {
  const lost = verdict === 'copy' ? copyRegion(m, slot, base) : [];
  if (lost === null) return false;
  m.pageTable.collapse(base, slot);
  const place = regionAt(slot, base);
  const copied = verdict === 'copy';
  m.emit({ seq: m.nextSeq(), type: 'mapping-collapsed', ...place, level: LEVEL_2M, cause, pfn: m.frames.of(place.gfn), copied });
  emitFreed(m, lost);
  return true;
}

/** Whether the region has a page table of 4K leaves. */
export function hasTable(m: Machine, slot: Slot, base: number): boolean {
  return m.pageTable.leafAt(base, slot).level === LEVEL_4K;
}
