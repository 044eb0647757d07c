/**
 * What the host does to the RMP for one page-state entry (the effect table of the API).
 *
 *     private 2M   nothing assigned and the host maps it 2M or 1G: one 2M RMPUPDATE; else 4K for each page that is not private
 *     private 4K   unassigned: one RMPUPDATE; private already: nothing
 *     shared 2M    one 2M entry: one 2M RMPUPDATE; else 4K for each assigned page
 *     shared 4K    in a 2M entry: PSMASH, then one RMPUPDATE; unassigned: nothing
 *
 * PSMASH and UNSMASH requests are hints: KVM answers success and does nothing (hardware.md 5.3).
 */
import { asGfn, asVpn, type Gfn, LEVEL_2M, LEVEL_4K, type Level, type Pfn } from './address.js';
import type { PageStateOperation } from './command.js';
import { SUCCESS } from './instructions.js';
import { baseOf, emitRmpUpdated, kernelRmpupdate, smash, toGuest, toHost, updateOne } from './kernel-rmp.js';
import type { Machine } from './machine.js';
import { mapPage } from './mapping.js';
import { slotOf } from './nested-fault.js';

interface Stretch {
  readonly gfn: Gfn;
  readonly pages: number;
  readonly pageSize: 1 | 2;
  readonly operation: PageStateOperation;
}

export interface Converted {
  /** SUCCESS, an instruction's code, or LIVELOCK. */
  readonly code: number;
  /** Guest pages whose RMP entry changed sides. */
  readonly changed: readonly number[];
}

/** Not an instruction's code: no VMA is behind the page, so the host cannot map it and KVM_RUN fails with -EFAULT. */
export const NO_MAPPING = -2;
const UNMAPPED: Converted = { code: NO_MAPPING, changed: [] };
const NOTHING: Converted = { code: SUCCESS, changed: [] };

export function convert(m: Machine, s: Stretch): Converted {
  switch (s.operation) {
    case 'private':
      return toPrivate(m, s);
    case 'shared':
      return toShared(m, s);
    case 'psmash':
    case 'unsmash':
      return NOTHING;
  }
}

function toPrivate(m: Machine, s: Stretch): Converted {
  const pfn = m.frames.of(s.gfn);
  const mapped = faultIn(m, s.gfn);
  if (mapped === null) return UNMAPPED;
  if (s.pageSize === LEVEL_2M && m.rmp.assignedAround(pfn) === 0 && mapped >= LEVEL_2M) {
    const code = updateOne(m, toGuest(m, s.gfn, pfn, LEVEL_2M));
    return code === SUCCESS ? { code, changed: pagesFrom(s.gfn, s.pages) } : { code, changed: [] };
  }
  return eachPage(m, s, (page) => !m.rmp.isAssigned(page), true);
}

function toShared(m: Machine, s: Stretch): Converted {
  const pfn = m.frames.of(s.gfn);
  if (faultIn(m, s.gfn) === null) return UNMAPPED;
  if (s.pageSize === LEVEL_2M && m.rmp.isHuge(pfn) && m.frames.isBlock(s.gfn)) {
    const code = updateOne(m, toHost(pfn, LEVEL_2M));
    return code === SUCCESS ? { code, changed: pagesFrom(s.gfn, s.pages) } : { code, changed: [] };
  }
  return eachPage(m, s, (page) => m.rmp.isAssigned(page), false);
}

/**
 * KVM walks the nested table for each page asked for, and an unmapped one is faulted in (generations.md 2.6). The level it has then; null
 * where no VMA is behind it.
 */
function faultIn(m: Machine, gfn: number, before: () => void = () => {}): Level | null {
  const slot = slotOf(m, gfn);
  const vpn = asVpn(gfn + slot.shift);
  const level = m.pageTable.presentLevel(vpn);
  if (level !== 0) return level;
  if (m.vmas.at(vpn) === null) return null;
  before();
  return mapPage(m, slot, vpn, 'nested-fault');
}

/** 4K RMPUPDATEs of the pages for which `concerns` holds; pages changed in a row are one event. A 2M entry on the way is smashed. */
function eachPage(m: Machine, s: Stretch, concerns: (pfn: number) => boolean, assign: boolean): Converted {
  const changed: number[] = [];
  let run = 0;
  const input = (gfn: number): ReturnType<typeof toGuest> =>
    assign ? toGuest(m, gfn, m.frames.of(gfn), LEVEL_4K) : toHost(m.frames.of(gfn), LEVEL_4K);
  const publish = (end: number): void => {
    if (run > 0) emitRmpUpdated(m, input(end - run), run);
    run = 0;
  };
  const changeOne = (gfn: number, pfn: Pfn): number => {
    if (run > 0 && !m.frames.continues(gfn)) publish(gfn);
    if (m.rmp.isHuge(pfn)) {
      publish(gfn);
      const code = smash(m, baseOf(pfn));
      if (code !== SUCCESS) return code;
    }
    return kernelRmpupdate(m, input(gfn));
  };
  for (let gfn = s.gfn as number; gfn < s.gfn + s.pages; gfn++) {
    const mapped = s.pageSize === LEVEL_2M || faultIn(m, gfn, () => publish(gfn)) !== null;
    const pfn = m.frames.of(gfn);
    if (mapped && !concerns(pfn)) {
      publish(gfn);
      continue;
    }
    const code = mapped ? changeOne(gfn, pfn) : NO_MAPPING;
    if (code !== SUCCESS) {
      publish(gfn);
      return { code, changed };
    }
    run += 1;
    changed.push(gfn);
  }
  publish(s.gfn + s.pages);
  return { code: SUCCESS, changed };
}

function pagesFrom(gfn: number, pages: number): number[] {
  return Array.from({ length: pages }, (_, i) => asGfn(gfn + i));
}
