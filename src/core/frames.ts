/**
 * Which frame each guest page has, and which frames the host has left.
 *
 * Every guest page has one frame at any time, mapped or not: FRAME_BASE + gfn until something gives it another, as a copy by khugepaged, a
 * migration, a swap-in, or a page that is dropped while something still holds it. Where private memory has pages of its own, its frames lie
 * behind all others, belong to their guest pages for good, and are never free. A frame is free where no guest page has it, no pin
 * holds it and the RMP has it unassigned: that alone decides which one comes next, always the lowest, so no list of free frames is kept.
 */
import { asGfn, asPfn, type Gfn, GIB_PAGES, type Pfn, REGION_PAGES, REGIONS_PER_GIB } from './address.js';
import { FRAME_BASE, FREE_FRAMES_BASE } from './config.js';
import type { Layout } from './layout.js';
import { PageMap } from './page-map.js';
import { RegionLedger } from './region-ledger.js';

/** Of a held frame in two collections, about. */
const HELD_BYTES = 96;

/** What frames need to know of the RMP. */
export interface FrameStates {
  isAssigned(pfn: number): boolean;
  assignedAround(pfn: number): number;
  /** Takes a frame into the counts by state, or out of them. */
  countFrame(pfn: number, step: 1 | -1): void;
}

export class Frames {
  /** By region of guest pages. */
  readonly ledger = new RegionLedger();
  private readonly layout: Layout;
  private readonly frameOf: PageMap;
  private readonly ownerOf: PageMap;
  /** Frames that a pin holds though their guest page has another: that page. */
  private readonly held = new Map<number, number>();
  /** The same frames by region of guest pages. */
  private readonly heldBy = new Map<number, Set<number>>();
  /** No free frame lies below. */
  private lowestFree = FREE_FRAMES_BASE;
  /** No free 2M block lies below. */
  private lowestBlock = FREE_FRAMES_BASE;
  private allDefault = true;
  private readonly touchedGibs = new Set<number>();
  private states: FrameStates | null = null;

  constructor(layout: Layout) {
    this.layout = layout;
    this.frameOf = new PageMap((gfn) => FRAME_BASE + gfn);
    this.ownerOf = new PageMap((pfn) => layout.gfnOfPfn(pfn) ?? -1);
  }

  connect(states: FrameStates): void {
    this.states = states;
  }

  /** Frames below this are RAM and covered by the RMP. */
  get covered(): number {
    return this.layout.frames;
  }

  /** Bytes that it holds for pages that have other frames than at first, about. */
  get bytes(): number {
    return this.frameOf.bytes + this.ownerOf.bytes + this.held.size * HELD_BYTES + this.ledger.bytes;
  }

  /** No page of the guest's GiB ever had another frame. */
  isUntouchedGib(gfn: number): boolean {
    return !this.touchedGibs.has(Math.floor(gfn / GIB_PAGES));
  }

  // --- reading -------------------------------------------------------------------------------------------------------------

  of(gfn: number): Pfn {
    return asPfn(this.allDefault ? FRAME_BASE + gfn : this.frameOf.get(gfn));
  }

  /** The frame that the guest uses for its private page: in private memory of its own, or the one that the page has. */
  privateOf(gfn: number): Pfn {
    return this.layout.privateBacking === 'separate' ? this.layout.privateFrameOf(gfn) : this.of(gfn);
  }

  /** The guest page that has the frame, be it for its private page, or null. */
  gfnOf(pfn: number): Gfn | null {
    if (this.allDefault) return this.layout.gfnOfPfn(pfn);
    const gfn = this.ownerOf.get(pfn);
    return gfn < 0 ? null : asGfn(gfn);
  }

  /** Whether the 512 guest pages from an aligned one have a 2M frame. */
  isBlock(gfnBase: number): boolean {
    if (this.allDefault) return true;
    const first = this.frameOf.runOf(gfnBase / REGION_PAGES);
    return first !== null && first % REGION_PAGES === 0;
  }

  /** The page's frame follows that of the page before, in the same 2M of frames: both can be in one event. */
  continues(gfn: number): boolean {
    const pfn = this.of(gfn);
    return pfn % REGION_PAGES !== 0 && this.of(gfn - 1) + 1 === pfn;
  }

  /** Frames of the region that guest pages have. */
  ownedIn(base: number): number {
    if (this.allDefault || !this.ownerOf.isTouched(base / REGION_PAGES)) {
      const gfn = this.layout.gfnBehind(base);
      const slot = this.layout.slotAtGfn(gfn);
      if (slot !== null && gfn + REGION_PAGES <= slot.gfnEnd) return REGION_PAGES;
    }
    let owned = 0;
    for (let i = 0; i < REGION_PAGES; i++) owned += Number(this.gfnOf(base + i) !== null);
    return owned;
  }

  /** Held frames of a region of guest pages, with the page that each belonged to; ascending. */
  heldOf(region: number): readonly (readonly [pfn: Pfn, gfn: Gfn])[] {
    const frames = [...(this.heldBy.get(region) ?? [])].sort((a, b) => a - b);
    return frames.map((pfn) => [asPfn(pfn), asGfn(this.held.get(pfn) ?? 0)]);
  }

  /** Regions of guest pages for which frames are held. */
  regionsHeld(): readonly number[] {
    return [...this.heldBy.keys()].sort((a, b) => a - b);
  }

  // --- free frames ---------------------------------------------------------------------------------------------------------

  /** The lowest free frame; null where the host has none left. Stays free until it is given to a page. */
  freeFrame(): Pfn | null {
    for (let pfn = this.lowestFree; pfn < this.layout.ordinaryFrames; pfn++) {
      const whole = this.ownedWholly(pfn);
      if (whole > 0) pfn += whole - 1;
      else if (this.isFree(pfn)) {
        this.lowestFree = pfn;
        return asPfn(pfn);
      }
    }
    this.lowestFree = this.layout.ordinaryFrames;
    return null;
  }

  /** The lowest 512 free frames that are aligned. */
  freeBlock(): Pfn | null {
    for (let base = this.lowestBlock; base < this.layout.ordinaryFrames; base += REGION_PAGES) {
      if (!this.isFreeBlock(base)) continue;
      this.lowestBlock = base;
      return asPfn(base);
    }
    this.lowestBlock = this.layout.ordinaryFrames;
    return null;
  }

  /** Whether the host has so many free frames. */
  hasFree(count: number): boolean {
    let found = 0;
    for (let pfn = this.lowestFree; pfn < this.layout.ordinaryFrames && found < count; pfn++) {
      const whole = this.ownedWholly(pfn);
      if (whole > 0) pfn += whole - 1;
      else found += Number(this.isFree(pfn));
    }
    return found >= count;
  }

  /** Pages to skip where a region begins that one memslot has by the layout; 0 elsewhere. */
  private ownedWholly(pfn: number): number {
    if (pfn % REGION_PAGES !== 0 || this.ownerOf.isTouched(pfn / REGION_PAGES)) return 0;
    return this.ownedIn(pfn) === REGION_PAGES ? REGION_PAGES : 0;
  }

  private isFree(pfn: number): boolean {
    return pfn >= FREE_FRAMES_BASE && this.gfnOf(pfn) === null && !this.held.has(pfn) && this.states?.isAssigned(pfn) !== true;
  }

  private isFreeBlock(base: number): boolean {
    if (this.states?.assignedAround(base) !== 0 || this.ownedIn(base) > 0) return false;
    for (let pfn = base; this.held.size > 0 && pfn < base + REGION_PAGES; pfn++) if (this.held.has(pfn)) return false;
    return true;
  }

  /** To be told when a frame may have become free in another way: un-assigned in the RMP. */
  mayBeFree(pfn: number): void {
    if (pfn < FREE_FRAMES_BASE || pfn >= this.layout.ordinaryFrames) return;
    this.lowestFree = Math.min(this.lowestFree, pfn);
    this.lowestBlock = Math.min(this.lowestBlock, pfn - (pfn % REGION_PAGES));
  }

  // --- writing -------------------------------------------------------------------------------------------------------------

  /** The guest page has another frame from now on; a pin may go on holding the old one. */
  move(gfn: number, pfn: number, old: 'released' | 'held'): void {
    const from = this.of(gfn);
    this.allDefault = false;
    if (this.ownerOf.get(from) === gfn) this.disown(from);
    if (old === 'held') this.hold(from, gfn);
    this.mayBeFree(from);
    this.own(pfn, gfn);
    this.frameOf.set(gfn, pfn);
    this.touch(Math.floor(gfn / REGION_PAGES));
  }

  /** The same for 512 guest pages and an aligned block, where both are whole. */
  moveBlock(gfnBase: number, block: number): void {
    const from = this.isBlock(gfnBase) ? this.of(gfnBase) : null;
    if (from === null) {
      for (let i = 0; i < REGION_PAGES; i++) this.move(gfnBase + i, block + i, 'released');
      this.frameOf.setRun(gfnBase / REGION_PAGES, block);
      return;
    }
    this.allDefault = false;
    this.countBlock(from, -1);
    this.ownerOf.setRun(from / REGION_PAGES, -1);
    this.mayBeFree(from);
    this.ownerOf.setRun(block / REGION_PAGES, gfnBase);
    this.frameOf.setRun(gfnBase / REGION_PAGES, block);
    this.countBlock(block, 1);
    this.touch(gfnBase / REGION_PAGES);
  }

  /** A pin lets go of a frame. */
  release(pfn: number): void {
    const gfn = this.held.get(pfn);
    if (gfn === undefined) return;
    const region = Math.floor(gfn / REGION_PAGES);
    const others = this.heldBy.get(region);
    others?.delete(pfn);
    if (others?.size === 0) this.heldBy.delete(region);
    this.held.delete(pfn);
    this.mayBeFree(pfn);
    this.touch(region);
  }

  private touch(region: number): void {
    this.ledger.touch(region);
    this.touchedGibs.add(Math.floor(region / REGIONS_PER_GIB));
  }

  private hold(pfn: number, gfn: number): void {
    const region = Math.floor(gfn / REGION_PAGES);
    const others = this.heldBy.get(region);
    if (others === undefined) this.heldBy.set(region, new Set([pfn]));
    else others.add(pfn);
    this.held.set(pfn, gfn);
  }

  private own(pfn: number, gfn: number): void {
    if (this.ownerOf.get(pfn) < 0) this.states?.countFrame(pfn, 1);
    this.ownerOf.set(pfn, gfn);
  }

  private disown(pfn: number): void {
    this.states?.countFrame(pfn, -1);
    this.ownerOf.set(pfn, -1);
  }

  private countBlock(base: number, step: 1 | -1): void {
    for (let i = 0; i < REGION_PAGES; i++) this.states?.countFrame(base + i, step);
  }

  // --- canonical form ------------------------------------------------------------------------------------------------------

  /** The frames of a region of guest pages and what is held for it; null where it is as after creation. */
  canonical(region: number): Uint8Array | null {
    const base = region * REGION_PAGES;
    const held = this.heldOf(region);
    const first = this.frameOf.runOf(region);
    if (first === FRAME_BASE + base && held.length === 0) return null;
    const frames = first === null ? Array.from({ length: REGION_PAGES }, (_, i) => this.frameOf.get(base + i)) : [first];
    const words = [frames.length, ...frames, ...held.flat()];
    return new Uint8Array(Uint32Array.from(words).buffer);
  }

  /** Takes back what `canonical` gave. Throws RangeError on what it cannot have given; `check` says whether all regions agree. */
  load(region: number, form: Uint8Array | null): void {
    const base = region * REGION_PAGES;
    const words = form === null ? [1, FRAME_BASE + base] : wordsOf(form);
    if (!this.isForm(base, words)) throw new RangeError(`no form of the frames of region ${region}`);
    for (const [pfn] of this.heldOf(region)) this.release(pfn);
    const [count] = words;
    for (let i = 0; i < REGION_PAGES; i++) {
      if (this.layout.slotAtGfn(base + i) === null) continue;
      const pfn = count === 1 ? words[1] + i : words[1 + i];
      if (this.of(base + i) !== pfn) this.move(base + i, pfn, 'released');
      else if (this.gfnOf(pfn) !== base + i) this.own(pfn, base + i);
    }
    for (let at = count + 1; at < words.length; at += 2) this.hold(words[at], words[at + 1]);
    this.touch(region);
  }

  private isForm(base: number, words: readonly number[]): boolean {
    const [count] = words;
    const held = words.slice(count + 1);
    if ((count !== 1 && count !== REGION_PAGES) || held.length % 2 !== 0 || words.length < count + 1) return false;
    if (this.layout.slotsTouching(base, REGION_PAGES).length === 0) return false;
    const last = count === 1 ? words[1] + REGION_PAGES - 1 : Math.max(...words.slice(1, count + 1));
    if (last >= this.layout.ordinaryFrames) return false;
    return held.every((word, i) => (i % 2 === 0 ? word < this.layout.ordinaryFrames : word >= base && word < base + REGION_PAGES));
  }

  /** Throws RangeError where two of the regions' pages have one frame, or a frame is held that a page has. */
  check(region: number): void {
    const base = region * REGION_PAGES;
    for (let gfn = base; gfn < base + REGION_PAGES; gfn++) {
      const pfn = this.of(gfn);
      if (this.layout.slotAtGfn(gfn) !== null && (this.gfnOf(pfn) !== gfn || this.held.has(pfn))) {
        throw new RangeError(`frame ${pfn} belongs to two guest pages`);
      }
    }
  }
}

function wordsOf(form: Uint8Array): readonly number[] {
  if (form.length % 4 !== 0) return [];
  const view = new DataView(form.buffer, form.byteOffset, form.byteLength);
  return Array.from({ length: form.length / 4 }, (_, i) => view.getUint32(i * 4, true));
}
