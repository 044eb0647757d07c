/**
 * The host page table of one VMM process, by 2 MiB region of virtual pages.
 *
 *     PGD (256 × 128 GiB) → PUD (512 × 1 GiB) → one word for each 2 MiB region
 *       NONE       the upper level is empty: a walk finds no leaf
 *       HUGE       one 2M leaf; HUGE_SWAP, HUGE_MIGRATION: the same, not present
 *       TABLE      512 4K leaves, all present: a split is this word alone
 *       EXPLICIT   512 4K leaves with a state each
 *       GIGANTIC   part of a 1G leaf, whose state is the GiB's
 *
 * Every leaf maps the layout's frame. An untouched GiB has no words: it is as registered, pinned guest memory is mapped.
 */
import { asPfn, asVpn, GIB_PAGES, type Level, LEVEL_1G, LEVEL_2M, LEVEL_4K, type Pfn, pagesAt, REGION_PAGES } from './address.js';
import { assert } from './error.js';
import type { GenerationFacts } from './generations/facts.js';
import type { Leaf } from './generations/generation.js';
import { fitsHuge, gfnAt, hugePagesOf, type Layout, pfnOf, type Slot } from './layout.js';
import { RegionLedger } from './region-ledger.js';

const NONE = 0;
const HUGE = 1;
const TABLE = 2;
const EXPLICIT = 3;
const HUGE_SWAP = 4;
const HUGE_MIGRATION = 5;
const GIGANTIC = 6;
const KIND_MASK = 15;
const KIND_BITS = 4;

/** State of one leaf: of a page in an explicit table, or of a 1G leaf. */
export const LEAF_NONE = 0;
export const LEAF_PRESENT = 1;
export const LEAF_SWAP = 2;
export const LEAF_MIGRATION = 3;
export type LeafState = 0 | 1 | 2 | 3;
export type Absence = 'swap' | 'migration';

const PGD_BITS = 9;
const PUD_ENTRIES = 512;

interface Gib {
  /** A word for each of 512 regions: kind, and for EXPLICIT the number of its table. */
  readonly words: Uint32Array;
  /** State of the 1G leaf; LEAF_NONE also where there is none. */
  gigantic: LeafState;
}

export type MappedPages = Record<'4K' | '2M' | '1G', number>;

export class PageTable {
  readonly ledger = new RegionLedger();
  /** Counts every change of a leaf. */
  version = 0;
  /** 4K pages mapped and present, by level. */
  readonly mapped: MappedPages;
  private readonly layout: Layout;
  /** Private pages are not the VMM's to map. */
  private readonly hidesPrivate: boolean;
  private readonly pgd: ((Gib | undefined)[] | undefined)[] = [];
  private readonly tables: Uint8Array[] = [];
  private readonly freeTables: number[] = [];

  constructor(layout: Layout, facts: GenerationFacts) {
    this.layout = layout;
    this.hidesPrivate = facts.conversionWritesRmp === 'at-conversion';
    this.mapped = { '4K': 0, '2M': 0, '1G': 0 };
    for (const slot of layout.slots) {
      if (this.startsUnmapped(slot)) continue;
      const huge = hugePagesOf(slot);
      if (slot.backing === 'hugetlb-1G') this.mapped['1G'] += slot.pages;
      else {
        this.mapped['2M'] += huge;
        this.mapped['4K'] += slot.pages - huge;
      }
    }
  }

  // --- reading -----------------------------------------------------------------------------------------------------------

  /**
   * Level of the present leaf that maps this page, or 0. The page lies in a VMA.
   *
   *      46    39 38   30 29   21 20   12 11      0
   *     |  PGD   |  PUD  |  PMD  |  PTE  |  offset |
   */
  presentLevel(vpn: number): 0 | Level {
    const gibNumber = Math.floor(vpn / GIB_PAGES);
    const inGib = vpn - gibNumber * GIB_PAGES;
    const gib = this.pgd[gibNumber >>> PGD_BITS]?.[gibNumber & (PUD_ENTRIES - 1)];
    if (gib === undefined) return this.initialLevel(vpn);
    const word = gib.words[inGib >>> 9];
    switch (word & KIND_MASK) {
      case HUGE:
        return LEVEL_2M;
      case TABLE:
        return LEVEL_4K;
      case EXPLICIT:
        return this.tables[word >>> KIND_BITS][inGib & 511] === LEAF_PRESENT ? LEVEL_4K : 0;
      case GIGANTIC:
        return gib.gigantic === LEAF_PRESENT ? LEVEL_1G : 0;
      default:
        return 0;
    }
  }

  /** The frame behind a page of a VMA, mapped at the moment or not. */
  frameOf(vpn: number, slot: Slot): Pfn {
    return pfnOf(gfnAt(slot, vpn));
  }

  /** Names the state of the leaf slot that maps the page: equal numbers, equal states. */
  leafKey(vpn: number, slot: Slot): number {
    return this.leafOf(vpn, slot);
  }

  /** The leaf slot of a page as lookup_address_in_mm finds it: null where an upper level is empty. The page lies in a VMA. */
  walk(vpn: number, slot: Slot): Leaf | null {
    const key = this.leafOf(vpn, slot);
    const kind = key >> 2;
    const state = key & 3;
    switch (kind) {
      case NONE:
        return null;
      case HUGE:
      case HUGE_SWAP:
      case HUGE_MIGRATION:
        return this.leaf(vpn, slot, LEVEL_2M, kind === HUGE);
      case GIGANTIC:
        return state === LEAF_NONE ? null : this.leaf(vpn, slot, LEVEL_1G, state === LEAF_PRESENT);
      default:
        return this.leaf(vpn, slot, LEVEL_4K, state === LEAF_PRESENT);
    }
  }

  private leaf(vpn: number, slot: Slot, level: Level, present: boolean): Leaf {
    const first = asVpn(vpn - (vpn % pagesAt(level)));
    return { level, pfn: present ? pfnOf(gfnAt(slot, first)) : asPfn(0), present };
  }

  /** Kind of the region's word and state of the page's leaf, as kind * 4 + state. */
  private leafOf(vpn: number, slot: Slot): number {
    const gib = this.gibOf(vpn);
    const inGib = vpn % GIB_PAGES;
    const word = gib === undefined ? this.initialWord(vpn - (vpn % REGION_PAGES), slot) : gib.words[inGib >>> 9];
    const kind = word & KIND_MASK;
    if (kind === EXPLICIT) return EXPLICIT * 4 + this.tables[word >>> KIND_BITS][inGib & 511];
    if (kind === GIGANTIC) return GIGANTIC * 4 + (gib === undefined ? this.initialGigantic(slot) : gib.gigantic);
    return kind * 4 + (kind === TABLE || kind === HUGE ? LEAF_PRESENT : LEAF_NONE);
  }

  /** All 512 pages of the region have a present 4K leaf. */
  isPlainTable(vpn: number, slot: Slot): boolean {
    return this.leafOf(vpn, slot) >> 2 === TABLE;
  }

  /** Nothing in the page's GiB was changed, and it is mapped alike throughout. */
  isUntouchedGib(vpn: number, slot: Slot): boolean {
    return this.gibOf(vpn) === undefined && vpn % GIB_PAGES === 0 && vpn >= slot.vpn && vpn + GIB_PAGES <= slot.vpnEnd;
  }

  // --- the changes of a leaf -----------------------------------------------------------------------------------------------

  /** A present 2M leaf becomes 512 4K ones of the same frames: __split_huge_pmd on anonymous memory. */
  splitHuge(vpn: number, slot: Slot): boolean {
    if (this.leafOf(vpn, slot) >> 2 !== HUGE) return false;
    this.setWord(vpn, slot, TABLE);
    return true;
  }

  /** Whatever backs it, the present huge leaf over the page becomes 4K ones, a 1G leaf at once. */
  splitWhole(vpn: number, slot: Slot): boolean {
    const key = this.leafOf(vpn, slot);
    if (key >> 2 === HUGE) return this.splitHuge(vpn, slot);
    if (key !== GIGANTIC * 4 + LEAF_PRESENT) return false;
    const first = vpn - (vpn % GIB_PAGES);
    for (let base = first; base < first + GIB_PAGES; base += REGION_PAGES) this.setWord(base, slot, TABLE);
    this.gibToWrite(vpn).gigantic = LEAF_NONE;
    return true;
  }

  /** A GiB of tables becomes the empty slot of a 1G leaf. */
  mergeGigantic(vpn: number, slot: Slot): boolean {
    if (this.leafOf(vpn, slot) >> 2 === GIGANTIC) return false;
    const first = vpn - (vpn % GIB_PAGES);
    this.gibToWrite(vpn).gigantic = LEAF_NONE;
    for (let base = first; base < first + GIB_PAGES; base += REGION_PAGES) this.setWord(base, slot, GIGANTIC);
    return true;
  }

  /** The upper level over the page becomes empty: the VMA's part of the 2 MiB region, or the 1G leaf. */
  clear(vpn: number, slot: Slot): boolean {
    const key = this.leafOf(vpn, slot);
    const kind = key >> 2;
    const state = key & 3;
    if (kind === NONE || (kind === GIGANTIC && state === LEAF_NONE)) return false;
    if (kind === GIGANTIC) this.setGigantic(vpn, slot, LEAF_NONE);
    else if (kind === HUGE || this.isAlone(vpn, slot)) this.setWord(vpn, slot, NONE);
    else this.clearOwnPages(vpn, slot);
    return true;
  }

  /** No other VMA has pages in the region. */
  private isAlone(vpn: number, slot: Slot): boolean {
    const base = vpn - (vpn % REGION_PAGES);
    return this.layout.slots.every((other) => other === slot || other.vpn >= base + REGION_PAGES || other.vpnEnd <= base);
  }

  /** A table that two VMAs share loses only the pages of one, and goes with the last of them. */
  private clearOwnPages(vpn: number, slot: Slot): void {
    const base = vpn - (vpn % REGION_PAGES);
    const end = Math.min(base + REGION_PAGES, slot.vpnEnd);
    for (let page = Math.max(base, slot.vpn); page < end; page++) this.setPage(page, slot, LEAF_NONE);
    const gib = this.gibToWrite(vpn);
    const word = gib.words[(vpn % GIB_PAGES) >>> 9];
    if (this.tables[word >>> KIND_BITS].every((state) => state === LEAF_NONE)) this.setWord(vpn, slot, NONE);
  }

  /** The page's own 4K leaf becomes empty; false where there is none, or it is empty already. */
  clearPage(vpn: number, slot: Slot): boolean {
    const key = this.leafOf(vpn, slot);
    const kind = key >> 2;
    if ((kind !== TABLE && kind !== EXPLICIT) || (key & 3) === LEAF_NONE) return false;
    this.setPage(vpn, slot, LEAF_NONE);
    return true;
  }

  /** The leaf that maps the page is there but not present: swapped out or under migration. */
  makeAbsent(vpn: number, slot: Slot, absence: Absence): boolean {
    const key = this.leafOf(vpn, slot);
    const kind = key >> 2;
    const state = key & 3;
    const leafState = absence === 'swap' ? LEAF_SWAP : LEAF_MIGRATION;
    switch (kind) {
      case HUGE:
        this.setWord(vpn, slot, absence === 'swap' ? HUGE_SWAP : HUGE_MIGRATION);
        return true;
      case GIGANTIC:
        if (state !== LEAF_PRESENT) return false;
        this.setGigantic(vpn, slot, leafState);
        return true;
      case TABLE:
      case EXPLICIT:
        if (state !== LEAF_PRESENT) return false;
        this.setPage(vpn, slot, leafState);
        return true;
      default:
        return false;
    }
  }

  /** What an ordinary fault does where nothing is present: the leaf that was there, or the largest that the backing gives. */
  restore(vpn: number, slot: Slot): Level {
    const key = this.leafOf(vpn, slot);
    const kind = key >> 2;
    const state = key & 3;
    assert(!(kind === TABLE || kind === HUGE || state === LEAF_PRESENT), 'only an absent leaf is restored');
    if (kind === GIGANTIC) {
      this.setGigantic(vpn, slot, LEAF_PRESENT);
      return LEVEL_1G;
    }
    if (kind === HUGE_SWAP || kind === HUGE_MIGRATION || (kind === NONE && fitsHuge(slot, vpn - (vpn % REGION_PAGES)))) {
      this.setWord(vpn, slot, HUGE);
      return LEVEL_2M;
    }
    this.setPage(vpn, slot, LEAF_PRESENT);
    return LEVEL_4K;
  }

  /** An empty table of 4K leaves where the region has no leaf at all; the empty slot of a 1G leaf gives way to tables. */
  allocateTable(vpn: number, slot: Slot): void {
    if (this.leafOf(vpn, slot) === GIGANTIC * 4 + LEAF_NONE) {
      const first = vpn - (vpn % GIB_PAGES);
      for (let base = first; base < first + GIB_PAGES; base += REGION_PAGES) this.setWord(base, slot, NONE);
    }
    if (this.leafOf(vpn, slot) >> 2 !== NONE) return;
    const gib = this.gibToWrite(vpn);
    this.makeExplicit(gib, (vpn % GIB_PAGES) >>> 9, vpn - (vpn % REGION_PAGES));
    this.changed(vpn);
  }

  /** 4K leaves, or none, become one 2M leaf of the same frames. */
  collapse(vpn: number, slot: Slot): boolean {
    const kind = this.leafOf(vpn, slot) >> 2;
    if (!fitsHuge(slot, vpn - (vpn % REGION_PAGES)) || (kind !== TABLE && kind !== EXPLICIT && kind !== NONE)) return false;
    this.setWord(vpn, slot, HUGE);
    return true;
  }

  // --- words -----------------------------------------------------------------------------------------------------------------

  private setWord(vpn: number, slot: Slot, kind: number): void {
    const gib = this.gibToWrite(vpn);
    const base = vpn - (vpn % REGION_PAGES);
    const region = (vpn % GIB_PAGES) >>> 9;
    this.recount(gib, base, slot, -1);
    const old = gib.words[region];
    if ((old & KIND_MASK) === EXPLICIT) this.freeTables.push(old >>> KIND_BITS);
    gib.words[region] = kind;
    this.recount(gib, base, slot, 1);
    this.changed(vpn);
  }

  private setGigantic(vpn: number, slot: Slot, state: LeafState): void {
    const gib = this.gibToWrite(vpn);
    const pages = gib.words.reduce((sum, word) => sum + ((word & KIND_MASK) === GIGANTIC ? REGION_PAGES : 0), 0);
    if (gib.gigantic === LEAF_PRESENT) this.mapped['1G'] -= pages;
    gib.gigantic = state;
    if (state === LEAF_PRESENT) this.mapped['1G'] += pages;
    this.changed(slot.vpn + Math.floor((vpn - slot.vpn) / GIB_PAGES) * GIB_PAGES);
  }

  private setPage(vpn: number, slot: Slot, state: LeafState): void {
    const gib = this.gibToWrite(vpn);
    const region = (vpn % GIB_PAGES) >>> 9;
    if ((gib.words[region] & KIND_MASK) !== EXPLICIT) this.makeExplicit(gib, region, vpn - (vpn % REGION_PAGES));
    const table = this.tables[gib.words[region] >>> KIND_BITS];
    const was = table[vpn % REGION_PAGES];
    table[vpn % REGION_PAGES] = state;
    this.mapped['4K'] += Number(state === LEAF_PRESENT) - Number(was === LEAF_PRESENT);
    if (state === LEAF_PRESENT) this.settle(gib, region, vpn - (vpn % REGION_PAGES), slot);
    this.changed(vpn);
  }

  private makeExplicit(gib: Gib, region: number, base: number): void {
    const number = this.freeTables.pop() ?? this.tables.push(new Uint8Array(REGION_PAGES)) - 1;
    const present = (gib.words[region] & KIND_MASK) === TABLE;
    const table = this.tables[number];
    for (let i = 0; i < REGION_PAGES; i++) table[i] = present && this.layout.slotAtVpn(base + i) !== null ? LEAF_PRESENT : LEAF_NONE;
    gib.words[region] = EXPLICIT | (number << KIND_BITS);
  }

  /** A table whose every page is present again needs no states. */
  private settle(gib: Gib, region: number, base: number, slot: Slot): void {
    const table = this.tables[gib.words[region] >>> KIND_BITS];
    const whole = base >= slot.vpn && base + REGION_PAGES <= slot.vpnEnd;
    for (let i = 0; i < REGION_PAGES; i++) {
      if (table[i] !== LEAF_PRESENT && (whole || this.layout.slotAtVpn(base + i) !== null)) return;
    }
    this.freeTables.push(gib.words[region] >>> KIND_BITS);
    gib.words[region] = TABLE;
  }

  private recount(gib: Gib, base: number, slot: Slot, step: 1 | -1): void {
    const word = gib.words[(base % GIB_PAGES) >>> 9];
    switch (word & KIND_MASK) {
      case HUGE:
        this.mapped['2M'] += step * REGION_PAGES;
        return;
      case GIGANTIC:
        if (gib.gigantic === LEAF_PRESENT) this.mapped['1G'] += step * REGION_PAGES;
        return;
      case TABLE:
        this.mapped['4K'] += step * this.pagesInVmas(base, slot);
        return;
      case EXPLICIT:
        this.mapped['4K'] += step * this.tables[word >>> KIND_BITS].reduce((sum, state) => sum + Number(state === LEAF_PRESENT), 0);
    }
  }

  private pagesInVmas(base: number, slot: Slot): number {
    if (base >= slot.vpn && base + REGION_PAGES <= slot.vpnEnd) return REGION_PAGES;
    let pages = 0;
    for (let i = 0; i < REGION_PAGES; i++) pages += Number(this.layout.slotAtVpn(base + i) !== null);
    return pages;
  }

  private changed(vpn: number): void {
    this.version += 1;
    this.ledger.touch(Math.floor(vpn / REGION_PAGES));
  }

  // --- untouched GiBs ----------------------------------------------------------------------------------------------------------

  private gibOf(vpn: number): Gib | undefined {
    const number = Math.floor(vpn / GIB_PAGES);
    return this.pgd[number >>> PGD_BITS]?.[number & (PUD_ENTRIES - 1)];
  }

  private gibToWrite(vpn: number): Gib {
    const known = this.gibOf(vpn);
    if (known !== undefined) return known;
    const number = Math.floor(vpn / GIB_PAGES);
    const first = number * GIB_PAGES;
    const words = new Uint32Array(PUD_ENTRIES);
    for (let region = 0; region < PUD_ENTRIES; region++) words[region] = this.wordAfterCreation(first + region * REGION_PAGES);
    const slot = this.layout.slotAtVpn(first);
    const gigantic = slot !== null && (words[0] & KIND_MASK) === GIGANTIC ? this.initialGigantic(slot) : LEAF_NONE;
    const gib: Gib = { words, gigantic };
    const pud = (this.pgd[number >>> PGD_BITS] ??= []);
    pud[number & (PUD_ENTRIES - 1)] = gib;
    return gib;
  }

  private wordAfterCreation(base: number): number {
    for (const slot of this.layout.slots) {
      if (slot.vpn < base + REGION_PAGES && slot.vpnEnd > base) return this.initialWord(base, slot);
    }
    return NONE;
  }

  private initialWord(base: number, slot: Slot): number {
    if (slot.backing === 'hugetlb-1G') return GIGANTIC;
    if (this.startsUnmapped(slot)) return NONE;
    return fitsHuge(slot, base) ? HUGE : TABLE;
  }

  private initialGigantic(slot: Slot): LeafState {
    return this.startsUnmapped(slot) ? LEAF_NONE : LEAF_PRESENT;
  }

  private startsUnmapped(slot: Slot): boolean {
    return this.hidesPrivate && slot.initialState === 'private';
  }

  private initialLevel(vpn: number): 0 | Level {
    const slot = this.layout.slotAtVpn(vpn);
    if (slot === null) return LEVEL_4K;
    if (this.startsUnmapped(slot)) return 0;
    const kind = this.initialWord(vpn - (vpn % REGION_PAGES), slot);
    return kind === GIGANTIC ? LEVEL_1G : kind === HUGE ? LEVEL_2M : LEVEL_4K;
  }

  // --- canonical form ------------------------------------------------------------------------------------------------------------

  /** The region in a form that does not depend on how it is stored, or null where it is as after creation. */
  canonical(region: number): Uint8Array | null {
    const base = region * REGION_PAGES;
    const gib = this.gibOf(base);
    if (gib === undefined) return null;
    const word = gib.words[(base % GIB_PAGES) >>> 9];
    const kind = word & KIND_MASK;
    if (kind === GIGANTIC) {
      const slot = this.layout.slotAtVpn(base);
      const initial = slot === null || gib.gigantic === this.initialGigantic(slot);
      return initial || base % GIB_PAGES !== 0 ? null : Uint8Array.of(GIGANTIC, gib.gigantic);
    }
    if (kind === EXPLICIT) return Uint8Array.of(EXPLICIT, ...this.tables[word >>> KIND_BITS]);
    return kind === this.wordAfterCreation(base) ? null : Uint8Array.of(kind);
  }

  /** Takes back what `canonical` gave. */
  load(region: number, form: Uint8Array | null): void {
    const base = region * REGION_PAGES;
    if (form === null) return this.loadInitial(base);
    const slot = this.layout.slots.find((s) => s.vpn < base + REGION_PAGES && s.vpnEnd > base);
    if (slot === undefined) throw new RangeError(`no memslot at region ${region}`);
    const [kind, state] = form;
    if (kind === GIGANTIC) {
      this.setWord(base, slot, GIGANTIC);
      this.setGigantic(base, slot, state as LeafState);
    } else if (kind !== EXPLICIT) this.setWord(base, slot, kind);
    else {
      this.setWord(base, slot, TABLE);
      for (let i = 0; i < REGION_PAGES; i++) {
        const vpn = base + i;
        const owner = this.layout.slotAtVpn(vpn);
        if (owner !== null && form[i + 1] !== LEAF_PRESENT) this.setPage(vpn, owner, form[i + 1] as LeafState);
      }
    }
  }

  private loadInitial(base: number): void {
    const slot = this.layout.slots.find((s) => s.vpn < base + REGION_PAGES && s.vpnEnd > base);
    if (slot === undefined || this.gibOf(base) === undefined) return;
    const kind = this.wordAfterCreation(base);
    this.setWord(base, slot, kind);
    if (kind === GIGANTIC && base % GIB_PAGES === 0) this.setGigantic(base, slot, this.initialGigantic(slot));
  }
}
