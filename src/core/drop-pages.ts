/**
 * Pages that the VMM lets go of: what becomes of their frames.
 *
 *     neither pinned nor assigned   back to the host; the page comes back zeroed in the same frame
 *     pinned                        the pin goes on holding the frame, assigned or not; the page gets another one, without a pin
 *     assigned, not pinned          freed while assigned: nobody can use the frame, `page-leaked`; the page gets another one
 */
import { asGfn, asPfn, REGION_PAGES } from './address.js';
import { UNPINNED_RANGES_MAX } from './config.js';
import { type Rejection, reject } from './error.js';
import { emitLeaked } from './leak.js';
import { alignsHuge, gfnAt } from './layout.js';
import type { Machine } from './machine.js';
import type { Part } from './page-range.js';

/** What stands against dropping the parts, before anything changes. */
export function checkDrop(m: Machine, parts: readonly Part[]): Rejection | null {
  let frames = 0;
  let stretches = 0;
  for (const { slot, from, to } of parts) {
    for (let vpn = from; vpn < to; vpn++) frames += Number(losesFrame(m, gfnAt(slot, vpn)));
    stretches = Math.max(stretches, m.pins.changed(gfnAt(slot, from), gfnAt(slot, to), false).length);
  }
  if (frames > 0 && !m.frames.hasFree(frames)) {
    return reject(
      'limit-exceeded',
      '/size',
      `${frames} of these pages are pinned or private and would need other frames; the host has fewer free`,
      'unpin the pages, make them shared, or name fewer',
    );
  }
  // A part adds at most one stretch to those that are there.
  return stretches + parts.length - 1 <= UNPINNED_RANGES_MAX ? null : tooManyStretches();
}

export function tooManyStretches(): Rejection {
  return reject(
    'limit-exceeded',
    '/size',
    `the VM would have more than ${UNPINNED_RANGES_MAX} stretches of unpinned pages`,
    'unpin larger ranges at once',
  );
}

function losesFrame(m: Machine, gfn: number): boolean {
  return m.rmp.isAssigned(m.frames.of(gfn)) || m.pins.isPinned(gfn);
}

/** The leaves are gone already. */
export function dropPages(m: Machine, { slot, from, to }: Part): void {
  const lost: number[] = [];
  for (let vpn = from; vpn < to; ) {
    const whole = vpn % REGION_PAGES === 0 && vpn + REGION_PAGES <= to && alignsHuge(slot, vpn);
    const pages = whole ? REGION_PAGES : 1;
    dropTogether(m, gfnAt(slot, vpn), pages, lost);
    vpn += pages;
  }
  m.pins.set(gfnAt(slot, from), gfnAt(slot, to), false);
  emitFreed(m, lost);
}

/** One page, or the 512 of a region: where all of them need other frames they get a 2M one. */
function dropTogether(m: Machine, gfn: number, pages: number, lost: number[]): void {
  const all = Array.from({ length: pages }, (_, i) => gfn + i);
  const moving = all.filter((page) => losesFrame(m, page));
  const block = pages > 1 && moving.length === pages ? m.frames.freeBlock() : null;
  for (const [i, page] of all.entries()) {
    const old = m.frames.of(page);
    const pinned = m.pins.isPinned(page);
    const assigned = m.rmp.isAssigned(old);
    if (!pinned && !assigned) {
      m.contents.remove(old);
      continue;
    }
    const frame = block === null ? m.frames.freeFrame() : asPfn(block + i);
    if (frame === null) throw new Error('invariant broken: the free frames were counted');
    m.frames.move(page, frame, pinned ? 'held' : 'released');
    m.contents.remove(frame);
    if (!pinned) lost.push(old, page);
  }
}

/** Frames that were freed while assigned, given as pairs of frame and guest page. One event for each run. */
export function emitFreed(m: Machine, lost: readonly number[]): void {
  for (let at = 0; at < lost.length; ) {
    let pages = 1;
    while (lost[at + 2 * pages] === lost[at] + pages && lost[at + 2 * pages + 1] === lost[at + 1] + pages) pages += 1;
    emitLeaked(m, { pfn: asPfn(lost[at]), gfn: asGfn(lost[at + 1]), pages, cause: 'freed', code: null, dmesg: [] });
    at += 2 * pages;
  }
}
