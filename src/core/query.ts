/** Reading a machine without changing it. */
import {
  asGfn,
  asPfn,
  asVpn,
  type Gfn,
  GIB_PAGES,
  indexInRegion,
  LEVEL_1G,
  LEVEL_2M,
  LEVEL_4K,
  levelName,
  type Pfn,
  REGION_PAGES,
  type Vpn,
} from './address.js';
import type { Slot } from './layout.js';
import { guestFrameOf, isMapped, nestedLeaf } from './nested-leaf.js';
import type { Machine } from './machine.js';
import type { RmpEntry } from './outcome.js';
import type { PageState } from './page-state.js';
import type { MapCell, PageView, Stats, Vma, WalkLevel } from './query-types.js';
import type { VmArea } from './vmas.js';

/** Frames 0 to this, exclusive, are covered by the RMP. */
export function coveredFrames(m: Machine): number {
  return m.layout.covered;
}

export function isCovered(m: Machine, pfn: number): boolean {
  return pfn >= 0 && pfn < m.layout.covered;
}

/** The maps that KVM holds, by number. */
export function kernelMapsOf(m: Machine): readonly (readonly [map: number, gfn: Gfn])[] {
  return m.kernelMaps.list();
}

export function vmasOf(m: Machine): Vma[] {
  return m.vmas.all().map(vmaOf);
}

function vmaOf({ vpn, end, slot, protection, advice }: VmArea): Vma {
  return { start: vpn, pages: end - vpn, backing: slot.backing, protection, hugePages: advice, memslot: slot.number };
}

/** null outside every memslot. */
export function pageView(m: Machine, gfn: Gfn): PageView | null {
  const slot = m.layout.slotAtGfn(gfn);
  if (slot === null) return null;
  const vpn = asVpn(gfn + slot.shift);
  const pfn = m.frames.of(gfn);
  const leaf = m.pageTable.walk(vpn, slot);
  const { state } = m.pageTable.leafAt(vpn, slot);
  const area = m.vmas.at(vpn);
  const rmp = m.rmp.entryAt(guestFrameOf(m, gfn));
  return {
    gfn,
    vpn,
    pfn,
    privatePfn: m.layout.privateBacking === 'separate' ? m.layout.privateFrameOf(gfn) : null,
    privateAttribute: m.view.privateAttribute(gfn),
    vma: area === null ? null : vmaOf(area),
    pinned: m.pins.isPinned(gfn),
    mapping: leaf === null ? null : { level: leaf.level, present: state === 'present', pfn: leaf.pfn, state },
    nestedLevel: isMapped(m, gfn, vpn) ? nestedLeaf(m, gfn, vpn).level : null,
    directMapLevel: m.rmp.isDirectMapSplit(pfn) ? LEVEL_4K : LEVEL_2M,
    directMapPresent: !m.rmp.isDirectMapAbsent(pfn),
    rmp,
    state: rmp.state,
    contentBytes: m.contents.has(pfn) ? 4096 : 0,
  };
}

/** Raw table from a frame on; `next` is null at the end of the covered frames. */
export function rmpSlice(m: Machine, from: Pfn, limit: number): { readonly entries: RmpEntry[]; readonly next: Pfn | null } {
  const end = Math.min(from + limit, m.layout.covered);
  const entries: RmpEntry[] = [];
  for (let pfn = from as number; pfn < end; pfn++) entries.push(m.rmp.entryAt(asPfn(pfn)));
  return { entries, next: end < m.layout.covered ? asPfn(end) : null };
}

const WALK = [
  { name: 'PGD', span: GIB_PAGES * 512 },
  { name: 'PUD', span: GIB_PAGES },
  { name: 'PMD', span: REGION_PAGES },
  { name: 'PTE', span: 1 },
] as const;

/** The levels of a page walk from the top, as far as it goes. */
export function pageTableWalk(m: Machine, vpn: Vpn): WalkLevel[] {
  const slot = m.layout.slotAtVpn(vpn);
  const leaf = slot === null ? null : m.pageTable.walk(vpn, slot);
  // Where an upper level is empty the walk ends at the slot that would hold it.
  const depth = leaf === null ? emptyDepth(m, vpn) : 4 - leaf.level;
  return WALK.slice(0, depth + 1).map(({ name, span }, i): WalkLevel => {
    const index = Math.floor(vpn / span) % 512;
    if (i < depth) return { name, index, present: true, leaf: false, size: null, pfn: null };
    if (leaf === null) return { name, index, present: false, leaf: false, size: null, pfn: null };
    return { name, index, present: leaf.present, leaf: true, size: leaf.level, pfn: leaf.present ? leaf.pfn : null };
  });
}

/** Number of the level whose entry is empty, at a page without a leaf: the first that no memslot has pages under. */
function emptyDepth(m: Machine, vpn: Vpn): number {
  const neighbour = (span: number): Slot | undefined =>
    m.layout.slots.find((slot) => slot.vpn < vpn - (vpn % span) + span && slot.vpnEnd > vpn - (vpn % span));
  const empty = WALK.findIndex(({ span }) => neighbour(span) === undefined);
  const own = m.layout.slotAtVpn(vpn) ?? neighbour(REGION_PAGES);
  if (own === undefined) return empty;
  if (own.backing === 'hugetlb-1G') return 1;
  const base = vpn - (vpn % REGION_PAGES);
  const table = m.pageTable.walk(asVpn(Math.max(base, own.vpn)), own);
  return table === null ? 2 : 3;
}

export function statsOf(m: Machine): Stats {
  const { faults, splits, directMapSplits, signals, nestedFaults, pageFaults, minorFaults, majorFaults, leakedPages } = m.counters;
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
    kernel: {
      pageFaults,
      minorFaults,
      majorFaults,
      thpSplitPmd: splits,
      directMapSplitPages: directMapSplits * REGION_PAGES,
      leakedPages,
    },
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
  const vpn = gfn + slot.shift;
  // Private frames lie as their guest pages do, those of the host as long as nothing moved them: in like regions and GiBs.
  const isPrivate = m.attributes.uniformAt(gfn);
  const frame = isPrivate === true ? m.layout.privateFrameOf(gfn) : m.frames.of(gfn);
  const whole = gfn % GIB_PAGES === 0 && end - gfn >= GIB_PAGES && frame + GIB_PAGES <= m.layout.covered;
  if (whole && isUntouchedGib(m, slot, gfn, frame)) {
    add(draft.states, slot.initialState === 'private' ? 'guest-valid' : 'hypervisor', GIB_PAGES);
    addLevel(m, draft, vpn, GIB_PAGES);
    return GIB_PAGES;
  }
  const toRegionEnd = Math.min(end - gfn, REGION_PAGES - indexInRegion(gfn));
  const inRow = isPrivate === true || (isPrivate === false && m.frames.isBlock(gfn - indexInRegion(gfn)));
  const state = inRow ? m.rmp.uniformStateAt(frame) : null;
  const level = m.pageTable.presentLevel(vpn);
  const mappedAlike = (level >= LEVEL_2M && level <= LEVEL_1G) || m.pageTable.isPlainTable(vpn, slot);
  const alike = state !== null && mappedAlike ? toRegionEnd : 1;
  add(draft.states, state ?? m.rmp.stateAt(guestFrameOf(m, gfn)), alike);
  addLevel(m, draft, vpn, alike);
  return alike;
}

function isUntouchedGib(m: Machine, slot: Slot, gfn: number, frame: number): boolean {
  const guest = m.attributes.isUntouchedGib(gfn) && m.frames.isUntouchedGib(gfn);
  return guest && m.rmp.isUntouchedGib(frame / GIB_PAGES) && m.pageTable.isUntouchedGib(gfn + slot.shift, slot);
}

function addLevel(m: Machine, draft: CellDraft, vpn: number, pages: number): void {
  const level = m.pageTable.presentLevel(vpn);
  add(draft.levels, level === 0 ? 'none' : levelName(level), pages);
  draft.pages += pages;
}

function add<K extends string>(counts: Partial<Record<K, number>>, key: K, pages: number): void {
  counts[key] = (counts[key] ?? 0) + pages;
}
