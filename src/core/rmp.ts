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
import type { Layout } from './layout.js';
import type { RmpEntry } from './outcome.js';
import { type PageState, pageStateOf } from './page-state.js';
import { ASSIGNED, FOREIGN, IMMUTABLE, RegionBits, VALIDATED, VMSA } from './region-bits.js';
import { RegionLedger } from './region-ledger.js';
import { initialChunkOf } from './rmp-initial.js';
import { NO_OWNER, type Owner, OWNER_BYTES, ownerBytes, ownerFrom, RmpOwners } from './rmp-owners.js';

export class Rmp {
  readonly ledger = new RegionLedger();
  /** Counts every change of an entry or of the direct map: tells a store whether anything moved between two faults. */
  version = 0;
  private readonly frames: Frames;
  private readonly covered: number;
  private readonly bits: RegionBits;
  private readonly owners: RmpOwners;
  private readonly counts = new Map<PageState, number>();
  private readonly followers: Doubts['D5'];
  private readonly holes: DirectMapHoles;

  /** Initially private regions have the direct map as their RMPUPDATE would have left it. */
  constructor(layout: Layout, frames: Frames, asid: number, facts: GenerationFacts, followers: Doubts['D5']) {
    this.frames = frames;
    this.covered = layout.covered;
    this.owners = new RmpOwners(layout, asid);
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
  /** An unassigned 2M entry, which doubt G10 allows, is none to be smashed or given back. */
  isHugeAssigned(pfn: number): boolean {
    return this.bits.isHuge(pfn) && this.bits.isAssigned(pfn);
  }

  isImmutable(pfn: number): boolean {
    return (this.bits.at(pfn) & IMMUTABLE) !== 0;
  }

  isDirectMapSplit(pfn: number): boolean {
    return this.bits.isDirectMapSplit(pfn);
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
    if (!(bits & FOREIGN)) return this.owners.native(pfn, bits);
    if (!this.bits.isHuge(pfn)) return this.owners.foreign(pfn);
    const base = this.owners.foreign(pfn - (pfn & 511));
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
    this.bits.setHuge(base, this.owners.keep(base, bits, owner));
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
        this.bits.setPage(base + i, this.owners.keep(base + i, bits & ~FOREIGN, { ...owner, gfn: owner.gfn + i }));
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
    const next = this.owners.keep(pfn, bits, owner);
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
    return stateOf(bits, this.owners.foreign(this.bits.isHuge(pfn) ? pfn - (pfn & 511) : pfn));
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
        const owner = foreign ?? this.owners.native(page, bits);
        if (huge) this.setHuge(page, bits & ~FOREIGN, owner);
        else this.setPage(page, bits & ~FOREIGN, owner);
      }
    }
    this.holes.load(region, odd);
  }
}

/** First byte of the canonical form. */
const DIRECT_MAP_IS_SPLIT = 1;
const DIRECT_MAP_IS_ODD = 2;
const ALL_BITS = ASSIGNED | IMMUTABLE | VMSA | VALIDATED | FOREIGN;

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
