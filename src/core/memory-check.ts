/** Whether leaves, VMAs and frames that were loaded fit one another: what no machine can have is refused. */
import { LEVEL_1G, LEVEL_2M, REGION_PAGES } from './address.js';
import { gfnAt, type Slot } from './layout.js';
import type { Machine } from './machine.js';
import { hasPrivatePages } from './guest-memfd.js';
import { isHugetlb, wantsHuge } from './mapping.js';

/** The regions of a delta, each by its number. */
interface Loaded {
  readonly leaves: readonly (readonly [region: number, form: string | null])[];
  readonly frames?: readonly (readonly [region: number, form: string | null])[];
  readonly vmas?: readonly (readonly [memslot: number, form: string | null])[];
}

/** Throws RangeError. */
export function checkMemory(m: Machine, loaded: Loaded): void {
  for (const [region] of loaded.frames ?? []) {
    m.frames.check(region);
    checkLeavesOver(m, region);
  }
  for (const [region] of loaded.leaves) {
    for (const slot of m.layout.slots) checkLeaf(m, slot, region * REGION_PAGES);
  }
  if ((loaded.vmas ?? []).length > 0) for (const slot of m.layout.slots) checkGaps(m, slot);
}

function checkLeavesOver(m: Machine, gfnRegion: number): void {
  for (const slot of m.layout.slotsTouching(gfnRegion * REGION_PAGES, REGION_PAGES)) {
    const vpn = gfnRegion * REGION_PAGES + slot.shift;
    checkLeaf(m, slot, vpn - (vpn % REGION_PAGES));
  }
}

/** A 2M leaf needs a 2M frame, and a VMA over all of it that lets it be huge. */
function checkLeaf(m: Machine, slot: Slot, base: number): void {
  if (base + REGION_PAGES <= slot.vpn || base >= slot.vpnEnd) return;
  if (slot.backing === 'hugetlb-1G' && !m.pageTable.isWholeGib(base)) throw new RangeError(`part of a 1G leaf at virtual page ${base}`);
  const { level } = m.pageTable.leafAt(Math.max(base, slot.vpn), slot);
  if (level === LEVEL_2M && !(m.frames.isBlock(gfnAt(slot, base)) && isCovered(m, slot, base))) {
    throw new RangeError(`no 2M leaf can be at virtual page ${base}`);
  }
  if (level >= LEVEL_2M && hasPrivatePages(m, slot, Math.max(base, slot.vpn))) {
    throw new RangeError(`a huge leaf over private pages at virtual page ${base}`);
  }
  if (level === LEVEL_1G && !m.frames.isBlock(gfnAt(slot, base))) throw new RangeError(`no 1G leaf can be at virtual page ${base}`);
}

/** Advice against huge pages leaves those that are there. */
function isCovered(m: Machine, slot: Slot, base: number): boolean {
  if (isHugetlb(slot) || wantsHuge(m, slot, base)) return true;
  const area = m.vmas.at(base);
  return area !== null && area.end >= base + REGION_PAGES;
}

/** Nothing is mapped where no VMA is. */
function checkGaps(m: Machine, slot: Slot): void {
  let at = slot.vpn as number;
  for (const area of [...m.vmas.within(slot.vpn, slot.vpnEnd), { vpn: slot.vpnEnd, end: slot.vpnEnd }]) {
    for (let vpn = at; vpn < area.vpn; ) {
      const { level, state } = m.pageTable.leafAt(vpn, slot);
      if (state !== 'none') throw new RangeError(`a leaf without a VMA at virtual page ${vpn}`);
      vpn += level === 0 ? REGION_PAGES - (vpn % REGION_PAGES) : 1;
    }
    at = area.end;
  }
}
