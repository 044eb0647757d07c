/**
 * What another thread does between a fault and the look-up of its handler. The change is forced: it counts for no injection, minds
 * no pin, and keeps the frame.
 */
import { asVpn, type Gfn, LEVEL_2M, pagesAt, REGION_PAGES } from './address.js';
import { unreachable } from './error.js';
import type { Between } from './inject.js';
import { pagesOfSize, type RmpupdateInput, SUCCESS } from './instructions.js';
import { afterBareRmpupdate, baseOf, beforeRmpupdate, emitRmpUpdated, forceRmpupdate, smash, toGuest, toHost } from './kernel-rmp.js';
import { gfnAt, type Slot } from './layout.js';
import type { Machine } from './machine.js';
import { isHugetlb, mayBeHuge, regionAt, splitLeaf } from './mapping.js';
import { runsOf } from './runs.js';

/** gfn: the page that faulted, where the change names none. */
export function changeBetween(m: Machine, between: Between, faulted: Gfn | null): void {
  const gfn = between.gfn ?? faulted;
  const slot = gfn === null ? null : m.layout.slotAtGfn(gfn);
  if (gfn === null || slot === null) return;
  switch (between.change) {
    case 'shared':
      return shareOne(m, gfn);
    case 'region-shared':
      return shareRegion(m, gfn);
    case 'private':
      return makePrivate(m, gfn);
    case 'unmapped':
    case 'swapped':
    case 'migrating':
    case 'numa-hint':
      return unmap(m, slot, gfn, between.change);
    case 'split':
      splitLeaf(m, slot, asVpn(gfn + slot.shift), 'other-thread');
      return;
    case 'collapsed':
      return collapse(m, slot, gfn);
    default:
      return unreachable(between.change);
  }
}

/** RMPUPDATEs without injection or retry; an immutable entry stays as it is, and nothing is said of it. */
function force(m: Machine, pfn: number, pages: number, assigned: boolean, pageSize: 1 | 2): void {
  const step = pagesOfSize(pageSize);
  const input = (at: number): RmpupdateInput => (assigned ? toGuest(m, m.frames.gfnOf(at) ?? 0, at, pageSize) : toHost(at, pageSize));
  const done = new Set<number>();
  for (let at = pfn; at < pfn + pages; at += step) {
    beforeRmpupdate(m, input(at));
    const code = forceRmpupdate(m, input(at));
    afterBareRmpupdate(m, input(at), code);
    if (code === SUCCESS) done.add(at);
  }
  for (const [first, length] of runsOf(pfn, pages, (at) => done.has(at - (at % step)))) {
    if (step > 1) emitRmpUpdated(m, input(first), length);
    else emitByOwner(m, first, length, input);
  }
}

/** One event for frames whose guest pages follow one another in one 2 MiB too, or that no guest page has. */
function emitByOwner(m: Machine, pfn: number, pages: number, input: (at: number) => RmpupdateInput): void {
  let first = pfn;
  for (let at = pfn + 1; at <= pfn + pages; at++) {
    if (at < pfn + pages && continues(m.frames.gfnOf(at - 1), m.frames.gfnOf(at))) continue;
    emitRmpUpdated(m, input(first), at - first);
    first = at;
  }
}

function continues(before: number | null, gfn: number | null): boolean {
  return before === null || gfn === null ? before === gfn : gfn === before + 1 && gfn % REGION_PAGES !== 0;
}

function shareOne(m: Machine, gfn: Gfn): void {
  const pfn = m.frames.privateOf(gfn);
  m.attributes.set(gfn, false);
  if (!m.rmp.isAssigned(pfn)) return;
  if (m.rmp.isHuge(pfn)) smash(m, baseOf(pfn));
  force(m, pfn, 1, false, 1);
}

function shareRegion(m: Machine, gfn: Gfn): void {
  const base = baseOf(m.frames.privateOf(gfn));
  shareAttributes(m, gfn);
  if (m.rmp.isHugeAssigned(base)) return force(m, base, REGION_PAGES, false, 2);
  for (const [first, pages] of runsOf(base, REGION_PAGES, (pfn) => m.rmp.isAssigned(pfn))) force(m, first, pages, false, 1);
}

function shareAttributes(m: Machine, gfn: Gfn): void {
  if (m.layout.privateBacking === 'same') return;
  const first = gfn - (gfn % REGION_PAGES);
  for (let page = first; page < first + REGION_PAGES; page++) if (m.layout.slotAtGfn(page) !== null) m.attributes.set(page, false);
}

function makePrivate(m: Machine, gfn: Gfn): void {
  const pfn = m.frames.privateOf(gfn);
  m.attributes.set(gfn, true);
  if (!m.rmp.isAssigned(pfn)) force(m, pfn, 1, true, 1);
}

const ABSENCES = { swapped: 'swap', migrating: 'migration', 'numa-hint': 'numa-hint' } as const;

function unmap(m: Machine, slot: Slot, gfn: Gfn, change: 'unmapped' | keyof typeof ABSENCES): void {
  const vpn = asVpn(gfn + slot.shift);
  const leaf = m.pageTable.walk(vpn, slot);
  if (leaf === null) return;
  const changed = change === 'unmapped' ? m.pageTable.clear(vpn, slot) : m.pageTable.makeAbsent(vpn, slot, ABSENCES[change]);
  if (!changed) return;
  const [first, pages] =
    change === 'unmapped' && leaf.level < LEVEL_2M ? tableAt(slot, vpn) : [vpn - (vpn % pagesAt(leaf.level)), pagesAt(leaf.level)];
  m.emit({
    seq: m.nextSeq(),
    type: 'mapping-removed',
    vpn: asVpn(first),
    gfn: gfnAt(slot, first),
    pages,
    level: leaf.level,
    cause: 'other-thread',
    leaf: change === 'unmapped' ? 'none' : ABSENCES[change],
  });
}

/** An emptied upper level takes the whole table with it: the slot's pages of the region. */
function tableAt(slot: Slot, vpn: number): readonly [first: number, pages: number] {
  const base = vpn - (vpn % REGION_PAGES);
  const first = Math.max(base, slot.vpn);
  return [first, Math.min(base + REGION_PAGES, slot.vpnEnd) - first];
}

function collapse(m: Machine, slot: Slot, gfn: Gfn): void {
  const vpn = asVpn(gfn + slot.shift);
  if (isHugetlb(slot) || !mayBeHuge(m, slot, vpn) || !m.pageTable.collapse(vpn, slot)) return;
  const place = regionAt(slot, vpn);
  const pfn = m.frames.of(place.gfn);
  m.emit({ seq: m.nextSeq(), type: 'mapping-collapsed', ...place, level: LEVEL_2M, cause: 'other-thread', pfn, copied: false });
}
