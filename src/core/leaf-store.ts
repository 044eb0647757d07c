/**
 * How the leaves of one VMM's page table are stored, by 2 MiB region of virtual pages; what they mean is page-table.ts.
 *
 *     PGD (256 × 128 GiB) → PUD (512 × 1 GiB) → one word for each 2 MiB region
 *       NONE       the upper level is empty: a walk finds no leaf
 *       HUGE       one 2M leaf; HUGE_SWAP, HUGE_MIGRATION, HUGE_NUMA: the same, not present
 *       TABLE      512 4K leaves, all present: a split is this word alone
 *       EXPLICIT   512 4K leaves with a state each
 *       GIGANTIC   part of a 1G leaf, whose state is the GiB's
 *
 * An untouched GiB has no words: it is as registered, pinned guest memory is mapped; under in-place conversion private memslots start unmapped, and a
 * GiB of 1G pages is either one GIGANTIC leaf or has tables throughout.
 */
import { GIB_PAGES, type Level, LEVEL_1G, LEVEL_2M, LEVEL_4K, REGION_PAGES } from './address.js';
import type { GenerationFacts } from './generations/facts.js';
import { alignsHuge, fitsHuge, hugePagesOf, type Layout, type Slot } from './layout.js';
import { RegionLedger } from './region-ledger.js';

export const NONE = 0;
export const HUGE = 1;
export const TABLE = 2;
export const EXPLICIT = 3;
export const HUGE_SWAP = 4;
export const HUGE_MIGRATION = 5;
export const GIGANTIC = 6;
export const HUGE_NUMA = 7;
const KIND_MASK = 15;
const KIND_BITS = 4;

/** State of one leaf: of a page in an explicit table, or of a 1G leaf. NUMA: a PROT_NONE entry that hints at the next use. */
export const LEAF_NONE = 0;
export const LEAF_PRESENT = 1;
export const LEAF_SWAP = 2;
export const LEAF_MIGRATION = 3;
export const LEAF_NUMA = 4;
export type LeafState = 0 | 1 | 2 | 3 | 4;
/** A key is kind << STATE_BITS | state. */
export const STATE_BITS = 3;
export const STATE_MASK = 7;

const PGD_BITS = 9;
const PUD_ENTRIES = 512;
/** Of the words of a GiB. */
const GIB_BYTES = PUD_ENTRIES * 4;

interface Gib {
  /** A word for each of 512 regions: kind, and for EXPLICIT the number of its table. */
  readonly words: Uint32Array;
  /** State of the 1G leaf; LEAF_NONE also where there is none. */
  gigantic: LeafState;
}

export type MappedPages = Record<'4K' | '2M' | '1G', number>;

export class LeafStore {
  readonly ledger = new RegionLedger();
  /** Counts every change of a leaf. */
  version = 0;
  /** 4K pages mapped and present, by level. */
  readonly mapped: MappedPages;
  protected readonly layout: Layout;
  /** Private pages are not the VMM's to map. */
  private readonly hidesPrivate: boolean;
  private readonly pgd: ((Gib | undefined)[] | undefined)[] = [];
  private readonly tables: Uint8Array[] = [];
  /** GiBs that have words. */
  private gibs = 0;
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

  /** Bytes that it holds for memory that was touched. */
  get bytes(): number {
    return this.gibs * GIB_BYTES + this.tables.length * REGION_PAGES + this.ledger.bytes;
  }

  /**
   * Level of the present leaf that maps this page, or 0. The page lies in a memslot.
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

  /** Kind of the region's word and state of the page's leaf, as one number. */
  protected keyAt(vpn: number, slot: Slot): number {
    const gib = this.gibOf(vpn);
    const inGib = vpn % GIB_PAGES;
    const word = gib === undefined ? this.initialWord(vpn - (vpn % REGION_PAGES), slot) : gib.words[inGib >>> 9];
    const kind = word & KIND_MASK;
    if (kind === EXPLICIT) return (EXPLICIT << STATE_BITS) | this.tables[word >>> KIND_BITS][inGib & 511];
    if (kind === GIGANTIC) return (GIGANTIC << STATE_BITS) | (gib === undefined ? this.initialGigantic(slot) : gib.gigantic);
    return (kind << STATE_BITS) | HUGE_STATES[kind];
  }

  /** The region has a table in which nothing is mapped. */
  protected isEmptyTable(vpn: number, slot: Slot): boolean {
    if (this.keyAt(vpn, slot) >> STATE_BITS !== EXPLICIT) return false;
    const word = this.gibOf(vpn)?.words[(vpn % GIB_PAGES) >>> 9] ?? 0;
    return this.tables[word >>> KIND_BITS].every((state) => state === LEAF_NONE);
  }

  // --- words -----------------------------------------------------------------------------------------------------------------

  protected setWord(vpn: number, slot: Slot, kind: number): void {
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

  protected setGigantic(vpn: number, slot: Slot, state: LeafState): void {
    const gib = this.gibToWrite(vpn);
    const pages = gib.words.reduce((sum, word) => sum + ((word & KIND_MASK) === GIGANTIC ? REGION_PAGES : 0), 0);
    if (gib.gigantic === LEAF_PRESENT) this.mapped['1G'] -= pages;
    gib.gigantic = state;
    if (state === LEAF_PRESENT) this.mapped['1G'] += pages;
    this.changed(slot.vpn + Math.floor((vpn - slot.vpn) / GIB_PAGES) * GIB_PAGES);
  }

  protected setPage(vpn: number, slot: Slot, state: LeafState): void {
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

  /** Every word of the GiB; the state of its 1G leaf afterwards. */
  protected setGib(vpn: number, slot: Slot, kind: number, gigantic: LeafState): void {
    const first = vpn - (vpn % GIB_PAGES);
    for (let base = first; base < first + GIB_PAGES; base += REGION_PAGES) this.setWord(base, slot, kind);
    if (kind === GIGANTIC) this.setGigantic(vpn, slot, gigantic);
    else this.gibToWrite(vpn).gigantic = LEAF_NONE;
  }

  /** A table with nothing in it, where the region has no leaf. */
  protected putEmptyTable(vpn: number): void {
    this.makeExplicit(this.gibToWrite(vpn), (vpn % GIB_PAGES) >>> 9, vpn - (vpn % REGION_PAGES));
    this.changed(vpn);
  }

  /** All regions of a GiB of 1G pages are part of its 1G leaf, or none is. */
  isWholeGib(vpn: number): boolean {
    const gib = this.gibOf(vpn);
    const kinds = new Set(gib === undefined ? [] : Array.from(gib.words, (word) => (word & KIND_MASK) === GIGANTIC));
    return kinds.size < 2;
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

  protected gibOf(vpn: number): Gib | undefined {
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
    this.gibs += 1;
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

  /** Takes back what `canonical` gave. Throws RangeError on what it cannot have given. */
  load(region: number, form: Uint8Array | null): void {
    const base = region * REGION_PAGES;
    if (form === null) return this.loadInitial(base);
    const slot = this.layout.slots.find((s) => s.vpn < base + REGION_PAGES && s.vpnEnd > base);
    const [kind, state] = form;
    if (slot === undefined || !this.isForm(base, slot, form)) throw new RangeError(`no form of region ${region} of the page table`);
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

  /** Of what the memslot can be mapped with; whether its VMAs and frames allow it is not looked at. */
  private isForm(base: number, slot: Slot, form: Uint8Array): boolean {
    const [kind] = form;
    const states = form.subarray(1).every((state) => state <= LEAF_NUMA);
    if (kind === GIGANTIC) return slot.backing === 'hugetlb-1G' && form.length === 2 && states && base % GIB_PAGES === 0;
    if (slot.backing === 'hugetlb-1G' && !this.hidesPrivate) return false;
    if (kind === EXPLICIT) return form.length === 1 + REGION_PAGES && states;
    const huge = kind === HUGE || kind === HUGE_SWAP || kind === HUGE_MIGRATION || kind === HUGE_NUMA;
    return form.length === 1 && (huge ? alignsHuge(slot, base) : kind === NONE || kind === TABLE);
  }

  private loadInitial(base: number): void {
    const slot = this.layout.slots.find((s) => s.vpn < base + REGION_PAGES && s.vpnEnd > base);
    if (slot === undefined || this.gibOf(base) === undefined) return;
    const kind = this.wordAfterCreation(base);
    this.setWord(base, slot, kind);
    if (kind === GIGANTIC && base % GIB_PAGES === 0) this.setGigantic(base, slot, this.initialGigantic(slot));
  }
}

/** State of a leaf by its region's kind, where the kind alone says it. */
const HUGE_STATES: readonly LeafState[] = [
  LEAF_NONE,
  LEAF_PRESENT,
  LEAF_PRESENT,
  LEAF_NONE,
  LEAF_SWAP,
  LEAF_MIGRATION,
  LEAF_NONE,
  LEAF_NUMA,
];
