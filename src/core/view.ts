/** The machine as a generation sees it: read-only. */
import { asPfn, LEVEL_2M, LEVEL_4K, REGION_PAGES } from './address.js';
import { dumpLines } from './dmesg.js';
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
      const first = split ? pfn : asPfn(pfn - (pfn % REGION_PAGES));
      return { level: split ? LEVEL_4K : LEVEL_2M, pfn: first, present: !m.rmp.isDirectMapAbsent(pfn) };
    },
    rmpLookup(pfn) {
      const fails = m.vmInject?.lookupFailsAt(pfn) === true || m.operationInject?.lookupFailsAt(pfn) === true;
      if (fails || pfn >= m.layout.covered) return null;
      return { assigned: m.rmp.isAssigned(pfn), level: m.rmp.isHuge(pfn) ? 2 : 1 };
    },
    isImmutable: (pfn) => m.rmp.isImmutable(pfn),
    // With one backing and no attributes, what the RMP says is what KVM knows.
    privateAttribute(gfn) {
      if (m.layout.privateBacking === 'separate') return m.attributes.isPrivate(gfn);
      return m.layout.slotAtGfn(gfn) !== null && m.rmp.isAssigned(m.frames.of(gfn));
    },
    heldMaps: (gfn) => m.kernelMaps.countOf(gfn),
    anyPinned: (gfn, pages) => m.pins.anyPinned(gfn, gfn + pages),
    privateBacking: m.layout.privateBacking,
    doubts: m.config.doubts,
    hostCpus: m.hostCpus,
    dumpEntry: (pfn) => dumpLines(m, pfn),
  };
}
