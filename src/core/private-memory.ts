/**
 * Private memory with pages of its own (restrictedmem, guest_memfd): what a change of KVM's attribute does to both pages of a guest page, and
 * when the RMP is written.
 *
 *     to private   attribute; the VMM throws the shared page away (not of hugetlb); the RMP is written at the next private access
 *     to shared    attribute; a hole is punched into the private memory: un-assigned, 2M at once where that is possible, else PSMASH and 4K
 *
 * Contents are lost both ways. Source: hardware.md 5.4; generations.md 4 (gmem_prepare, gmem_invalidate).
 */
import { asGfn, asPfn, type Gfn, isAligned, LEVEL_2M, LEVEL_4K, REGION_PAGES } from './address.js';
import { leakLines } from './dmesg.js';
import { emitLeaked } from './leak.js';
import { checkDrop, dropPages } from './drop-pages.js';
import { zapPages } from './in-place.js';
import { SUCCESS } from './instructions.js';
import { baseOf, emitRmpUpdated, kernelRmpupdate, smash, toGuest, toHost, updateOne } from './kernel-rmp.js';
import { hasHugePrivatePages, type Slot } from './layout.js';
import type { Machine } from './machine.js';
import { isHugetlb } from './mapping.js';
import { runsOf } from './runs.js';

export interface AttributesChanged {
  /** Guest pages whose attribute changed. */
  readonly changed: readonly number[];
  /** 4K pages whose RMP entry changed. */
  readonly rmpPages: number;
}

/** Guest pages [gfn, gfn + pages) of one 2 MiB region become private or shared. */
export function convertAttribute(m: Machine, gfn: Gfn, pages: number, toPrivate: boolean): AttributesChanged {
  const changed: number[] = [];
  for (let page: number = gfn; page < gfn + pages; page++) {
    if (m.attributes.isPrivate(page) === toPrivate) continue;
    m.attributes.set(page, toPrivate);
    changed.push(page);
  }
  if (changed.length === 0) return { changed, rmpPages: 0 };
  const rmpPages = toPrivate ? 0 : punch(m, changed);
  if (toPrivate) for (const [slot, gfns] of m.layout.bySlot(changed)) discardShared(m, slot, gfns);
  return { changed, rmpPages };
}

/** madvise or a hole in the file; where somebody pins pages and the host has no others to give, they stay. */
function discardShared(m: Machine, slot: Slot, gfns: readonly number[]): void {
  if (isHugetlb(slot)) return;
  const chosen = new Set(gfns);
  const parts = [...runsOf(gfns[0], gfns[gfns.length - 1] - gfns[0] + 1, (gfn) => chosen.has(gfn))].map(([first, pages]) => ({
    slot,
    from: first + slot.shift,
    to: first + pages + slot.shift,
  }));
  if (checkDrop(m, parts) !== null) return;
  zapPages(m, slot, gfns);
  for (const part of parts) dropPages(m, part);
}

/** Takes the pages out of private memory: how many were un-assigned. */
function punch(m: Machine, gfns: readonly number[]): number {
  const pfns = gfns.map((gfn) => m.layout.privateFrameOf(gfn));
  for (const pfn of pfns) m.contents.remove(pfn);
  const base = baseOf(pfns[0]);
  if (m.rmp.isHugeAssigned(base)) {
    const whole = pfns.length === REGION_PAGES;
    const code = whole ? updateOne(m, toHost(base, LEVEL_2M)) : smash(m, base);
    if (code !== SUCCESS) {
      leak(m, pfns[0], pfns.length, code);
      return 0;
    }
    if (whole) return REGION_PAGES;
  }
  return unassignEach(m, pfns);
}

/** Pages un-assigned in a row are one event; those that stay assigned are leaked. */
function unassignEach(m: Machine, pfns: readonly number[]): number {
  let first = 0;
  let run = 0;
  let unassigned = 0;
  const publish = (): void => {
    if (run > 0) emitRmpUpdated(m, toHost(first, LEVEL_4K), run);
    run = 0;
  };
  for (const pfn of pfns) {
    if (run > 0 && pfn !== first + run) publish();
    if (!m.rmp.isAssigned(pfn)) continue;
    const code = kernelRmpupdate(m, toHost(pfn, LEVEL_4K));
    if (code !== SUCCESS) {
      publish();
      leak(m, pfn, 1, code);
      continue;
    }
    if (run === 0) first = pfn;
    run += 1;
    unassigned += 1;
  }
  publish();
  return unassigned;
}

/** Pages that cannot be un-assigned go on the leak list, where the generation has one, and are never used again. */
function leak(m: Machine, pfn: number, pages: number, code: number): void {
  const plan = m.generation.onTeardown({ pfn: asPfn(pfn), count: pages }, m.view);
  if (plan === null) return;
  m.ruling = plan.rule;
  const dmesg = leakLines(m, pfn, pages);
  m.print(dmesg);
  emitLeaked(m, { pfn: asPfn(pfn), gfn: m.frames.gfnOf(pfn), pages, cause: 'punched', code: code < 0 ? null : code, dmesg });
}

/** gmem_prepare: 2M where private memory is huge and all 512 pages are private and unassigned, else 4K. The instruction's code; null: it is assigned already. */
export function preparePrivate(m: Machine, gfn: Gfn): number | null {
  const pfn = m.layout.privateFrameOf(gfn);
  if (m.rmp.isAssigned(pfn)) return null;
  const first = gfn - (gfn % REGION_PAGES);
  if (!isHugeAndPrivate(m, gfn, first)) return updateOne(m, toGuest(m, gfn, pfn, LEVEL_4K));
  return updateOne(m, toGuest(m, first, m.layout.privateFrameOf(first), LEVEL_2M));
}

function isHugeAndPrivate(m: Machine, gfn: Gfn, first: number): boolean {
  const slot = m.layout.slotOf(gfn);
  if (m.generation.facts.privatePages !== '2M' || !hasHugePrivatePages(slot)) return false;
  if (first < slot.gfn || first + REGION_PAGES > slot.gfnEnd || !isAligned(m.layout.privateFrameOf(first), LEVEL_2M)) return false;
  if (m.rmp.assignedAround(m.layout.privateFrameOf(first)) !== 0) return false;
  for (let page = first; page < first + REGION_PAGES; page++) if (!m.attributes.isPrivate(asGfn(page))) return false;
  return true;
}
