/**
 * The VMAs of the VMM: which parts of the memslots are mapped at all, how they are protected and what madvise said of huge pages.
 *
 * One VMA for each memslot at first. They are kept sorted and merged, so that equal mappings have equal lists.
 */
import { asVpn, type Vpn } from './address.js';
import type { Layout, Slot } from './layout.js';

export type Protection = 'read-write' | 'read-only';
/** `hugepage`: MADV_HUGEPAGE; `nohugepage`: MADV_NOHUGEPAGE, how memory of the 4k backing starts; `default`: neither. */
export type HugeAdvice = 'default' | 'hugepage' | 'nohugepage';

export interface VmArea {
  /** Virtual pages [vpn, end). */
  readonly vpn: Vpn;
  readonly end: number;
  readonly slot: Slot;
  readonly protection: Protection;
  readonly advice: HugeAdvice;
}

export class Vmas {
  private areas: readonly VmArea[];
  private readonly initial: readonly VmArea[];
  private readonly layout: Layout;
  private last: VmArea | null = null;
  private changedRecently = false;
  /** Some VMA is read-only: stores have to ask. */
  anyReadOnly = false;

  constructor(layout: Layout) {
    this.layout = layout;
    this.initial = layout.slots.map((slot) => ({
      vpn: slot.vpn,
      end: slot.vpnEnd,
      slot,
      protection: 'read-write',
      advice: this.firstAdvice(slot),
    }));
    this.areas = this.initial;
  }

  all(): readonly VmArea[] {
    return this.areas;
  }

  /** As after creation. */
  get isInitial(): boolean {
    return this.areas === this.initial;
  }

  /** What a mapping of the memslot is advised before anybody advises it. */
  firstAdvice(slot: Slot): HugeAdvice {
    return slot.backing === '4k' ? 'nohugepage' : 'default';
  }

  at(vpn: number): VmArea | null {
    const { last } = this;
    if (last !== null && vpn >= last.vpn && vpn < last.end) return last;
    let low = 0;
    let high = this.areas.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.areas[middle].end <= vpn) low = middle + 1;
      else high = middle;
    }
    const found = this.areas.at(low);
    if (found === undefined || vpn < found.vpn) return null;
    this.last = found;
    return found;
  }

  isReadOnly(vpn: number): boolean {
    return this.anyReadOnly && this.at(vpn)?.protection === 'read-only';
  }

  /** The parts of VMAs in [from, to), ascending. */
  within(from: number, to: number): readonly VmArea[] {
    return this.areas
      .filter((area) => area.vpn < to && area.end > from)
      .map((area) => ({ ...area, vpn: asVpn(Math.max(area.vpn, from)), end: Math.min(area.end, to) }));
  }

  /** The list with [from, to) taken out and `parts` put in their place. */
  replaced(from: number, to: number, parts: readonly VmArea[]): readonly VmArea[] {
    const kept = this.areas.flatMap((area): VmArea[] => {
      const before = { ...area, end: Math.min(area.end, from) };
      const after = { ...area, vpn: asVpn(Math.max(area.vpn, to)) };
      return [before, after].filter((part) => part.vpn < part.end);
    });
    const sorted = [...kept, ...parts].toSorted((a, b) => a.vpn - b.vpn);
    const merged: VmArea[] = [];
    for (const area of sorted) {
      const previous = merged.at(-1);
      if (previous !== undefined && previous.end === area.vpn && alike(previous, area))
        merged[merged.length - 1] = { ...previous, end: area.end };
      else merged.push(area);
    }
    return merged;
  }

  commit(areas: readonly VmArea[]): void {
    const asAtFirst = areas.length === this.initial.length && areas.every((area, i) => sameArea(area, this.initial[i]));
    this.areas = asAtFirst ? this.initial : areas;
    this.last = null;
    this.changedRecently = true;
    this.anyReadOnly = areas.some(({ protection }) => protection === 'read-only');
  }

  /** From now on `takeRecent` tells whether anything changed. */
  trackRecent(): void {
    this.changedRecently = false;
  }

  takeRecent(): boolean {
    const changed = this.changedRecently;
    this.changedRecently = false;
    return changed;
  }

  /** Numbers of the memslots whose VMAs are not as after creation. */
  changedSlots(): readonly number[] {
    return this.isInitial ? [] : this.layout.slots.flatMap(({ number }) => (this.canonical(number) === null ? [] : [number]));
  }

  /** The VMAs of a memslot: first page, end, and what they are, 9 bytes each; null where it is as after creation. */
  canonical(memslot: number): Uint8Array | null {
    const areas = this.areas.filter(({ slot }) => slot.number === memslot);
    const [first] = this.initial.filter(({ slot }) => slot.number === memslot);
    if (areas.length === 1 && first !== undefined && sameArea(areas[0], first)) return null;
    const bytes = new Uint8Array(areas.length * AREA_BYTES);
    const view = new DataView(bytes.buffer);
    for (const [i, area] of areas.entries()) {
      view.setUint32(i * AREA_BYTES, area.vpn - area.slot.vpn, true);
      view.setUint32(i * AREA_BYTES + 4, area.end - area.slot.vpn, true);
      view.setUint8(i * AREA_BYTES + 8, PROTECTIONS.indexOf(area.protection) + ADVICE.indexOf(area.advice) * PROTECTIONS.length);
    }
    return bytes;
  }

  /** Takes back what `canonical` gave. Throws RangeError on what it cannot have given. */
  load(memslot: number, form: Uint8Array | null): void {
    const slot = this.layout.slots.find(({ number }) => number === memslot);
    if (slot === undefined || (form !== null && form.length % AREA_BYTES !== 0)) throw new RangeError(`no VMAs of memslot ${memslot}`);
    const areas = form === null ? this.initial.filter((area) => area.slot === slot) : areasFrom(slot, form);
    this.commit(this.replaced(slot.vpn, slot.vpnEnd, areas));
  }
}

const AREA_BYTES = 9;
const PROTECTIONS: readonly Protection[] = ['read-write', 'read-only'];
const ADVICE: readonly HugeAdvice[] = ['default', 'hugepage', 'nohugepage'];

function areasFrom(slot: Slot, form: Uint8Array): VmArea[] {
  const view = new DataView(form.buffer, form.byteOffset, form.byteLength);
  const areas: VmArea[] = [];
  for (let at = 0; at < form.length; at += AREA_BYTES) {
    const vpn = slot.vpn + view.getUint32(at, true);
    const end = slot.vpn + view.getUint32(at + 4, true);
    const what = view.getUint8(at + 8);
    const advice = ADVICE.at(Math.floor(what / PROTECTIONS.length));
    if (advice === undefined || vpn >= end || end > slot.vpnEnd || vpn < (areas.at(-1)?.end ?? slot.vpn)) throw new RangeError('no VMA');
    areas.push({ vpn: asVpn(vpn), end, slot, protection: PROTECTIONS[what % PROTECTIONS.length], advice });
  }
  return areas;
}

function alike(a: VmArea, b: VmArea): boolean {
  return a.slot === b.slot && a.protection === b.protection && a.advice === b.advice;
}

function sameArea(a: VmArea, b: VmArea): boolean {
  return a.vpn === b.vpn && a.end === b.end && alike(a, b);
}
