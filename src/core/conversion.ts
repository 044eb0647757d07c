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
import { asGfn, asVpn, type Gfn, LEVEL_2M, LEVEL_4K, type Level } from './address.js';
import type { PageStateOperation } from './command.js';
import { assert } from './error.js';
import { slotOf } from './guest.js';
import { SUCCESS } from './instructions.js';
import { baseOf, EAGAIN, EBUSY, emitRmpUpdated, kernelRmpupdate, smash, toGuest, toHost, updateOne, WAITS } from './kernel-rmp.js';
import { pfnOf } from './layout.js';
import type { Machine } from './machine.js';
import { mapPage } from './mapping.js';

interface Stretch {
  readonly gfn: Gfn;
  readonly pages: number;
  readonly pageSize: 1 | 2;
  readonly operation: PageStateOperation;
}

export interface Converted {
  /** SUCCESS, an instruction's code, LIVELOCK, or why the host does not do it: EBUSY, EAGAIN, WAITS. */
  readonly code: number;
  /** Guest pages whose RMP entry changed sides. */
  readonly changed: readonly number[];
}

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
  const pfn = pfnOf(s.gfn);
  const mapped = faultIn(m, s.gfn);
  const refused = s.pageSize === LEVEL_2M ? refusal(m, s.gfn, s.pages) : SUCCESS;
  if (refused !== SUCCESS) return { code: refused, changed: [] };
  if (s.pageSize === LEVEL_2M && m.rmp.assignedAround(pfn) === 0 && mapped >= LEVEL_2M) {
    const code = updateOne(m, toGuest(m, s.gfn, pfn, LEVEL_2M));
    return code === SUCCESS ? { code, changed: pagesFrom(s.gfn, s.pages) } : { code, changed: [] };
  }
  return eachPage(m, s, (page) => !m.rmp.isAssigned(page), true);
}

function toShared(m: Machine, s: Stretch): Converted {
  const pfn = pfnOf(s.gfn);
  faultIn(m, s.gfn);
  if (s.pageSize === LEVEL_2M && m.rmp.isHuge(pfn) && m.rmp.isAssigned(pfn)) {
    const code = updateOne(m, toHost(pfn, LEVEL_2M));
    return code === SUCCESS ? { code, changed: pagesFrom(s.gfn, s.pages) } : { code, changed: [] };
  }
  if (m.rmp.isHuge(pfn) && m.rmp.isAssigned(pfn)) {
    const code = smash(m, baseOf(pfn));
    if (code !== SUCCESS) return { code, changed: [] };
  }
  return eachPage(m, s, (page) => m.rmp.isAssigned(page), false);
}

/** What the generation says to a request for private pages before it touches the RMP: SUCCESS to go on. */
function refusal(m: Machine, gfn: Gfn, pages: number): number {
  if (m.kernelMaps.size === 0) return SUCCESS;
  const plan = m.generation.planConversion({ gfn, pages, toPrivate: true }, m.view);
  if (plan === null) return SUCCESS;
  m.ruling = plan.rule;
  return plan.then === 'ebusy' ? EBUSY : plan.then === 'eagain' ? EAGAIN : WAITS;
}

/** KVM walks the nested table for each page asked for, and an unmapped one is faulted in (generations.md 2.6). The level it has then. */
function faultIn(m: Machine, gfn: number, before: () => void = () => {}): Level {
  const slot = slotOf(m, gfn);
  const vpn = asVpn(gfn + slot.shift);
  if (m.pageTable.presentLevel(vpn) === 0) {
    before();
    mapPage(m, slot, vpn, 'nested-fault');
  }
  const level = m.pageTable.presentLevel(vpn);
  assert(level !== 0, 'a page that was faulted in is mapped');
  return level;
}

/** 4K RMPUPDATEs of the pages for which `concerns` holds; pages changed in a row are one event. */
function eachPage(m: Machine, s: Stretch, concerns: (pfn: number) => boolean, assign: boolean): Converted {
  const changed: number[] = [];
  let run = 0;
  const input = (gfn: number): ReturnType<typeof toGuest> =>
    assign ? toGuest(m, gfn, pfnOf(gfn), LEVEL_4K) : toHost(pfnOf(gfn), LEVEL_4K);
  const publish = (end: number): void => {
    if (run > 0) emitRmpUpdated(m, input(end - run), run);
    run = 0;
  };
  for (let gfn = s.gfn as number; gfn < s.gfn + s.pages; gfn++) {
    if (s.pageSize === LEVEL_4K) faultIn(m, gfn, () => publish(gfn));
    if (!concerns(pfnOf(gfn))) {
      publish(gfn);
      continue;
    }
    const refused = assign && s.pageSize === LEVEL_4K ? refusal(m, asGfn(gfn), 1) : SUCCESS;
    const code = refused === SUCCESS ? kernelRmpupdate(m, input(gfn)) : refused;
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
