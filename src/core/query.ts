/** Reading a machine without changing it. */
import {
  asGfn,
  asPfn,
  asVpn,
  type Gfn,
  GIB_PAGES,
  indexInRegion,
  type Level,
  LEVEL_1G,
  LEVEL_2M,
  LEVEL_4K,
  levelName,
  type Pfn,
  REGION_PAGES,
  type Vpn,
} from './address.js';
import { FRAME_BASE } from './config.js';
import { isMappedByHost, nestedLevel, sharedNestedLevel } from './guest.js';
import { pfnOf, type Slot } from './layout.js';
import type { Machine } from './machine.js';
import type { RmpEntry } from './outcome.js';
import type { PageState } from './page-state.js';
import type { MapCell, PageView, Stats, Vma, WalkLevel } from './query-types.js';

/** Frames 0 to this, exclusive, are RAM and covered by the RMP. */
export function coveredFrames(m: Machine): number {
  return m.layout.frames;
}

export function isCovered(m: Machine, pfn: number): boolean {
  return pfn >= 0 && pfn < m.layout.frames;
}

/** The maps that KVM holds, by number. */
export function kernelMapsOf(m: Machine): readonly (readonly [map: number, gfn: Gfn])[] {
  return m.kernelMaps.list();
}

export function vmasOf(m: Machine): Vma[] {
  return m.layout.slots.map(vmaOf);
}

function vmaOf(slot: Slot): Vma {
  return { start: slot.vpn, pages: slot.pages, backing: slot.backing, protection: 'read-write', memslot: slot.number };
}

/** null outside every memslot. */
export function pageView(m: Machine, gfn: Gfn): PageView | null {
  const slot = m.layout.slotAtGfn(gfn);
  if (slot === null) return null;
  const vpn = asVpn(gfn + slot.shift);
  const pfn = pfnOf(gfn);
  const leaf = m.pageTable.walk(vpn, slot);
  const rmp = m.rmp.entryAt(guestFrameOf(m, gfn));
  return {
    gfn,
    vpn,
    pfn,
    privatePfn: m.layout.privateBacking === 'separate' ? m.layout.privateFrameOf(gfn) : null,
    privateAttribute: m.view.privateAttribute(gfn),
    vma: vmaOf(slot),
    mapping: leaf,
    nestedLevel: nestedLevelOf(m, gfn, vpn, leaf),
    directMapLevel: m.rmp.isDirectMapSplit(pfn) ? LEVEL_4K : LEVEL_2M,
    directMapPresent: !m.rmp.isDirectMapAbsent(pfn),
    rmp,
    state: rmp.state,
    contentBytes: m.contents.has(pfn) ? 4096 : 0,
  };
}

/** The frame behind a guest page as the guest sees it now. */
function guestFrameOf(m: Machine, gfn: number): Pfn {
  return m.layout.privateBacking === 'separate' && m.attributes.isPrivate(gfn) ? m.layout.privateFrameOf(gfn) : pfnOf(gfn);
}

/** Private pages that the VMM does not map are mapped for the guest once they are assigned. */
function nestedLevelOf(m: Machine, gfn: Gfn, vpn: Vpn, leaf: PageView['mapping']): Level | null {
  if (!isMappedByHost(m) && m.view.privateAttribute(gfn)) {
    const pfn = m.layout.privateFrameOf(gfn);
    return m.rmp.isAssigned(pfn) ? nestedLevel(m, vpn, pfn) : null;
  }
  return leaf?.present === true ? sharedNestedLevel(m, vpn, pfnOf(gfn)) : null;
}

/** Raw table from a frame on; `next` is null at the end of the covered frames. */
export function rmpSlice(m: Machine, from: Pfn, limit: number): { readonly entries: RmpEntry[]; readonly next: Pfn | null } {
  const end = Math.min(from + limit, m.layout.frames);
  const entries: RmpEntry[] = [];
  for (let pfn = from as number; pfn < end; pfn++) entries.push(m.rmp.entryAt(asPfn(pfn)));
  return { entries, next: end < m.layout.frames ? asPfn(end) : null };
}

/** The levels of a page walk from the top, as far as it goes; null where no VMA is. */
export function pageTableWalk(m: Machine, vpn: Vpn): WalkLevel[] | null {
  const slot = m.layout.slotAtVpn(vpn);
  if (slot === null) return null;
  const leaf = m.pageTable.walk(vpn, slot);
  const names = ['PGD', 'PUD', 'PMD', 'PTE'] as const;
  const spans = [GIB_PAGES * 512, GIB_PAGES, REGION_PAGES, 1];
  // Where an upper level is empty the walk ends at the slot that would hold it: PUD for 1G pages, PMD otherwise.
  const depth = leaf === null ? (slot.backing === 'hugetlb-1G' ? 1 : 2) : 4 - leaf.level;
  return names.slice(0, depth + 1).map((name, i): WalkLevel => {
    const last = i === depth;
    const index = Math.floor(vpn / spans[i]) % 512;
    if (!last) return { name, index, present: true, leaf: false, size: null, pfn: null };
    if (leaf === null) return { name, index, present: false, leaf: false, size: null, pfn: null };
    return { name, index, present: leaf.present, leaf: true, size: leaf.level, pfn: leaf.present ? leaf.pfn : null };
  });
}

export function statsOf(m: Machine): Stats {
  const { faults, splits, directMapSplits, signals, nestedFaults, leakedPages } = m.counters;
  const rmpPages: Partial<Record<PageState, number>> = {};
  let others = 0;
  for (const [state, pages] of m.rmp.pagesByState()) {
    if (pages === 0) continue;
    rmpPages[state] = pages;
    others += pages;
  }
  if (m.layout.memslotFrames > others) rmpPages.hypervisor = m.layout.memslotFrames - others;
  const { mapped } = m.pageTable;
  return {
    operations: m.operations,
    faults: { ...faults },
    splits,
    directMapSplits,
    signals: { ...signals },
    nestedFaults,
    leakedPages,
    rmpPages,
    mappedPages: { ...mapped, none: m.layout.pages - mapped['4K'] - mapped['2M'] - mapped['1G'] },
    contentBytes: m.contents.bytes,
  };
}

// --- the map for drawing ----------------------------------------------------------------------------------------------------------

type CellDraft = {
  states: Partial<Record<PageState, number>>;
  levels: Partial<Record<'4K' | '2M' | '1G' | 'none', number>>;
  pages: number;
};

/**
 * Pages from `from` to `to` (exclusive) in `cells` cells of equal size, the last one the rest. Gaps between memslots count in `pages` of a cell
 * only as far as a memslot has them.
 */
export function mapCells(m: Machine, from: Gfn, to: Gfn, cells: number): MapCell[] {
  const span = Math.max(1, Math.ceil((to - from) / cells));
  const out: MapCell[] = [];
  for (let first = from as number; first < to; first += span) out.push(cellAt(m, first, Math.min(first + span, to)));
  return out;
}

function cellAt(m: Machine, from: number, to: number): MapCell {
  const draft: CellDraft = { states: {}, levels: {}, pages: 0 };
  for (const slot of m.layout.slotsTouching(from, to - from)) {
    for (let gfn = Math.max(from, slot.gfn); gfn < Math.min(to, slot.gfnEnd); )
      gfn += countStretch(m, slot, gfn, Math.min(to, slot.gfnEnd), draft);
  }
  return { gfn: asGfn(from), pages: draft.pages, states: draft.states, levels: draft.levels, mixed: Object.keys(draft.states).length > 1 };
}

/** Counts the pages from gfn that are alike by storage alone: an untouched GiB, a region, or one page. How many they were. */
function countStretch(m: Machine, slot: Slot, gfn: number, end: number, draft: CellDraft): number {
  const pfn = FRAME_BASE + gfn;
  const vpn = gfn + slot.shift;
  const toRegionEnd = Math.min(end - gfn, REGION_PAGES - indexInRegion(gfn));
  const state = m.layout.privateBacking === 'same' ? m.rmp.uniformStateAt(pfn) : null;
  const level = m.pageTable.presentLevel(vpn);
  const wide =
    m.layout.privateBacking === 'same' &&
    gfn % GIB_PAGES === 0 &&
    end - gfn >= GIB_PAGES &&
    m.rmp.isUntouchedGib(pfn / GIB_PAGES) &&
    m.pageTable.isUntouchedGib(vpn, slot);
  const alike = wide
    ? GIB_PAGES
    : state !== null && level >= LEVEL_2M && level <= LEVEL_1G
      ? toRegionEnd
      : state !== null && m.pageTable.isPlainTable(vpn, slot)
        ? toRegionEnd
        : 1;
  add(draft.states, state ?? m.rmp.stateAt(guestFrameOf(m, gfn)), alike);
  add(draft.levels, level === 0 ? 'none' : levelName(level), alike);
  draft.pages += alike;
  return alike;
}

function add<K extends string>(counts: Partial<Record<K, number>>, key: K, pages: number): void {
  counts[key] = (counts[key] ?? 0) + pages;
}
