/** The host's memory management as its manual pages and generations.md 8 tell it: mmap to khugepaged. */
import { asGfn, asVpn } from '../../src/core/address.js';
import type { MemoryCommand, Mmap, Mprotect, Munmap, PageRange, Pin } from '../../src/core/command.js';
import { reject } from '../../src/core/error.js';
import type { Rejection } from '../../src/core/error.js';
import type { Errno, Outcome, SyscallOutcome } from '../../src/core/outcome.js';
import { khugepaged } from './collapse.js';
import { emit } from './event-log.js';
import type { EventLog } from './event-log.js';
import { freed } from './frames.js';
import { GIB, gfnOfVpn, isInPlace, REGION, slotOfGfn, slotOfVpn, vpnOfGfn } from './layout.js';
import { leafState } from './leaf-state.js';
import { madvise } from './madvise.js';
import { mapPage } from './mapping.js';
import { entryAt, frameOf, leafAt } from './naive-state.js';
import type { NaiveState } from './naive-state.js';
import { areasIn, isAnonymous } from './vmas.js';
import type { Area } from './vmas.js';
import { dropPages, splitAt, zap } from './zap.js';

export function memoryCommand(state: NaiveState, log: EventLog, command: MemoryCommand): Outcome | Rejection {
  if (command.range !== undefined && !makesSense(state, command.range)) return reject('address-out-of-range', '', 'outside', '');
  switch (command.op) {
    case 'mmap':
      return mmap(state, log, command);
    case 'munmap':
      return munmap(state, log, command);
    case 'mprotect':
      return mprotect(state, log, command);
    case 'madvise':
      return madvise(state, log, command, areasOf(state, command.range));
    case 'khugepaged':
      return khugepaged(state, log, command.range === undefined ? areasIn(state, 0, 2 ** 40) : areasOf(state, command.range));
    case 'pin':
      return pin(state, log, command);
    case 'leaf-state':
      return leafState(state, log, command, areasOf(state, command.range));
  }
}

function makesSense(state: NaiveState, { space, page, pages }: PageRange): boolean {
  if (space === 'hva') return page + pages <= 2 ** 35;
  return Array.from({ length: pages }, (_, i) => page + i).every((gfn) => slotOfGfn(state.config, gfn) !== null);
}

/** Virtual pages of the range, in its own order, as stretches that follow one another inside a memslot. */
function stretchesOf(state: NaiveState, { space, page, pages }: PageRange): [from: number, to: number][] {
  const stretches: [number, number][] = [];
  for (let at = page; at < page + pages; at++) {
    const slot = space === 'gpa' ? slotOfGfn(state.config, at) : slotOfVpn(state.config, at);
    if (slot === null) continue;
    const vpn = space === 'gpa' ? vpnOfGfn(slot, at) : at;
    const last = stretches.at(-1);
    if (last !== undefined && last[1] === vpn && slotOfVpn(state.config, vpn - 1) === slot) last[1]++;
    else stretches.push([vpn, vpn + 1]);
  }
  return stretches;
}

function areasOf(state: NaiveState, range: PageRange): { readonly areas: Area[]; readonly whole: boolean } & Iterable<Area> {
  const areas = stretchesOf(state, range).flatMap(([from, to]) => areasIn(state, from, to));
  const pages = areas.reduce((sum, area) => sum + area.to - area.from, 0);
  return { areas, whole: pages === range.pages, [Symbol.iterator]: () => areas[Symbol.iterator]() };
}

function answer(op: SyscallOutcome['op'], outcome: 'completed' | Errno, pages: number): SyscallOutcome {
  return { op, outcome, pages };
}

const place = ({ slot, number, from, to }: Area) => ({
  vpn: asVpn(from),
  gfn: asGfn(from - slot.vpn + slot.gfn),
  pages: to - from,
  memslot: number,
});

function cutsHugetlb(areas: readonly Area[]): boolean {
  const unit = ({ slot }: Area): number => (slot.backing === 'hugetlb-1G' ? GIB : slot.backing === 'hugetlb-2M' ? REGION : 1);
  return areas.some((area) => area.from % unit(area) !== 0 || area.to % unit(area) !== 0);
}

function unmapAll(state: NaiveState, log: EventLog, areas: readonly Area[], cause: 'mmap' | 'munmap'): void {
  for (const { slot, from, to } of areas) zap(state, log, slot, from, to, cause, 'free');
  for (const { slot, from, to } of areas) if (isAnonymous(state, slot)) dropPages(state, log, slot, from, to);
  for (const area of areas) emit(log, { type: 'vma-unmapped', ...place(area) });
  for (const { from, to } of areas) {
    for (let vpn = from; vpn < to; vpn++) {
      state.unmapped.add(vpn);
      state.readOnly.delete(vpn);
      state.advice.delete(vpn);
    }
  }
}

function munmap(state: NaiveState, log: EventLog, command: Munmap): SyscallOutcome {
  const { areas } = areasOf(state, command.range);
  if (cutsHugetlb(areas)) return answer('munmap', 'EINVAL', 0);
  unmapAll(state, log, areas, 'munmap');
  return answer(
    'munmap',
    'completed',
    areas.reduce((sum, { from, to }) => sum + to - from, 0),
  );
}

function mmap(state: NaiveState, log: EventLog, { range, protection }: Mmap): SyscallOutcome | Rejection {
  const stretches = stretchesOf(state, range);
  const [first] = stretches;
  if (stretches.length !== 1 || first[1] - first[0] !== range.pages) return reject('address-out-of-range', '', 'outside', '');
  const slot = slotOfVpn(state.config, first[0]);
  if (slot === null) throw new Error('a stretch lies in a memslot');
  const { areas } = areasOf(state, range);
  const readOnly = protection === 'read-only';
  const advice = slot.backing === '4k' ? 'nohugepage' : 'default';
  const fresh: Area = { slot, number: state.config.memslots.indexOf(slot), from: first[0], to: first[1], readOnly, advice };
  if (cutsHugetlb([...areas, fresh])) return answer('mmap', 'EINVAL', 0);
  unmapAll(state, log, areas, 'mmap');
  for (let vpn = fresh.from; vpn < fresh.to; vpn++) {
    state.unmapped.delete(vpn);
    if (readOnly) state.readOnly.add(vpn);
  }
  emit(log, { type: 'vma-mapped', ...place(fresh), backing: slot.backing, protection });
  return answer('mmap', 'completed', range.pages);
}

/** From VMA to VMA up to the first hole. */
function mprotect(state: NaiveState, log: EventLog, { range, protection }: Mprotect): SyscallOutcome {
  const reached: Area[] = [];
  for (const area of areasOf(state, range)) {
    if (area.from === (reached.at(-1)?.to ?? range.page)) reached.push(area);
  }
  const pages = reached.reduce((sum, { from, to }) => sum + to - from, 0);
  if (cutsHugetlb(reached)) return answer('mprotect', 'EINVAL', 0);
  const changing = reached.filter(({ readOnly }) => readOnly !== (protection === 'read-only'));
  for (const { slot, from, to } of changing) {
    splitAt(state, log, slot, from, 'mprotect');
    splitAt(state, log, slot, to, 'mprotect');
  }
  for (const area of changing) {
    for (let vpn = area.from; vpn < area.to; vpn++) {
      if (protection === 'read-only') state.readOnly.add(vpn);
      else state.readOnly.delete(vpn);
    }
    emit(log, { type: 'vma-protected', ...place(area), protection, hugePages: area.advice });
  }
  return answer('mprotect', pages === range.pages ? 'completed' : 'ENOMEM', pages);
}

function pin(state: NaiveState, log: EventLog, { range, pinned }: Pin): SyscallOutcome {
  const pages = stretchesOf(state, range).flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i));
  const gfns = pages.map((vpn) => gfnOfVpn(state.config, vpn) ?? -1);
  if (!pinned) {
    for (const gfn of gfns) state.unpinned.add(gfn);
    for (const [from, to] of stretchesOf(state, range)) letGo(state, log, gfnOfVpn(state.config, from) ?? -1, to - from);
    return answer('pin', 'completed', pages.length);
  }
  if (!areasOf(state, range).whole || pages.some((vpn) => state.readOnly.has(vpn))) return answer('pin', 'EFAULT', 0);
  if (isInPlace(state.config) && gfns.some((gfn) => entryAt(state, frameOf(state, gfn)).assigned)) return answer('pin', 'EFAULT', 0);
  for (const vpn of pages) {
    const slot = slotOfVpn(state.config, vpn);
    if (slot !== null && leafAt(state, vpn)?.present !== true) mapPage(state, log, slot, vpn, 'pin');
  }
  for (const gfn of gfns) state.unpinned.delete(gfn);
  return answer('pin', 'completed', pages.length);
}

/** Frames that were held for these guest pages: by 2M of guest pages, then by frame. */
function letGo(state: NaiveState, log: EventLog, first: number, pages: number): void {
  const held = [...state.held].filter(([, gfn]) => gfn >= first && gfn < first + pages);
  held.sort(([a, x], [b, y]) => Math.floor(x / REGION) - Math.floor(y / REGION) || a - b);
  for (const [pfn] of held) state.held.delete(pfn);
  freed(
    state,
    log,
    held.filter(([pfn]) => entryAt(state, pfn).assigned),
  );
}
