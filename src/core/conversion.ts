/**
 * What the host does to the RMP for one page-state entry (the effect table of the API).
 *
 *     private 2M   nothing assigned and the host maps it 2M or 1G: one 2M RMPUPDATE; else 4K for each page that is not private
 *     private 4K   unassigned: one RMPUPDATE; private already: nothing
 *     shared 2M    one 2M entry: one 2M RMPUPDATE; else 4K for each assigned page
 *     shared 4K    in a 2M entry: PSMASH, then one RMPUPDATE; unassigned: nothing
 *
 * Where private memory has pages of its own, a request changes the attribute (private-memory.ts); in-place conversion acts on the host's page
 * table too (in-place.ts). PSMASH and UNSMASH requests are hints: KVM answers success and does nothing (hardware.md 5.3).
 */
import { asGfn, asVpn, type Gfn, LEVEL_2M, LEVEL_4K, type Level, type Pfn, REGION_PAGES } from './address.js';
import type { PageStateOperation } from './command.js';
import { convertsInPlace, isHugeInPlace } from './guest-memfd.js';
import { mergeForHost, unmapForGuest } from './in-place.js';
import { SUCCESS } from './instructions.js';
import {
  baseOf,
  EAGAIN,
  EBUSY,
  emitRmpUpdated,
  kernelRmpupdate,
  NO_MAPPING,
  smash,
  toGuest,
  toHost,
  updateOne,
  WAITS,
} from './kernel-rmp.js';
import type { Machine } from './machine.js';
import { mapPage } from './mapping.js';
import { convertAttribute } from './private-memory.js';

interface Stretch {
  readonly gfn: Gfn;
  readonly pages: number;
  readonly pageSize: 1 | 2;
  readonly operation: PageStateOperation;
}

export interface Converted {
  /** SUCCESS, an instruction's code, or what kept the host from one: LIVELOCK, EBUSY, EAGAIN, WAITS, NO_MAPPING. */
  readonly code: number;
  /** Guest pages that changed sides. */
  readonly changed: readonly number[];
  /** 4K pages whose RMP entry changed. */
  readonly rmpPages: number;
}

const NOTHING: Converted = { code: SUCCESS, changed: [], rmpPages: 0 };

const failed = (code: number): Converted => ({ code, changed: [], rmpPages: 0 });

export function convert(m: Machine, s: Stretch): Converted {
  const separate = m.layout.privateBacking === 'separate';
  switch (s.operation) {
    case 'private':
      return separate ? attributeToPrivate(m, s) : toPrivate(m, s);
    case 'shared':
      return separate ? { code: SUCCESS, ...convertAttribute(m, s.gfn, s.pages, false) } : toShared(m, s);
    case 'psmash':
    case 'unsmash':
      return NOTHING;
  }
}

function toPrivate(m: Machine, s: Stretch): Converted {
  const pfn = m.frames.of(s.gfn);
  const inPlace = convertsInPlace(m);
  const mapped = inPlace ? levelInPlace(m, s.gfn) : faultIn(m, s.gfn);
  if (mapped === null) return failed(NO_MAPPING);
  const refused = s.pageSize === LEVEL_2M ? refusal(m, s.gfn, s.pages) : SUCCESS;
  if (refused !== SUCCESS) return failed(refused);
  if (inPlace) for (const [slot, gfns] of m.layout.bySlot(convertible(m, s))) unmapForGuest(m, slot, gfns);
  if (s.pageSize === LEVEL_2M && m.rmp.assignedAround(pfn) === 0 && mapped >= LEVEL_2M) {
    const code = updateOne(m, toGuest(m, s.gfn, pfn, LEVEL_2M));
    return code === SUCCESS ? whole(s) : failed(code);
  }
  return eachPage(m, s, (page) => !m.rmp.isAssigned(page), true);
}

function levelInPlace(m: Machine, gfn: number): Level {
  return isHugeInPlace(m.layout.slotOf(gfn), gfn) && m.frames.isBlock(gfn - (gfn % REGION_PAGES)) ? LEVEL_2M : LEVEL_4K;
}

function toShared(m: Machine, s: Stretch): Converted {
  if (!convertsInPlace(m)) return faultIn(m, s.gfn) === null ? failed(NO_MAPPING) : giveBack(m, s);
  const converted = giveBack(m, s);
  if (converted.changed.length > 0) mergeForHost(m, s.gfn);
  return converted;
}

function giveBack(m: Machine, s: Stretch): Converted {
  const pfn = m.frames.of(s.gfn);
  if (s.pageSize === LEVEL_2M && m.rmp.isHugeAssigned(pfn) && m.frames.isBlock(s.gfn)) {
    const code = updateOne(m, toHost(pfn, LEVEL_2M));
    return code === SUCCESS ? whole(s) : failed(code);
  }
  return eachPage(m, s, (page) => m.rmp.isAssigned(page), false);
}

/** Guest pages [gfn, end) of guest_memfd are about to be thrown away: what is private is un-assigned. */
export function takeFromGuest(m: Machine, gfn: number, end: number): void {
  for (let from = gfn; from < end; ) {
    const next = Math.min(from - (from % REGION_PAGES) + REGION_PAGES, end);
    const pageSize = next - from === REGION_PAGES ? LEVEL_2M : LEVEL_4K;
    toShared(m, { gfn: asGfn(from), pages: next - from, pageSize, operation: 'shared' });
    from = next;
  }
}

/** Pages that in-place conversion takes from the host: those not private yet, up to the first that is in use. */
function convertible(m: Machine, s: Stretch): number[] {
  const gfns: number[] = [];
  for (let gfn: number = s.gfn; gfn < s.gfn + s.pages; gfn++) {
    if (m.rmp.isAssigned(m.frames.of(gfn))) continue;
    if (s.pageSize === LEVEL_4K && refusal(m, asGfn(gfn), 1) !== SUCCESS) break;
    gfns.push(gfn);
  }
  return gfns;
}

/** The VMM converts a page on its way: attribute, or with one page for both the RMP. false: the host did not do it. */
export function convertOne(m: Machine, gfn: Gfn, isPrivate: boolean): boolean {
  return convert(m, { gfn, pages: 1, pageSize: LEVEL_4K, operation: isPrivate ? 'private' : 'shared' }).code === SUCCESS;
}

/** What the generation says to a request for private pages before it touches the RMP: SUCCESS to go on. */
function refusal(m: Machine, gfn: Gfn, pages: number): number {
  if (m.kernelMaps.size === 0 && !convertsInPlace(m)) return SUCCESS;
  const plan = m.generation.planConversion({ gfn, pages, toPrivate: true }, m.view);
  if (plan === null) return SUCCESS;
  m.ruling = plan.rule;
  return plan.then === 'ebusy' ? EBUSY : plan.then === 'eagain' ? EAGAIN : WAITS;
}

/**
 * KVM walks the nested table for each page asked for, and an unmapped one is faulted in (generations.md 2.6). The level it has then; null
 * where no VMA is behind it.
 */
function faultIn(m: Machine, gfn: number, before: () => void = () => {}): Level | null {
  const slot = m.layout.slotOf(gfn);
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
    const refused = assign && s.pageSize === LEVEL_4K ? refusal(m, asGfn(gfn), 1) : SUCCESS;
    if (refused !== SUCCESS) return refused;
    if (run > 0 && !m.frames.continues(gfn)) publish(gfn);
    if (m.rmp.isHugeAssigned(pfn)) {
      publish(gfn);
      const code = smash(m, baseOf(pfn));
      if (code !== SUCCESS) return code;
    }
    return kernelRmpupdate(m, input(gfn));
  };
  const known = s.pageSize === LEVEL_2M || convertsInPlace(m);
  for (let gfn = s.gfn as number; gfn < s.gfn + s.pages; gfn++) {
    const mapped = known || faultIn(m, gfn, () => publish(gfn)) !== null;
    const pfn = m.frames.of(gfn);
    if (mapped && !concerns(pfn)) {
      publish(gfn);
      continue;
    }
    const code = mapped ? changeOne(gfn, pfn) : NO_MAPPING;
    if (code !== SUCCESS) {
      publish(gfn);
      return { code, changed, rmpPages: changed.length };
    }
    run += 1;
    changed.push(gfn);
  }
  publish(s.gfn + s.pages);
  return { code: SUCCESS, changed, rmpPages: changed.length };
}

function whole({ gfn, pages }: Stretch): Converted {
  return { code: SUCCESS, changed: Array.from({ length: pages }, (_, i) => asGfn(gfn + i)), rmpPages: pages };
}

/** The attribute alone, page by page as the request names them; a page that KVM holds mapped stops it. */
function attributeToPrivate(m: Machine, s: Stretch): Converted {
  let free = s.pages;
  let code = SUCCESS;
  const unit = s.pageSize === LEVEL_2M ? s.pages : 1;
  for (let i = 0; i < s.pages && code === SUCCESS; i += unit) {
    if (unit === 1 && m.attributes.isPrivate(s.gfn + i)) continue;
    code = refusal(m, asGfn(s.gfn + i), unit);
    if (code !== SUCCESS) free = i;
  }
  const converted = free === 0 ? NOTHING : convertAttribute(m, s.gfn, free, true);
  return { ...converted, code };
}
