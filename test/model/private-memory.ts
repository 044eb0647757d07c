/** Private memory with pages of its own, and conversion in place: what a request does besides the RMP (hardware.md 5.4, generations.md 5). */
import { asGfn, asPfn } from '../../src/core/address.js';
import { emit, inGroupOf } from './event-log.js';
import { FRAME_BASE } from '../../src/core/config.js';
import type { EventLog } from './event-log.js';
import { hostPsmash, hostRmpupdate, toPrivate, toShared } from './host-rmp.js';
import { blockStart, privateFrame, REGION, slotOfGfn, vpnOfGfn } from './layout.js';
import { discardPage } from './mapping.js';
import { entryAt, hasHugePrivate, isPrivatePage } from './naive-state.js';
import type { NaiveState } from './naive-state.js';
import { anyAssigned, baseOf, rmpLevel } from './rmp.js';

/** The attribute becomes private; the VMM throws the shared pages away, which hugetlb does not let it. */
export function attributeToPrivate(state: NaiveState, log: EventLog, gfns: readonly number[]): void {
  const changed = gfns.filter((gfn) => !isPrivatePage(state, gfn));
  for (const gfn of changed) state.attributes.set(gfn, true);
  for (const slot of state.config.memslots) {
    const own = changed.filter((gfn) => gfn >= slot.gfn && gfn < slot.gfn + slot.pages);
    if (own.length === 0 || slot.backing === 'hugetlb-2M' || slot.backing === 'hugetlb-1G') continue;
    for (const gfn of own) state.contents.delete(FRAME_BASE + gfn);
    inGroupOf(log, slot, () =>
      discardPage(
        state,
        log,
        slot,
        own.map((gfn) => vpnOfGfn(slot, gfn)),
      ),
    );
  }
}

/** The attribute becomes shared and a hole is punched: how many pages were un-assigned. */
export function attributeToShared(state: NaiveState, log: EventLog, gfns: readonly number[]): number {
  const changed = gfns.filter((gfn) => isPrivatePage(state, gfn));
  if (changed.length === 0) return 0;
  for (const gfn of changed) {
    state.attributes.set(gfn, false);
    state.contents.delete(privateFrame(state.config, gfn));
  }
  const pfns = changed.map((gfn) => privateFrame(state.config, gfn));
  if (rmpLevel(state, pfns[0]) === 2 && entryAt(state, pfns[0]).assigned) {
    if (pfns.length === REGION) {
      if (hostRmpupdate(state, log, toShared(pfns[0], 2)) === 0) return REGION;
      leak(state, log, changed[0], pfns[0], REGION);
      return 0;
    }
    if (hostPsmash(state, log, baseOf(pfns[0])) !== 0) {
      leak(state, log, changed[0], pfns[0], pfns.length);
      return 0;
    }
  }
  let done = 0;
  for (const [i, pfn] of pfns.entries()) {
    if (!entryAt(state, pfn).assigned) continue;
    if (hostRmpupdate(state, log, toShared(pfn, 1)) === 0) done++;
    else leak(state, log, changed[i], pfn, 1);
  }
  return done;
}

function leak(state: NaiveState, log: EventLog, gfn: number, pfn: number, pages: number): void {
  state.leaked += pages;
  state.printed.push('leak');
  emit(log, { type: 'page-leaked', gfn: asGfn(gfn), pfn: asPfn(pfn), pages });
}

/** The first private access: 2M where all of it is private and unassigned and the memory is huge, else 4K. The code. */
export function prepare(state: NaiveState, log: EventLog, gfn: number): number {
  const slot = slotOfGfn(state.config, gfn);
  const start = blockStart(gfn, REGION);
  const whole = Array.from({ length: REGION }, (_, i) => start + i);
  const huge =
    slot !== null &&
    hasHugePrivate(state.config, slot, gfn) &&
    !anyAssigned(state, privateFrame(state.config, gfn)) &&
    whole.every((page) => isPrivatePage(state, page));
  return hostRmpupdate(state, log, toPrivate(state, huge ? start : gfn, huge ? 2 : 1));
}
