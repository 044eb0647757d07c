/** What memory that is guest_memfd's own knows of itself: in-place conversion, whose pages are the VMM's and the guest's by turns. */
import { GIB_PAGES, REGION_PAGES } from './address.js';
import { fitsHuge, gfnAt, type Slot } from './layout.js';
import type { Machine } from './machine.js';

export function convertsInPlace(m: Machine): boolean {
  return m.generation.facts.conversionWritesRmp === 'at-conversion';
}

/** Whether registration pins all memory at first (KVM_MEMORY_ENCRYPT_REG_REGION): not where guest_memfd has the private pages. */
export function pinsAtFirst(m: Machine): boolean {
  return m.layout.privateBacking === 'same' && !convertsInPlace(m);
}

/** Whether the region of a guest page may be one 2M page for the guest. */
export function isHugeInPlace(slot: Slot, gfn: number): boolean {
  const base = gfn - (gfn % REGION_PAGES);
  return slot.backing === 'hugetlb-1G' || fitsHuge(slot, base + slot.shift);
}

/** Whether a page under the largest leaf that could map this one is the guest's; without in-place conversion none is kept from the host. */
export function hasPrivatePages(m: Machine, slot: Slot, vpn: number): boolean {
  if (!convertsInPlace(m)) return false;
  const pages = slot.backing === 'hugetlb-1G' ? GIB_PAGES : REGION_PAGES;
  const first = gfnAt(slot, Math.max(vpn - (vpn % pages), slot.vpn));
  return hasPrivateBetween(m, first, gfnAt(slot, Math.min(vpn - (vpn % pages) + pages, slot.vpnEnd)));
}

/** Whether any of the guest pages [first, end) is kept from the host: private, under in-place conversion. */
export function hasPrivateBetween(m: Machine, first: number, end: number): boolean {
  if (!convertsInPlace(m)) return false;
  for (let gfn = first; gfn < end; ) {
    const next = Math.min(gfn - (gfn % REGION_PAGES) + REGION_PAGES, end);
    if (hasPrivateIn(m, gfn, next)) return true;
    gfn = next;
  }
  return false;
}

/** The same for guest pages of one region. */
function hasPrivateIn(m: Machine, from: number, end: number): boolean {
  if (m.frames.isBlock(from - (from % REGION_PAGES)) && end - from === REGION_PAGES) return m.rmp.assignedAround(m.frames.of(from)) > 0;
  for (let gfn = from; gfn < end; gfn++) if (m.rmp.isAssigned(m.frames.of(gfn))) return true;
  return false;
}
