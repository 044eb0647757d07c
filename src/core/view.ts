/** The machine as a generation sees it: read-only. */
import { asPfn, LEVEL_2M, LEVEL_4K, REGION_PAGES } from './address.js';
import type { View } from './generations/generation.js';
import type { Machine } from './machine.js';

export function viewOf(m: Machine): View {
  return {
    walkUser(vpn) {
      const slot = m.layout.slotAtVpn(vpn);
      return slot === null ? null : m.pageTable.walk(vpn, slot);
    },
    walkDirectMap(pfn) {
      const split = m.rmp.isDirectMapSplit(pfn);
      return { level: split ? LEVEL_4K : LEVEL_2M, pfn: split ? pfn : asPfn(pfn - (pfn % REGION_PAGES)), present: true };
    },
    rmpLookup(pfn) {
      const fails = m.vmInject?.lookupFailsAt(pfn) === true || m.operationInject?.lookupFailsAt(pfn) === true;
      if (fails || pfn >= m.layout.covered) return null;
      return { assigned: m.rmp.isAssigned(pfn), level: m.rmp.isHuge(pfn) ? 2 : 1 };
    },
    // One backing and no attributes: what the RMP says is what KVM knows.
    privateAttribute(gfn) {
      const slot = m.layout.slotAtGfn(gfn);
      return slot !== null && m.rmp.isAssigned(m.frames.of(gfn));
    },
    // Kernel maps come with the generations that forbid them.
    heldMaps: () => 0,
  };
}
