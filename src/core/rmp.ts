/**
 * The Reverse Map Table: an entry for each frame, read and stored. The instructions decide (instructions.ts); here nothing is refused.
 *
 * An entry is one byte of bits as long as its owner is the layout's: this VM's ASID at the frame's own gpa, all permissions at
 * VMPL0 and none below. Any other entry has FOREIGN set and its owner in a hash. Assigned=0 owns nothing.
 */
import { GIB_PAGES, type Pfn, REGION_PAGES } from './address.js';
import { DirectMapHoles, ODD_BYTES } from './direct-map-holes.js';
import type { Doubts } from './doubts.js';
import { assert } from './error.js';
import type { Frames } from './frames.js';
import type { GenerationFacts } from './generations/facts.js';
import { initialRmpOf, type Layout } from './layout.js';
import type { RmpEntry } from './outcome.js';
import { PageHash } from './page-hash.js';
import { type PageState, pageStateOf } from './page-state.js';
import { ASSIGNED, FOREIGN, IMMUTABLE, type InitialChunk, type InitialRegion, RegionBits, VALIDATED, VMSA } from './region-bits.js';
import { RegionLedger } from './region-ledger.js';

/** All permissions at VMPL0, none at the others: what an entry has after an RMPUPDATE to a guest (APM2 15.36.5). */
export const VMPL0_ALL = 0x1f;
/** What initialState private leaves. */
const INITIAL_PRIVATE = ASSIGNED | VALIDATED;
const HIGH_WORD = 2 ** 32;

/** Owner of an entry: what it says beside its bits. */
export interface Owner {
  readonly gfn: number;
  readonly asid: number;
  readonly vmpl: number;
}
export const NO_OWNER: Owner = { gfn: 0, asid: 0, vmpl: 0 };

export class Rmp {
  readonly ledger = new RegionLedger();
  /** Counts every change of an entry or of the direct map: tells a store whether anything moved between two faults. */
  version = 0;
  private readonly layout: Layout;
  private readonly frames: Frames;
  private readonly covered: number;
  private readonly asid: number;
  private readonly bits: RegionBits;
  private readonly owners = new PageHash(3);
  private readonly counts = new Map<PageState, number>();
  private readonly followers: Doubts['D5'];
  private readonly holes: DirectMapHoles;

  /** Initially private regions have the direct map as their RMPUPDATE would have left it. */
  constructor(layout: Layout, frames: Frames, asid: number, facts: GenerationFacts, followers: Doubts['D5']) {
    this.layout = layout;
    this.frames = frames;
    this.covered = layout.covered;
    this.asid = asid;
    this.followers = followers;
    this.bits = new RegionBits((gib) => initialChunkOf(layout, gib, facts));
    this.holes = new DirectMapHoles(facts.directMap === 'removed', (pfn) => this.bits.isAssigned(pfn));
    this.counts.set(
      'guest-valid',
      layout.slots.reduce((sum, s) => sum + (s.initialState === 'private' ? s.pages : 0), 0),
    );
    this.counts.set('default', layout.uncoveredPages());
  }

  /** Bytes that it holds for memory that was touched. */
  get bytes(): number {
    return this.bits.bytes + this.owners.bytes + this.ledger.bytes;
  }

  // --- reading -------------------------------------------------------------------------------------------------------------

  /** Assigned 4K pages of the 2 MiB region of this frame, 0 to 512. The 2M check of a host write is this number. */
  assignedAround(pfn: number): number {
    return this.bits.assignedAround(pfn);
  }

  /** Whether the page's own entry has Assigned set; the followers of a 2M entry do. */
  isAssigned(pfn: number): boolean {
    return this.bits.isAssigned(pfn);
  }

  /** The region is one 2M entry. */
  isHuge(pfn: number): boolean {
    return this.bits.isHuge(pfn);
  }

  /** Only the firmware may change the effective entry. */
  isImmutable(pfn: number): boolean {
    return (this.bits.at(pfn) & IMMUTABLE) !== 0;
  }

  isDirectMapSplit(pfn: number): boolean {
    return this.bits.isDirectMapSplit(pfn);
  }

  /** Whether the firmware alone may change an entry of the region: a 2M RMPUPDATE must not pass over one that is not assigned either. */
  hasImmutable(base: number): boolean {
    const uniform = this.bits.uniformAt(base);
    if (uniform !== null) return (uniform & IMMUTABLE) !== 0;
    for (let i = 0; i < REGION_PAGES; i++) if (this.bits.at(base + i) & IMMUTABLE) return true;
    return false;
  }

  /** The direct map's leaf over the frame is not present. */
  isDirectMapAbsent(pfn: number): boolean {
    return this.holes.has(pfn);
  }

  /** The effective bits of a page: those of the 2M entry where there is one. */
  bitsAt(pfn: number): number {
    return this.bits.at(pfn) & ~FOREIGN;
  }

  /** The effective owner: a follower of a 2M entry has the base's gpa plus its index. */
  ownerAt(pfn: number): Owner {
    const bits = this.bits.at(pfn);
    if (!(bits & FOREIGN)) return bits & ASSIGNED ? { gfn: this.layout.gfnBehind(pfn), asid: this.asid, vmpl: VMPL0_ALL } : NO_OWNER;
    if (!this.bits.isHuge(pfn)) return this.foreignOwner(pfn);
    const base = this.foreignOwner(pfn - (pfn & 511));
    return { ...base, gfn: base.gfn + (pfn & 511) };
  }

  /** The entry as a look-up reads it: own fields, the base's level, the effective state. */
  entryAt(pfn: Pfn): RmpEntry {
    const bits = this.bits.at(pfn);
    const huge = this.bits.isHuge(pfn);
    const isBase = (pfn & 511) === 0;
    const state = this.stateOfStored(pfn, bits);
    const level = huge ? 2 : 1;
    const assigned = (bits & ASSIGNED) !== 0;
    // Followers of a 2M entry hold Assigned and nothing else, or what the base says (hardware.md 1.5, doubt D5).
    const bare = huge && !isBase && this.followers === 'assigned-only';
    const own = bare ? bits & ASSIGNED : bits;
    const owner = bare ? NO_OWNER : this.ownerAt(pfn);
    return {
      pfn,
      assigned,
      pageSize: huge && isBase ? 2 : 1,
      level,
      immutable: (own & IMMUTABLE) !== 0,
      gfn: owner.gfn,
      asid: owner.asid,
      vmsa: (own & VMSA) !== 0,
      validated: (own & VALIDATED) !== 0,
      vmpl: owner.vmpl,
      subPageCount: isBase && !huge ? this.bits.assignedAround(pfn) - (assigned ? 1 : 0) : 0,
      state,
    };
  }

  /** Adds the assigned 4K pages of the region to the counts of their ASIDs; a page of the host or the firmware has none. */
  addPagesByAsid(base: number, counts: Map<number, number>): void {
    if (this.bits.assignedAround(base) === 0) return;
    const add = (asid: number, pages: number): void => {
      if (asid > 0) counts.set(asid, (counts.get(asid) ?? 0) + pages);
    };
    if (this.bits.uniformAt(base) !== null) return add(this.ownerAt(base).asid, REGION_PAGES);
    for (let pfn = base; pfn < base + REGION_PAGES; pfn++) if (this.bits.isAssigned(pfn)) add(this.ownerAt(pfn).asid, 1);
  }

  stateAt(pfn: number): PageState {
    return this.stateOfStored(pfn, this.bits.at(pfn));
  }

  /** The state of all 512 pages of the region, or null where they are stored page by page. */
  uniformStateAt(pfn: number): PageState | null {
    const bits = this.bits.uniformAt(pfn);
    return bits === null ? null : this.stateOfStored(pfn, bits);
  }

  /** First frames of the regions that have an assigned page, ascending. */
  assignedRegions(frames: number): Iterable<number> {
    return this.bits.assignedRegions(frames / GIB_PAGES);
  }

  /** Whether any effective entry of the region has one of these bits. */
  anyInRegion(base: number, bits: number): boolean {
    const uniform = this.bits.uniformAt(base);
    if (uniform !== null) return (uniform & bits) !== 0;
    for (let i = 0; i < REGION_PAGES; i++) if (this.bits.at(base + i) & bits) return true;
    return false;
  }

  isUntouchedGib(gib: number): boolean {
    return this.bits.isUntouchedGib(gib);
  }

  /** Guest pages by the state of their frame, hypervisor-owned ones left out. */
  pagesByState(): ReadonlyMap<PageState, number> {
    return this.counts;
  }

  // --- writing -------------------------------------------------------------------------------------------------------------

  splitDirectMap(pfn: number): void {
    this.bits.setDirectMapSplit(pfn);
    this.changed(pfn);
  }

  /** Takes pages of one region out of the direct map, or puts them back. */
  setDirectMapAbsent(pfn: number, pages: number, absent: boolean): void {
    if (this.holes.set(pfn, pages, absent)) this.changed(pfn);
  }

  /** Makes the region one 2M entry. */
  setHuge(base: number, bits: number, owner: Owner): void {
    this.holes.keep(base, REGION_PAGES, (bits & ASSIGNED) !== 0);
    this.countRegion(base, -1);
    this.forgetOwners(base);
    this.bits.setHuge(base, this.withOwner(base, bits, owner));
    this.countRegion(base, 1);
    this.changed(base);
  }

  /** Makes the region 512 unassigned entries of zeroes. */
  setZero(base: number): void {
    this.holes.keep(base, REGION_PAGES, false);
    this.countRegion(base, -1);
    this.forgetOwners(base);
    this.bits.setUniform(base, 0);
    this.changed(base);
  }

  /** One 2M entry becomes 512 4K entries with the same bits and following gpas (APM2 15.36.11). */
  smash(base: number): void {
    assert(this.bits.isHuge(base), 'only a 2M entry can be smashed');
    const bits = this.bits.at(base);
    const owner = this.ownerAt(base);
    if (bits & FOREIGN) {
      this.owners.remove(base);
      this.bits.setUniform(base, 0);
      for (let i = 0; i < REGION_PAGES; i++) {
        this.bits.setPage(base + i, this.withOwner(base + i, bits & ~FOREIGN, { ...owner, gfn: owner.gfn + i }));
      }
    } else {
      this.bits.setUniform(base, bits);
    }
    this.changed(base);
  }

  /** Writes one 4K entry; the region is not one 2M entry. */
  setPage(pfn: number, bits: number, owner: Owner): void {
    this.holes.keep(pfn, 1, (bits & ASSIGNED) !== 0);
    const old = this.bits.at(pfn);
    const before = this.stateOfStored(pfn, old);
    if (old & FOREIGN) this.owners.remove(pfn);
    const next = this.withOwner(pfn, bits, owner);
    this.bits.setPage(pfn, next);
    const after = this.stateOfStored(pfn, next);
    if (after !== before && this.frames.gfnOf(pfn) !== null) {
      this.count(before, -1);
      this.count(after, 1);
    }
    this.changed(pfn);
  }

  /** Changes the bits of the effective entry and keeps its owner: the whole region where that is one 2M entry. */
  setBits(pfn: number, bits: number): void {
    const base = this.bits.isHuge(pfn) ? pfn - (pfn & 511) : null;
    if (base === null) this.setPage(pfn, bits, this.ownerAt(pfn));
    else this.setHuge(base, bits, this.ownerAt(base));
  }

  // --- owners --------------------------------------------------------------------------------------------------------------

  /** Bits as stored: FOREIGN where the owner is not what the layout gives, which then goes into the hash. */
  private withOwner(pfn: number, bits: number, owner: Owner): number {
    const expected =
      bits & ASSIGNED
        ? owner.asid === this.asid && owner.gfn === this.layout.gfnBehind(pfn) && owner.vmpl === VMPL0_ALL
        : owner.asid === 0 && owner.gfn === 0 && owner.vmpl === 0;
    if (expected) return bits;
    this.owners.put(pfn, owner.gfn % HIGH_WORD, Math.floor(owner.gfn / HIGH_WORD) | (owner.asid << 8), owner.vmpl);
    return bits | FOREIGN;
  }

  private foreignOwner(pfn: number): Owner {
    const slot = this.owners.find(pfn);
    assert(slot >= 0, 'a foreign entry has its owner');
    const packed = this.owners.word(slot, 1);
    return { gfn: this.owners.word(slot, 0) + (packed & 0xff) * HIGH_WORD, asid: packed >>> 8, vmpl: this.owners.word(slot, 2) };
  }

  private forgetOwners(base: number): void {
    const uniform = this.bits.uniformAt(base);
    if (uniform !== null && !(uniform & FOREIGN)) return;
    for (let i = 0; i < REGION_PAGES; i++) this.owners.remove(base + i);
  }

  private changed(pfn: number): void {
    this.version += 1;
    this.ledger.touch(pfn >>> 9);
  }

  // --- counts by state -----------------------------------------------------------------------------------------------------

  private countRegion(base: number, step: 1 | -1): void {
    const uniform = this.uniformStateAt(base);
    if (uniform !== null) {
      this.count(uniform, step * this.frames.ownedIn(base));
      return;
    }
    for (let i = 0; i < REGION_PAGES; i++) {
      if (this.frames.gfnOf(base + i) !== null) this.count(this.stateAt(base + i), step);
    }
  }

  /** A guest page has taken the frame, or has left it. */
  countFrame(pfn: number, step: 1 | -1): void {
    this.count(this.stateAt(pfn), step);
  }

  private count(state: PageState, step: number): void {
    if (state !== 'hypervisor') this.counts.set(state, (this.counts.get(state) ?? 0) + step);
  }

  /** State from bits as stored; without FOREIGN it is in a table. All pages of a 2M entry have the state of its base. */
  private stateOfStored(pfn: number, bits: number): PageState {
    if (pfn >= this.covered) return 'default';
    if (!(bits & FOREIGN)) return NATIVE_STATES[bits];
    return stateOf(bits, this.foreignOwner(this.bits.isHuge(pfn) ? pfn - (pfn & 511) : pfn));
  }

  // --- canonical form ------------------------------------------------------------------------------------------------------

  /**
   * The region in a form that does not depend on how it is stored: direct map (1: split, 2: pages named that are odd in it), size, those pages'
   * bits, then runs of like entries.
   */
  canonical(region: number): Uint8Array {
    const base = region * REGION_PAGES;
    const odd = this.holes.canonical(region);
    const out = [
      (this.bits.isDirectMapSplit(base) ? DIRECT_MAP_IS_SPLIT : 0) | (odd === null ? 0 : DIRECT_MAP_IS_ODD),
      Number(this.bits.isHuge(base)),
      ...(odd ?? []),
    ];
    const pages = this.bits.isHuge(base) ? 1 : REGION_PAGES;
    for (let i = 0; i < pages; ) {
      const bits = this.bits.at(base + i);
      let end = i + 1;
      if (bits & FOREIGN) {
        out.push(bits, 1, 0, ...ownerBytes(this.ownerAt(base + i)));
      } else {
        if (this.bits.uniformAt(base) !== null) end = pages;
        while (end < pages && this.bits.at(base + end) === bits) end += 1;
        out.push(bits, (end - i) & 0xff, (end - i) >>> 8);
      }
      i = end;
    }
    return Uint8Array.from(out);
  }

  /** Takes back what `canonical` gave. Throws RangeError on what it cannot have given. */
  load(region: number, form: Uint8Array): void {
    const base = region * REGION_PAGES;
    const [directMap, huge] = form;
    const last = base + (huge ? 1 : REGION_PAGES);
    if (base < 0 || last > this.frames.covered || directMap > (DIRECT_MAP_IS_SPLIT | DIRECT_MAP_IS_ODD) || huge > 1)
      throw new RangeError(`no form of region ${region} of the RMP`);
    if (directMap & DIRECT_MAP_IS_SPLIT) this.splitDirectMap(base);
    if (!huge) this.setZero(base);
    const odd = directMap & DIRECT_MAP_IS_ODD ? form.subarray(2, 2 + ODD_BYTES) : null;
    for (let at = 2 + (odd?.length ?? 0), page = base; at < form.length; ) {
      const bits = form[at];
      const length = form[at + 1] + form[at + 2] * 256;
      at += 3;
      if (bits > ALL_BITS || !(length >= 1) || page + length > last)
        throw new RangeError(`no run of entries in region ${region} of the RMP`);
      const foreign = bits & FOREIGN ? ownerFrom(form.subarray(at, at + OWNER_BYTES)) : null;
      if (foreign !== null) at += OWNER_BYTES;
      for (const end = page + length; page < end; page++) {
        const owner = foreign ?? (bits & ASSIGNED ? { gfn: this.layout.gfnBehind(page), asid: this.asid, vmpl: VMPL0_ALL } : NO_OWNER);
        if (huge) this.setHuge(page, bits & ~FOREIGN, owner);
        else this.setPage(page, bits & ~FOREIGN, owner);
      }
    }
    this.holes.load(region, odd);
  }
}

const OWNER_BYTES = 14;
/** First byte of the canonical form. */
const DIRECT_MAP_IS_SPLIT = 1;
const DIRECT_MAP_IS_ODD = 2;
const ALL_BITS = ASSIGNED | IMMUTABLE | VMSA | VALIDATED | FOREIGN;

function ownerBytes(owner: Owner): Uint8Array {
  const view = new DataView(new ArrayBuffer(OWNER_BYTES));
  view.setBigUint64(0, BigInt(owner.gfn), true);
  view.setUint16(8, owner.asid, true);
  view.setUint32(10, owner.vmpl, true);
  return new Uint8Array(view.buffer);
}

function ownerFrom(bytes: Uint8Array): Owner {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { gfn: Number(view.getBigUint64(0, true)), asid: view.getUint16(8, true), vmpl: view.getUint32(10, true) };
}

/** Whether the RMPUPDATEs that made a region so have split the direct map over it. */
const SPLIT_BY_CREATION: Readonly<Record<GenerationFacts['directMap'], (start: InitialRegion) => boolean>> = {
  'split-always': () => true,
  removed: () => true,
  'split-if-4k': (start) => start.form !== 'huge',
  untouched: () => false,
};

function initialChunkOf(layout: Layout, gib: number, facts: GenerationFacts): InitialChunk | null {
  const first = gib * GIB_PAGES;
  // GiBs are either of the one kind of frames or of the other: privateBase is aligned.
  if (!layout.slotsTouching(layout.gfnBehind(first), GIB_PAGES).some((slot) => slot.initialState === 'private')) return null;
  return {
    directMapSplit: SPLIT_BY_CREATION[facts.directMap],
    region(index) {
      const base = first + index * REGION_PAGES;
      const initial = initialRmpOf(layout, base, facts.privatePages ?? '4K');
      if (initial.form === 'shared') return null;
      if (initial.form !== 'pages') return { form: initial.form, bits: INITIAL_PRIVATE };
      return { form: 'pages', bits: (page) => (initial.covers(base + page) ? INITIAL_PRIVATE : 0) };
    },
  };
}

/** States of the 16 entries whose owner is the layout's, by bits. */
const NATIVE_STATES: readonly PageState[] = Array.from({ length: 16 }, (_, bits) =>
  stateOf(bits, { gfn: 1, asid: bits & ASSIGNED, vmpl: 0 }),
);

function stateOf(bits: number, owner: Owner): PageState {
  return pageStateOf({
    assigned: (bits & ASSIGNED) !== 0,
    validated: (bits & VALIDATED) !== 0,
    immutable: (bits & IMMUTABLE) !== 0,
    vmsa: (bits & VMSA) !== 0,
    asid: owner.asid,
    gfn: owner.gfn,
  });
}
