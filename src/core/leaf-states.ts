/**
 * Leaves that another part of the kernel takes away for a while: swapped out, under migration, or a NUMA hint; and back again.
 *
 *     swap-out    anonymous: a 2M leaf is split first, then each page leaves a swap entry; shmem: the leaf goes. Not pinned, not hugetlb or dax
 *     migrate     a migration entry, 2M leaves as they are. Not pinned, not dax or 1G
 *     numa-hint   a PROT_NONE entry of the same frame; pins do not matter. Not hugetlb or dax
 *     restore     swap-in, end of a migration, or the hint taken back: what an access would bring about
 *
 * A page that is swapped or migrates comes back in another frame, which is chosen as it goes.
 */
import { asVpn, LEVEL_1G, LEVEL_2M, LEVEL_4K, type Level, pagesAt, REGION_PAGES } from './address.js';
import { copyFrame } from './collapse.js';
import type { ChangeLeafState, LeafChange } from './command.js';
import { emitFreed } from './drop-pages.js';
import { convertsInPlace } from './guest-memfd.js';
import { gfnAt, type Slot } from './layout.js';
import type { Machine } from './machine.js';
import { isAnonymous, isHugetlb, mapPage, RemovedRun, splitLeaf } from './mapping.js';
import type { LeafStateOutcome, Result } from './outcome.js';
import type { Absence } from './page-table.js';
import { areasOf, checkPageRange } from './page-range.js';

type Counts = { -readonly [K in Exclude<keyof LeafStateOutcome, 'op'>]: number };

export function changeLeafStates(m: Machine, c: ChangeLeafState): Result {
  const wrong = checkPageRange(m, c.range, `/${c.range.space}`);
  if (wrong !== null) return wrong;
  m.begin(undefined);
  const counts: Counts = { pages: 0, pinned: 0, unsuitable: 0 };
  for (const { slot, vpn, end } of areasOf(m, c.range).areas) {
    if (c.change === 'restore') restoreAll(m, slot, vpn, end, counts);
    else takeAll(m, slot, vpn, end, c.change, counts);
  }
  return { outcome: { op: 'leaf-state', ...counts }, events: m.takeEvents() };
}

function restoreAll(m: Machine, slot: Slot, from: number, to: number, counts: Counts): void {
  for (let at = from; at < to; ) {
    const { level, state } = m.pageTable.leafAt(at, slot);
    const absent = state !== 'none' && state !== 'present';
    if (absent) counts.pages += pagesAt(mapPage(m, slot, asVpn(at), 'leaf-state'));
    at = nextLeaf(at, level);
  }
}

/** First page behind the leaf; where an upper level is empty, behind the region. */
function nextLeaf(vpn: number, level: 0 | Level): number {
  const size = level === 0 ? REGION_PAGES : pagesAt(level);
  return vpn - (vpn % size) + size;
}

type Taking = Exclude<LeafChange, 'restore'>;
const ABSENCES: Readonly<Record<Taking, Absence>> = { 'swap-out': 'swap', migrate: 'migration', 'numa-hint': 'numa-hint' };

/** A leaf that the range touches goes as a whole. */
function takeAll(m: Machine, slot: Slot, from: number, to: number, change: Taking, counts: Counts): void {
  const taking = new LeafTaking(m, slot, change, counts);
  for (let at = from; at < to; ) {
    const { level, state } = m.pageTable.leafAt(at, slot);
    if (state === 'present' && level !== 0) at = taking.take(at - (at % pagesAt(level)), level);
    else {
      if (state !== 'none') counts.unsuitable += level === 0 ? 0 : pagesAt(level);
      at = nextLeaf(at, level);
    }
  }
  taking.publish();
}

class LeafTaking {
  private readonly m: Machine;
  private readonly slot: Slot;
  private readonly change: Taking;
  private readonly counts: Counts;
  private readonly run: RemovedRun;
  private lost: number[] = [];

  constructor(m: Machine, slot: Slot, change: Taking, counts: Counts) {
    this.m = m;
    this.slot = slot;
    this.change = change;
    this.counts = counts;
    const leaf = change === 'swap-out' && !isAnonymous(m, slot) ? 'none' : ABSENCES[change];
    this.run = new RemovedRun(m, slot, 'leaf-state', leaf);
  }

  /** Takes the leaf from its first page, if it may; the page after what was looked at. */
  take(first: number, level: Level): number {
    const { m, slot, counts, change } = this;
    const pages = pagesAt(level);
    const end = first + pages;
    if (!this.allowed(level)) counts.unsuitable += pages;
    else if (change !== 'numa-hint' && m.pins.anyPinned(gfnAt(slot, first), gfnAt(slot, end))) counts.pinned += pages;
    else if (change === 'swap-out' && level === LEVEL_2M && isAnonymous(m, slot)) {
      this.publish();
      splitLeaf(m, slot, asVpn(first), 'leaf-state');
      for (let page = first; page < end; page++) this.takeLeaf(page, LEVEL_4K);
    } else this.takeLeaf(first, level);
    return end;
  }

  private allowed(level: Level): boolean {
    const { m, slot, change } = this;
    if (slot.backing === 'dax-2M' || level === LEVEL_1G) return false;
    // guest_memfd's pages are neither evictable nor movable.
    if (change !== 'numa-hint' && convertsInPlace(m)) return false;
    return change === 'migrate' || !isHugetlb(slot);
  }

  private takeLeaf(first: number, level: Level): void {
    const { m, slot, counts, change } = this;
    const pages = pagesAt(level);
    if (change !== 'numa-hint' && !this.giveFrames(first, level)) {
      counts.unsuitable += pages;
      return;
    }
    if (change === 'swap-out' && !isAnonymous(m, slot)) {
      if (level === LEVEL_2M) m.pageTable.clear(first, slot);
      else m.pageTable.clearPages(first, first + 1, slot);
    } else m.pageTable.makeAbsent(first, slot, ABSENCES[change]);
    this.run.add(first, pages, level);
    counts.pages += pages;
  }

  /** The frames to come back to, with what is in the pages now. false: the host has none. */
  private giveFrames(first: number, level: Level): boolean {
    const { m, slot } = this;
    const pages = pagesAt(level);
    const target = level === LEVEL_2M ? m.frames.freeBlock() : m.frames.freeFrame();
    if (target === null) return false;
    const gfn = gfnAt(slot, first);
    for (let i = 0; i < pages; i++) {
      const old = m.frames.of(gfn + i);
      if (m.rmp.isAssigned(old)) this.lost.push(old, gfn + i);
      copyFrame(m, old, target + i);
    }
    if (level === LEVEL_2M) m.frames.moveBlock(gfn, target);
    else m.frames.move(gfn, target, 'released');
    return true;
  }

  publish(): void {
    this.run.publish();
    emitFreed(this.m, this.lost);
    this.lost = [];
  }
}
