/** mmap, munmap and mprotect of the VMM, as the system calls answer them: an errno is a result. */
import { asVpn, GIB_PAGES, REGION_PAGES } from './address.js';
import type { Mmap, Mprotect, Munmap } from './command.js';
import { VMAS_MAX } from './config.js';
import { reject } from './error.js';
import { checkDrop, dropPages } from './drop-pages.js';
import { gfnAt, type Slot } from './layout.js';
import type { Machine } from './machine.js';
import { isAnonymous, splitAt, zap } from './mapping.js';
import type { Errno, Result, SyscallOutcome } from './outcome.js';
import { areasOf, checkPageRange, partsOf, type Part } from './page-range.js';
import type { VmArea } from './vmas.js';

export function syscall(m: Machine, op: SyscallOutcome['op'], outcome: 'completed' | Errno, pages: number): Result {
  return { outcome: { op, outcome, pages }, events: m.takeEvents() };
}

/** What a change of VMAs makes of every part of one, or null where it goes. */
export type Change = (area: VmArea) => VmArea | null;

/** The list after a change of the parts, or null where it would be longer than VMAS_MAX. */
export function listAfter(m: Machine, parts: readonly VmArea[], change: Change): readonly VmArea[] | null {
  const first = parts.at(0);
  const last = parts.at(-1);
  if (first === undefined || last === undefined) return m.vmas.all();
  const changed = parts.flatMap((part) => change(part) ?? []);
  const list = m.vmas.replaced(first.vpn, last.end, changed);
  return list.length > VMAS_MAX ? null : list;
}

/** hugetlbfs splits no huge page between two VMAs. */
export function cutsHugetlb(areas: readonly VmArea[]): boolean {
  return areas.some(({ slot, vpn, end }) => {
    const unit = slot.backing === 'hugetlb-1G' ? GIB_PAGES : slot.backing === 'hugetlb-2M' ? REGION_PAGES : 1;
    return vpn % unit !== 0 || end % unit !== 0;
  });
}

const anonymousParts = (m: Machine, areas: readonly VmArea[]): readonly Part[] =>
  areas.filter(({ slot }) => isAnonymous(m, slot)).map(({ slot, vpn, end }) => ({ slot, from: vpn, to: end }));

/** The pages go out of the page table; those of anonymous memory go for good. */
function unmapAreas(m: Machine, areas: readonly VmArea[], cause: 'mmap' | 'munmap'): void {
  for (const { slot, vpn, end } of areas) zap(m, slot, vpn, end, cause, 'free');
  for (const part of anonymousParts(m, areas)) dropPages(m, part);
}

export function munmap(m: Machine, c: Munmap): Result {
  const { areas, pages } = areasOf(m, c.range);
  const wrong = checkPageRange(m, c.range, '/start') ?? checkDrop(m, anonymousParts(m, areas));
  if (wrong !== null) return wrong;
  m.begin(undefined);
  if (cutsHugetlb(areas)) return syscall(m, 'munmap', 'EINVAL', 0);
  const list = listAfter(m, areas, () => null);
  if (list === null) return syscall(m, 'munmap', 'ENOMEM', 0);
  unmapAreas(m, areas, 'munmap');
  m.vmas.commit(list);
  for (const area of areas) m.emit({ seq: m.nextSeq(), type: 'vma-unmapped', ...placeOf(area) });
  return syscall(m, 'munmap', 'completed', pages);
}

export function mmap(m: Machine, c: Mmap): Result {
  const wrong = checkPageRange(m, c.range, '/start');
  if (wrong !== null) return wrong;
  const [part, ...others] = partsOf(m, c.range);
  if (part === undefined || others.length > 0 || part.to - part.from !== c.range.pages) {
    return reject(
      'address-out-of-range',
      '/start',
      'the range is not wholly in the memory of one memslot',
      'map only what GET /v1/vms/{vm} lists as a memslot, one at a time',
    );
  }
  const { areas } = areasOf(m, c.range);
  const tooMuch = checkDrop(m, anonymousParts(m, areas));
  if (tooMuch !== null) return tooMuch;
  m.begin(undefined);
  const fresh = newArea(m, part, c.protection);
  if (cutsHugetlb([...areas, fresh])) return syscall(m, 'mmap', 'EINVAL', 0);
  const list = m.vmas.replaced(part.from, part.to, [fresh]);
  if (list.length > VMAS_MAX) return syscall(m, 'mmap', 'ENOMEM', 0);
  unmapAreas(m, areas, 'mmap');
  m.vmas.commit(list);
  for (const area of areas) m.emit({ seq: m.nextSeq(), type: 'vma-unmapped', ...placeOf(area) });
  m.emit({ seq: m.nextSeq(), type: 'vma-mapped', ...placeOf(fresh), backing: fresh.slot.backing, protection: fresh.protection });
  return syscall(m, 'mmap', 'completed', c.range.pages);
}

function newArea(m: Machine, { slot, from, to }: Part, protection: VmArea['protection']): VmArea {
  return { vpn: asVpn(from), end: to, slot, protection, advice: m.vmas.firstAdvice(slot) };
}

/** Up to the first hole, as the kernel goes from VMA to VMA. */
export function mprotect(m: Machine, c: Mprotect): Result {
  const wrong = checkPageRange(m, c.range, '/start');
  if (wrong !== null) return wrong;
  m.begin(undefined);
  const reached = reachedAreas(areasOf(m, c.range).areas, c.range.page);
  const pages = reached.reduce((sum, { vpn, end }) => sum + end - vpn, 0);
  if (cutsHugetlb(reached)) return syscall(m, 'mprotect', 'EINVAL', 0);
  const changing = reached.filter(({ protection }) => protection !== c.protection);
  const list = listAfter(m, reached, (area) => ({ ...area, protection: c.protection }));
  if (list === null) return syscall(m, 'mprotect', 'ENOMEM', 0);
  for (const { slot, vpn, end } of changing) splitEnds(m, slot, vpn, end, 'mprotect');
  m.vmas.commit(list);
  for (const area of changing) emitProtected(m, { ...area, protection: c.protection });
  return syscall(m, 'mprotect', pages === c.range.pages ? 'completed' : 'ENOMEM', pages);
}

function reachedAreas(areas: readonly VmArea[], from: number): readonly VmArea[] {
  const reached: VmArea[] = [];
  let at = from;
  for (const area of areas) {
    if (area.vpn !== at) break;
    reached.push(area);
    at = area.end;
  }
  return reached;
}

/** A VMA that is cut splits the 2M leaves over its new ends. */
export function splitEnds(m: Machine, slot: Slot, from: number, to: number, cause: 'mprotect' | 'madvise'): void {
  splitAt(m, slot, from, cause);
  splitAt(m, slot, to, cause);
}

export function emitProtected(m: Machine, area: VmArea): void {
  m.emit({ seq: m.nextSeq(), type: 'vma-protected', ...placeOf(area), protection: area.protection, hugePages: area.advice });
}

function placeOf({ slot, vpn, end }: VmArea) {
  return { vpn, gfn: gfnAt(slot, vpn), pages: end - vpn, memslot: slot.number };
}
