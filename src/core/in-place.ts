/**
 * In-place conversion's hold on the host's page table: what becomes private is unmapped there, out of a huge leaf that is split for it, and a
 * huge page that is wholly shared again may be mapped huge again. Source: generations.md 5, 1G RFC v2 and in-place conversion.
 */
import { asPfn, asVpn, type Gfn, GIB_PAGES, LEVEL_1G, LEVEL_2M, LEVEL_4K, type Level, REGION_PAGES } from './address.js';
import { gfnAt, levelOfBacking, pfnOf, fitsHuge, type Slot } from './layout.js';
import type { Machine } from './machine.js';
import { discardPages } from './mapping.js';

export function convertsInPlace(m: Machine): boolean {
  return m.generation.facts.conversionWritesRmp === 'at-conversion';
}

/** Whether the region of a guest page may be one 2M page for the guest. */
export function isHugeInPlace(slot: Slot, gfn: number): boolean {
  const base = gfn - (gfn % REGION_PAGES);
  return slot.backing === 'hugetlb-1G' || fitsHuge(slot, base + slot.shift);
}

/** Pages of one region, ascending, are taken from the host. */
export function unmapForGuest(m: Machine, slot: Slot, gfns: readonly number[]): void {
  const first = asVpn(gfns[0] + slot.shift);
  const leaf = m.pageTable.walk(first, slot);
  if (leaf === null) return;
  const whole = leaf.level === LEVEL_2M && gfns.length === REGION_PAGES;
  if (leaf.level > LEVEL_4K && !whole && m.pageTable.splitWhole(first, slot)) {
    m.counters.splits += 1;
    m.emit({
      seq: m.nextSeq(),
      type: 'mapping-split',
      ...blockAt(slot, first, leaf.level),
      from: leaf.level,
      level: LEVEL_4K,
      cause: 'conversion',
    });
  }
  discardPages(
    m,
    slot,
    gfns.map((gfn) => asVpn(gfn + slot.shift)),
  );
}

/** After pages were given back: where nothing of the huge page is private any more, the next touch may map it huge. */
export function mergeForHost(m: Machine, gfn: Gfn): void {
  const slot = m.layout.slotOf(gfn);
  const vpn = asVpn(gfn + slot.shift);
  const level = levelOfBacking(slot.backing);
  if (level === LEVEL_4K || !isHugeInPlace(slot, gfn) || !isShared(m, gfn, level)) return;
  const leaf = m.pageTable.walk(vpn, slot);
  if (leaf !== null && leaf.level === level) return;
  const merged = level === LEVEL_1G ? m.pageTable.mergeGigantic(vpn, slot) : m.pageTable.clear(vpn, slot);
  if (merged) {
    m.emit({ seq: m.nextSeq(), type: 'mapping-removed', ...blockAt(slot, vpn, level), level: LEVEL_4K, cause: 'conversion', leaf: 'none' });
  }
}

function isShared(m: Machine, gfn: number, level: Level): boolean {
  const pages = level === LEVEL_1G ? GIB_PAGES : REGION_PAGES;
  const first = pfnOf(gfn - (gfn % pages));
  for (let pfn: number = first; pfn < first + pages; pfn += REGION_PAGES) if (m.rmp.assignedAround(asPfn(pfn)) !== 0) return false;
  return true;
}

function blockAt(
  slot: Slot,
  vpn: number,
  level: Level,
): { readonly vpn: ReturnType<typeof asVpn>; readonly gfn: Gfn; readonly pages: number } {
  const pages = level === LEVEL_1G ? GIB_PAGES : REGION_PAGES;
  const first = asVpn(vpn - (vpn % pages));
  return { vpn: first, gfn: gfnAt(slot, first), pages };
}
