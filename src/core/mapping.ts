/** Changes of the VMM's page table with their events: splitting a leaf, mapping what an ordinary fault maps, and taking leaves away. */
import { asVpn, LEVEL_2M, LEVEL_4K, type Level, pagesAt, REGION_PAGES, type Vpn } from './address.js';
import type { MappingCause } from './event.js';
import { convertsInPlace, hasPrivatePages } from './guest-memfd.js';
import { alignsHuge, gfnAt, type Slot } from './layout.js';
import type { Machine } from './machine.js';
import type { Absence } from './page-table.js';

/**
 * `split`: the same frames at 4K. `cleared`: the huge leaf is gone and nothing is mapped until the next fault. `nothing`: no huge
 * leaf there. `impossible`: hugetlbfs owns the mapping and is never split.
 */
export type SplitResult = 'split' | 'cleared' | 'nothing' | 'impossible';

/** Anonymous memory: its pages go with the mapping. All else is files, whose pages stay, guest_memfd's among them. */
export function isAnonymous(m: Machine, slot: Slot): boolean {
  return splitsInPlace(slot) && !convertsInPlace(m);
}

/** Whether the split of a huge leaf leaves 4K leaves of the same frames. */
function splitsInPlace({ backing }: Slot): boolean {
  return backing === 'thp' || backing === '4k';
}

export function isHugetlb(slot: Slot): boolean {
  return slot.backing === 'hugetlb-2M' || slot.backing === 'hugetlb-1G';
}

/** __split_huge_pmd by backing (generations.md 8): anonymous memory splits, a file's huge PMD is only removed. */
export function splitLeaf(m: Machine, slot: Slot, vpn: Vpn, cause: MappingCause): SplitResult {
  if (isHugetlb(slot)) return 'impossible';
  const { level, state } = m.pageTable.leafAt(vpn, slot);
  if (level !== LEVEL_2M || (state !== 'present' && state !== 'numa-hint')) return 'nothing';
  return forceSplit(m, slot, vpn, cause);
}

/** The same for a 2M leaf in any state: a PMD migration entry becomes 512 of them. */
function forceSplit(m: Machine, slot: Slot, vpn: number, cause: MappingCause): 'split' | 'cleared' {
  m.counters.splits += 1;
  if (!splitsInPlace(slot)) {
    m.pageTable.clear(vpn, slot);
    m.emit({ seq: m.nextSeq(), type: 'mapping-removed', ...regionAt(slot, vpn), level: LEVEL_2M, cause, leaf: 'none' });
    return 'cleared';
  }
  m.pageTable.splitHuge(vpn, slot);
  m.emit({ seq: m.nextSeq(), type: 'mapping-split', ...regionAt(slot, vpn), from: LEVEL_2M, level: LEVEL_4K, cause });
  return 'split';
}

/** Where a VMA or a range begins or ends inside a 2M leaf, the leaf is split. hugetlb ranges are refused before they come here. */
export function splitAt(m: Machine, slot: Slot, vpn: number, cause: MappingCause): void {
  if (vpn % REGION_PAGES === 0 || vpn <= slot.vpn || vpn >= slot.vpnEnd) return;
  if (m.pageTable.leafAt(vpn, slot).level === LEVEL_2M) forceSplit(m, slot, vpn, cause);
}

/** Whether a fault, a scan or another thread may map the whole region by one 2M leaf: alignment, VMA, advice, frames and guest allow it. */
export function mayBeHuge(m: Machine, slot: Slot, vpn: number): boolean {
  return fitsOneFrame(m, slot, vpn) && !hasPrivatePages(m, slot, vpn);
}

function fitsOneFrame(m: Machine, slot: Slot, vpn: number): boolean {
  const base = vpn - (vpn % REGION_PAGES);
  return wantsHuge(m, slot, base) && m.frames.isBlock(gfnAt(slot, base));
}

/** The same but for the frames, which a collapse replaces. */
export function wantsHuge(m: Machine, slot: Slot, base: number): boolean {
  if (!alignsHuge(slot, base)) return false;
  if (slot.backing === 'hugetlb-2M') return true;
  const area = m.vmas.at(base);
  if (area === null || area.end < base + REGION_PAGES) return false;
  // fsdax maps a 2M extent huge whatever madvise said.
  return slot.backing === 'dax-2M' || area.advice !== 'nohugepage';
}

/** Maps what is not present at the page. The page lies in a VMA. */
export function mapPage(m: Machine, slot: Slot, vpn: Vpn, cause: MappingCause): Level {
  // In-place conversion lets no huge leaf over a page that is the guest's.
  const kept = hasPrivatePages(m, slot, vpn);
  if (kept) m.pageTable.allocateTable(vpn, slot);
  const level = m.pageTable.restore(vpn, slot, !kept && fitsOneFrame(m, slot, vpn));
  const first = vpn - (vpn % pagesAt(level));
  m.emit({ seq: m.nextSeq(), type: 'mapping-installed', vpn: asVpn(first), gfn: gfnAt(slot, first), pages: pagesAt(level), level, cause });
  return level;
}

export function regionAt(slot: Slot, vpn: number): { readonly vpn: Vpn; readonly gfn: ReturnType<typeof gfnAt>; readonly pages: number } {
  const first = asVpn(vpn - (vpn % REGION_PAGES));
  return { vpn: first, gfn: gfnAt(slot, first), pages: REGION_PAGES };
}

/** Collects leaves that went alike, one behind the other, into one event. */
export class RemovedRun {
  private first = 0;
  private pages = 0;
  private level: Level = LEVEL_4K;
  private readonly m: Machine;
  private readonly slot: Slot;
  private readonly cause: MappingCause;
  private readonly leaf: 'none' | Absence;

  constructor(m: Machine, slot: Slot, cause: MappingCause, leaf: 'none' | Absence) {
    this.m = m;
    this.slot = slot;
    this.cause = cause;
    this.leaf = leaf;
  }

  add(vpn: number, pages: number, level: Level): void {
    if (this.pages > 0 && (level !== this.level || vpn !== this.first + this.pages)) this.publish();
    if (this.pages === 0) this.first = vpn;
    this.level = level;
    this.pages += pages;
  }

  publish(): void {
    if (this.pages === 0) return;
    const { first, pages, level, cause, leaf } = this;
    this.m.emit({
      seq: this.m.nextSeq(),
      type: 'mapping-removed',
      vpn: asVpn(first),
      gfn: gfnAt(this.slot, first),
      pages,
      level,
      cause,
      leaf,
    });
    this.pages = 0;
  }
}

/**
 * zap_page_range: takes the leaves of [from, to) away, whatever their state. Tables that are left empty go with a munmap, and stay with
 * a madvise, so that the next fault there is a 4K one.
 */
export function zap(m: Machine, slot: Slot, from: number, to: number, cause: MappingCause, tables: 'free' | 'keep'): void {
  splitAt(m, slot, from, cause);
  splitAt(m, slot, to, cause);
  const run = new RemovedRun(m, slot, cause, 'none');
  for (let at = from; at < to; ) {
    const { level } = m.pageTable.leafAt(at, slot);
    if (level > LEVEL_4K) {
      const pages = pagesAt(level as Level);
      run.add(at, pages, level as Level);
      m.pageTable.clear(at, slot);
      at += pages;
      continue;
    }
    const end = Math.min(to, at - (at % REGION_PAGES) + REGION_PAGES);
    if (level === LEVEL_4K) {
      for (let page = at; page < end; page++) if (m.pageTable.leafAt(page, slot).state !== 'none') run.add(page, 1, LEVEL_4K);
      m.pageTable.clearPages(at, end, slot);
      if (tables === 'free') m.pageTable.freeEmptyTable(at, slot);
    }
    at = end;
  }
  run.publish();
}
