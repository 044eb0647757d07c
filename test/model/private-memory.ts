/** Private memory with pages of its own: what a request does besides the RMP (hardware.md 5.4, generations.md 4). */
import { asGfn, asPfn } from '../../src/core/address.js';
import { emit } from './event-log.js';
import type { EventLog } from './event-log.js';
import { hostPsmash, hostRmpupdate, toPrivate, toShared } from './host-rmp.js';
import { blockStart, REGION, slotOfGfn, vpnOfGfn } from './layout.js';
import { entryAt, hasHugePrivate, isPrivatePage, privateFrame } from './naive-state.js';
import type { NaiveState } from './naive-state.js';
import { anyAssigned, baseOf, rmpLevel } from './rmp.js';
import { isHugetlb } from './vmas.js';
import { dropPages, zapRuns } from './zap.js';

/** The attribute becomes private; the VMM throws the shared pages away, which hugetlb does not let it. */
export function attributeToPrivate(state: NaiveState, log: EventLog, gfns: readonly number[]): void {
  const changed = gfns.filter((gfn) => !isPrivatePage(state, gfn));
  for (const gfn of changed) state.attributes.set(gfn, true);
  for (const slot of state.config.memslots.toSorted((a, b) => a.gfn - b.gfn)) {
    const own = changed.filter((gfn) => gfn >= slot.gfn && gfn < slot.gfn + slot.pages).map((gfn) => vpnOfGfn(slot, gfn));
    if (own.length === 0 || isHugetlb(slot)) continue;
    for (const [from, to] of zapRuns(state, log, slot, own)) dropPages(state, log, slot, from, to);
  }
}

/** The attribute becomes shared and a hole is punched: how many pages were un-assigned. */
export function attributeToShared(state: NaiveState, log: EventLog, gfns: readonly number[]): number {
  const changed = gfns.filter((gfn) => isPrivatePage(state, gfn));
  if (changed.length === 0) return 0;
  for (const gfn of changed) {
    state.attributes.set(gfn, false);
    state.contents.delete(privateFrame(state, gfn));
  }
  const pfns = changed.map((gfn) => privateFrame(state, gfn));
  const [first] = pfns;
  if (rmpLevel(state, first) === 2 && entryAt(state, first).assigned) {
    const whole = pfns.length === REGION;
    const code = whole ? hostRmpupdate(state, log, toShared(first, 2)) : hostPsmash(state, log, baseOf(first));
    if (code !== 0) {
      leak(state, log, changed[0], first, pfns.length, code);
      return 0;
    }
    if (whole) return REGION;
  }
  let done = 0;
  for (const [i, pfn] of pfns.entries()) {
    if (!entryAt(state, pfn).assigned) continue;
    const code = hostRmpupdate(state, log, toShared(pfn, 1));
    if (code === 0) done++;
    else leak(state, log, changed[i], pfn, 1, code);
  }
  return done;
}

/** code: an instruction's. */
function leak(state: NaiveState, log: EventLog, gfn: number, pfn: number, pages: number, code: number): void {
  state.leakedPages += pages;
  state.printed.push('leak');
  emit(log, {
    type: 'page-leaked',
    gfn: asGfn(gfn),
    pfn: asPfn(pfn),
    pages,
    cause: 'punched',
    code: code < 0 ? null : code,
    dmesg: ['leak'],
  });
}

/** The first private access: 2M where all of it is private and unassigned and the memory is huge, else 4K. The code. */
export function prepare(state: NaiveState, log: EventLog, gfn: number): number {
  const slot = slotOfGfn(state.config, gfn);
  const start = blockStart(gfn, REGION);
  const whole = Array.from({ length: REGION }, (_, i) => start + i);
  const huge =
    slot !== null &&
    hasHugePrivate(state.config, slot, gfn) &&
    !anyAssigned(state, privateFrame(state, gfn)) &&
    whole.every((page) => isPrivatePage(state, page));
  return hostRmpupdate(state, log, toPrivate(state, huge ? start : gfn, huge ? 2 : 1));
}
