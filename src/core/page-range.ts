/** Ranges of whole pages as the memory-management commands take them: checked, and cut at the memslots. */
import { USER_VPN_END } from './address.js';
import type { PageRange } from './command.js';
import { RANGE_PAGES_MAX } from './config.js';
import { type Rejection, reject } from './error.js';
import type { Slot } from './layout.js';
import type { Machine } from './machine.js';
import type { VmArea } from './vmas.js';

/** A part of a range in one memslot, in virtual pages [from, to). */
export interface Part {
  readonly slot: Slot;
  readonly from: number;
  readonly to: number;
}

/** First reason why a range makes no sense for this machine, or null. `pointer` names the field that it begins with. */
export function checkPageRange(m: Machine, range: PageRange, pointer: string): Rejection | null {
  if (range.pages < 1 || range.pages > RANGE_PAGES_MAX) {
    return reject('limit-exceeded', '/size', `a range has 1 to ${RANGE_PAGES_MAX} pages, not ${range.pages}`, 'go on with another request');
  }
  const end = range.page + range.pages;
  if (range.space === 'hva') {
    if (end <= USER_VPN_END) return null;
    return reject('address-out-of-range', pointer, 'the range is not wholly at user addresses', 'user addresses end at 0x7fffffffffff');
  }
  for (let at = range.page; at < end; ) {
    const slot = m.layout.slotAtGfn(at);
    if (slot === null) {
      return reject(
        'address-out-of-range',
        pointer,
        `guest page 0x${at.toString(16)} is in no memslot`,
        'keep the whole range inside the memslots that GET /v1/vms/{vm} lists',
      );
    }
    at = slot.gfnEnd;
  }
  return null;
}

/** The parts of the range that lie in memslots, in the order of the range's own addresses. */
export function partsOf(m: Machine, range: PageRange): readonly Part[] {
  const end = range.page + range.pages;
  if (range.space === 'gpa') {
    return m.layout.slotsTouching(range.page, range.pages).map((slot) => ({
      slot,
      from: Math.max(range.page, slot.gfn) + slot.shift,
      to: Math.min(end, slot.gfnEnd) + slot.shift,
    }));
  }
  const touching = m.layout.slots.filter((slot) => slot.vpn < end && slot.vpnEnd > range.page);
  return touching.map((slot) => ({ slot, from: Math.max(range.page, slot.vpn), to: Math.min(end, slot.vpnEnd) }));
}

/** The parts of VMAs in the range, and how many pages they have together: fewer than the range where it has holes. */
export function areasOf(m: Machine, range: PageRange): { readonly areas: readonly VmArea[]; readonly pages: number } {
  const areas = partsOf(m, range).flatMap(({ from, to }) => m.vmas.within(from, to));
  return { areas, pages: areas.reduce((sum, { vpn, end }) => sum + end - vpn, 0) };
}
