/**
 * madvise of the VMM, by backing. An errno is a result; parts before the failing one stay done, as in the kernel, and a range with holes ends in
 * ENOMEM after everything else was done.
 *
 *                    thp, 4k                    shmem-thp, dax-2M                 hugetlb
 *     HUGEPAGE …     the VMA's advice           the VMA's advice                  the VMA's advice, which changes nothing
 *     COLLAPSE       copy into a 2M frame       shmem: map the 2M page again      EINVAL (so is dax)
 *     DONTNEED       pages are dropped          unmapped; the file keeps them     EINVAL (before Linux 5.18)
 *     REMOVE         EINVAL: no file            a hole in the file                whole huge pages unmapped, the rest zeroed in place
 *
 * The hugetlb pool gives a page that was removed back to the next fault, pinned or not.
 * MADV_COLLAPSE is Linux 6.1; it works under every generation, so that they can be compared.
 */
import { GIB_PAGES, REGION_PAGES } from './address.js';
import { collapseNow, scanRegion } from './collapse.js';
import type { Madvise } from './command.js';
import type { Rejection } from './error.js';
import { takeFromGuest } from './conversion.js';
import { checkDrop, dropPages } from './drop-pages.js';
import { convertsInPlace } from './guest-memfd.js';
import { gfnAt } from './layout.js';
import type { Machine } from './machine.js';
import { isAnonymous, isHugetlb, zap } from './mapping.js';
import type { Errno, Result } from './outcome.js';
import { areasOf, checkPageRange, type Part } from './page-range.js';
import { emitProtected, listAfter, splitEnds, syscall } from './vma-commands.js';
import type { HugeAdvice, VmArea } from './vmas.js';

export function madvise(m: Machine, c: Madvise): Result {
  const wrong = checkPageRange(m, c.range, `/${c.range.space}`);
  if (wrong !== null) return wrong;
  const { areas, pages } = areasOf(m, c.range);
  const tooMuch = checkDropsOf(m, c.advice, areas);
  if (tooMuch !== null) return tooMuch;
  m.begin(undefined);
  const whole = pages === c.range.pages;
  switch (c.advice) {
    case 'HUGEPAGE':
      return advise(m, areas, 'hugepage', whole);
    case 'NOHUGEPAGE':
      return advise(m, areas, 'nohugepage', whole);
    case 'COLLAPSE':
      return eachArea(m, areas, collapseArea, whole);
    case 'DONTNEED':
      return eachArea(m, areas, dontNeed, whole);
    case 'REMOVE':
      return eachArea(m, areas, remove, whole);
  }
}

function checkDropsOf(m: Machine, advice: Madvise['advice'], areas: readonly VmArea[]): Rejection | null {
  if (advice !== 'DONTNEED' && advice !== 'REMOVE') return null;
  const dropped = areas.filter(({ slot }) => !isHugetlb(slot) && isAnonymous(m, slot) === (advice === 'DONTNEED'));
  return checkDrop(m, dropped.map(partOf));
}

const partOf = ({ slot, vpn, end }: VmArea): Part => ({ slot, from: vpn, to: end });

interface AreaResult {
  readonly errno: Errno | null;
  readonly pages: number;
}

function eachArea(m: Machine, areas: readonly VmArea[], act: (m: Machine, area: VmArea) => AreaResult, whole: boolean): Result {
  let pages = 0;
  for (const area of areas) {
    const done = act(m, area);
    pages += done.pages;
    if (done.errno !== null) return syscall(m, 'madvise', done.errno, pages);
  }
  return syscall(m, 'madvise', whole ? 'completed' : 'ENOMEM', pages);
}

// --- advice that stays with the VMA ------------------------------------------------------------------------------------------

function advise(m: Machine, areas: readonly VmArea[], advice: HugeAdvice, whole: boolean): Result {
  let pages = 0;
  for (const area of areas) {
    if (area.advice !== advice) {
      const list = listAfter(m, [area], (part) => ({ ...part, advice }));
      if (list === null) return syscall(m, 'madvise', 'ENOMEM', pages);
      if (!isHugetlb(area.slot)) splitEnds(m, area.slot, area.vpn, area.end, 'madvise');
      m.vmas.commit(list);
      emitProtected(m, { ...area, advice });
    }
    pages += area.end - area.vpn;
  }
  return syscall(m, 'madvise', whole ? 'completed' : 'ENOMEM', pages);
}

// --- COLLAPSE ----------------------------------------------------------------------------------------------------------------

/** All whole regions are tried; the errno is the last failure's (madvise_collapse). */
function collapseArea(m: Machine, { slot, vpn, end }: VmArea): AreaResult {
  let errno: Errno | null = null;
  let pages = 0;
  let tried = 0;
  for (let base = Math.ceil(vpn / REGION_PAGES) * REGION_PAGES; base + REGION_PAGES <= end; base += REGION_PAGES) {
    tried += 1;
    const failure = collapseRegion(m, slot, base);
    if (failure === null) pages += REGION_PAGES;
    else errno = failure;
  }
  return { errno: tried === 0 ? 'EINVAL' : errno, pages };
}

function collapseRegion(m: Machine, slot: VmArea['slot'], base: number): Errno | null {
  const verdict = scanRegion(m, slot, base, true);
  switch (verdict) {
    case 'huge':
      return null;
    case 'pinned':
      return 'EAGAIN';
    case 'unsuitable':
    case 'not-eligible':
      return 'EINVAL';
    case 'copy':
    case 'retract':
      return collapseNow(m, slot, base, verdict, 'madvise') ? null : 'ENOMEM';
  }
}

// --- pages that go -----------------------------------------------------------------------------------------------------------

function dontNeed(m: Machine, area: VmArea): AreaResult {
  const { slot, vpn, end } = area;
  if (isHugetlb(slot)) return { errno: 'EINVAL', pages: 0 };
  zap(m, slot, vpn, end, 'madvise', 'keep');
  if (isAnonymous(m, slot)) dropPages(m, partOf(area));
  return { errno: null, pages: end - vpn };
}

function remove(m: Machine, area: VmArea): AreaResult {
  const { slot, vpn, end } = area;
  if (isAnonymous(m, slot)) return { errno: 'EINVAL', pages: 0 };
  if (area.protection === 'read-only') return { errno: 'EACCES', pages: 0 };
  // A hole in guest_memfd takes its pages from the guest first.
  if (convertsInPlace(m)) takeFromGuest(m, gfnAt(slot, vpn), gfnAt(slot, end));
  if (isHugetlb(slot)) removeHugetlb(m, area);
  else {
    zap(m, slot, vpn, end, 'madvise', 'keep');
    dropPages(m, partOf(area));
  }
  return { errno: null, pages: end - vpn };
}

function removeHugetlb(m: Machine, { slot, vpn, end }: VmArea): void {
  const unit = slot.backing === 'hugetlb-1G' ? GIB_PAGES : REGION_PAGES;
  const from = Math.ceil(vpn / unit) * unit;
  const to = Math.floor(end / unit) * unit;
  if (from < to) zap(m, slot, from, to, 'madvise', 'keep');
  for (let page = vpn as number; page < end; page++) m.contents.remove(m.frames.of(gfnAt(slot, page)));
}
