/** The nested page table: to which frame, and by how large a leaf, the hypervisor maps a guest page. */
import { asPfn, type Level, LEVEL_2M, LEVEL_4K, type Pfn } from './address.js';
import { leafOfMap } from './guest-side.js';
import { convertsInPlace } from './guest-memfd.js';
import type { Machine } from './machine.js';

export interface NestedLeaf {
  readonly pfn: Pfn;
  readonly level: Level;
}

/**
 * Where the hypervisor maps the page elsewhere (`nested-map`), that stretch. Else the frame that the page has now, by the smaller of the host's
 * leaf and the RMP entry; 1G counts as 2M, as the nested table is built from 2M pieces. guest_memfd's pages are mapped without the VMM, by the
 * entry alone. Says nothing of whether the page is mapped.
 */
export function nestedLeaf(m: Machine, gfn: number, vpn: number): NestedLeaf {
  const map = m.guest.nestedMapAt(gfn);
  if (map !== null) return leafOfMap(map, gfn, (frame) => m.rmp.isHuge(frame));
  const pfn = guestFrameOf(m, gfn);
  const smallInHost = isMappedByHost(m, gfn) && m.pageTable.presentLevel(vpn) === LEVEL_4K;
  const small = smallInHost || !m.rmp.isHuge(pfn) || m.guest.hasSingleMaps(gfn);
  return { pfn, level: small ? LEVEL_4K : LEVEL_2M };
}

/** The frame behind the guest page: where private memory has pages of its own, KVM's attribute says which of the two. */
export function guestFrameOf(m: Machine, gfn: number): Pfn {
  return m.attributes.isPrivate(gfn) ? m.layout.privateFrameOf(gfn) : m.frames.of(gfn);
}

/** Frame to which the hypervisor maps the guest page. */
export function frameOf(m: Machine, gfn: number): Pfn {
  const map = m.guest.nestedMapAt(gfn);
  return map === null ? guestFrameOf(m, gfn) : asPfn(map.pfn + (gfn - map.gfn));
}

/** Whether the VMM's page table is what maps the guest page: not where guest_memfd has it. */
export function isMappedByHost(m: Machine, gfn: number): boolean {
  return !m.attributes.isPrivate(gfn) && !convertsInPlace(m);
}

/** Whether the guest reaches the page without the host having to map it first; a private page of its own is mapped once it is assigned. */
export function isMapped(m: Machine, gfn: number, vpn: number): boolean {
  const separate = m.layout.privateBacking === 'separate';
  if (separate && m.guest.nestedMapAt(gfn) !== null) return true;
  if (isMappedByHost(m, gfn)) return m.pageTable.presentLevel(vpn) !== 0;
  return !separate || m.rmp.isAssigned(m.layout.privateFrameOf(gfn));
}
