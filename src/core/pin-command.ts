/** pin_user_pages and its opposite over a range, as the registration of guest memory does it. */
import { asVpn, pagesAt, REGION_PAGES } from './address.js';
import type { Pin } from './command.js';
import { UNPINNED_RANGES_MAX } from './config.js';
import { emitFreed, tooManyStretches } from './drop-pages.js';
import { hasPrivateBetween } from './guest-memfd.js';
import { gfnAt } from './layout.js';
import type { Machine } from './machine.js';
import { mapPage } from './mapping.js';
import type { Result } from './outcome.js';
import { areasOf, checkPageRange, partsOf, type Part } from './page-range.js';
import { syscall } from './vma-commands.js';

export function pin(m: Machine, c: Pin): Result {
  const wrong = checkPageRange(m, c.range, `/${c.range.space}`);
  if (wrong !== null) return wrong;
  const parts = partsOf(m, c.range);
  let stretches = 0;
  for (const { slot, from, to } of parts)
    stretches = Math.max(stretches, m.pins.changed(gfnAt(slot, from), gfnAt(slot, to), c.pinned).length);
  if (stretches + parts.length - 1 > UNPINNED_RANGES_MAX) return tooManyStretches();
  m.begin(undefined);
  const { areas, pages } = areasOf(m, c.range);
  if (!c.pinned) {
    for (const part of parts) unpin(m, part);
    return syscall(
      m,
      'pin',
      'completed',
      parts.reduce((sum, { from, to }) => sum + to - from, 0),
    );
  }
  // Pinned for writing: all of it has to be there, and writable, and in place none of it the guest's.
  if (
    pages < c.range.pages ||
    areas.some((area) => area.protection === 'read-only' || hasPrivateBetween(m, gfnAt(area.slot, area.vpn), gfnAt(area.slot, area.end)))
  )
    return syscall(m, 'pin', 'EFAULT', 0);
  for (const { slot, vpn, end } of areas) {
    faultIn(m, { slot, from: vpn, to: end });
    m.pins.set(gfnAt(slot, vpn), gfnAt(slot, end), true);
  }
  return syscall(m, 'pin', 'completed', pages);
}

function faultIn(m: Machine, { slot, from, to }: Part): void {
  for (let at = from; at < to; ) {
    const level = m.pageTable.presentLevel(at) || mapPage(m, slot, asVpn(at), 'pin');
    at += pagesAt(level) - (at % pagesAt(level));
  }
}

/** Also the frames that were held for pages which have others by now are let go. */
function unpin(m: Machine, { slot, from, to }: Part): void {
  const [first, end] = [gfnAt(slot, from), gfnAt(slot, to)];
  m.pins.set(first, end, false);
  const lost: number[] = [];
  for (const region of m.frames.regionsHeld()) {
    if (region * REGION_PAGES >= end || (region + 1) * REGION_PAGES <= first) continue;
    for (const [pfn, gfn] of m.frames.heldOf(region)) {
      if (gfn < first || gfn >= end) continue;
      if (m.rmp.isAssigned(pfn)) lost.push(pfn, gfn);
      m.frames.release(pfn);
    }
  }
  emitFreed(m, lost);
}
