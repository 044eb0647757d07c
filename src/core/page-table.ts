/**
 * The host page table of one VMM process: what a walk finds, and the changes of a leaf. How leaves are stored is leaf-store.ts.
 *
 * Every leaf maps the frames that its guest pages have (frames.ts).
 */
import { asPfn, asVpn, GIB_PAGES, type Level, LEVEL_1G, LEVEL_2M, LEVEL_4K, pagesAt, REGION_PAGES } from './address.js';
import { assert } from './error.js';
import type { Frames } from './frames.js';
import type { GenerationFacts } from './generations/facts.js';
import type { Leaf } from './generations/generation.js';
import { gfnAt, type Layout, type Slot } from './layout.js';
import {
  EXPLICIT,
  GIGANTIC,
  HUGE,
  HUGE_MIGRATION,
  HUGE_NUMA,
  HUGE_SWAP,
  LEAF_MIGRATION,
  LEAF_NONE,
  LEAF_NUMA,
  LEAF_PRESENT,
  LEAF_SWAP,
  LeafStore,
  type LeafState,
  NONE,
  STATE_BITS,
  STATE_MASK,
  TABLE,
} from './leaf-store.js';

/** Why a leaf that is there is not present. */
export type Absence = 'swap' | 'migration' | 'numa-hint';
/** What a walk finds of a page, as words. */
export type LeafWord = 'none' | 'present' | Absence;

const WORDS: readonly LeafWord[] = ['none', 'present', 'swap', 'migration', 'numa-hint'];
const PAGE_STATES: Readonly<Record<Absence, LeafState>> = { swap: LEAF_SWAP, migration: LEAF_MIGRATION, 'numa-hint': LEAF_NUMA };
const HUGE_KINDS: Readonly<Record<Absence, number>> = { swap: HUGE_SWAP, migration: HUGE_MIGRATION, 'numa-hint': HUGE_NUMA };

export class PageTable extends LeafStore {
  private readonly frames: Frames;

  constructor(layout: Layout, frames: Frames, facts: GenerationFacts) {
    super(layout, facts);
    this.frames = frames;
  }

  // --- reading -----------------------------------------------------------------------------------------------------------

  /** Names the state of the leaf slot that maps the page: equal numbers, equal states. */
  leafKey(vpn: number, slot: Slot): number {
    return this.keyAt(vpn, slot);
  }

  /** State of the page's leaf and the level of what holds it; level 0 where an upper level is empty. */
  leafAt(vpn: number, slot: Slot): { readonly level: 0 | Level; readonly state: LeafWord } {
    const key = this.keyAt(vpn, slot);
    const kind = key >> STATE_BITS;
    const state = WORDS[key & STATE_MASK];
    if (kind === NONE) return { level: 0, state };
    if (kind === GIGANTIC) return { level: state === 'none' ? 0 : LEVEL_1G, state };
    return { level: kind === TABLE || kind === EXPLICIT ? LEVEL_4K : LEVEL_2M, state };
  }

  /**
   * The leaf slot of a page as lookup_address_in_mm finds it: null where an upper level is empty. A NUMA hint is present to the kernel, which
   * reads its frame. The page lies in a memslot.
   */
  walk(vpn: number, slot: Slot): Leaf | null {
    const { level, state } = this.leafAt(vpn, slot);
    if (level === 0) return null;
    const present = state === 'present' || state === 'numa-hint';
    const first = asVpn(vpn - (vpn % pagesAt(level)));
    return { level, pfn: present ? this.frames.of(gfnAt(slot, first)) : asPfn(0), present };
  }

  /** All 512 pages of the region have a present 4K leaf. */
  isPlainTable(vpn: number, slot: Slot): boolean {
    return this.keyAt(vpn, slot) >> STATE_BITS === TABLE;
  }

  /** Nothing in the page's GiB was changed, and it is mapped alike throughout. */
  isUntouchedGib(vpn: number, slot: Slot): boolean {
    return this.gibOf(vpn) === undefined && vpn % GIB_PAGES === 0 && vpn >= slot.vpn && vpn + GIB_PAGES <= slot.vpnEnd;
  }

  // --- the changes of a leaf -----------------------------------------------------------------------------------------------

  /** A 2M leaf becomes 512 4K ones of the same frames and state: __split_huge_pmd on anonymous memory. */
  splitHuge(vpn: number, slot: Slot): boolean {
    const { level, state } = this.leafAt(vpn, slot);
    if (level !== LEVEL_2M) return false;
    this.setWord(vpn, slot, TABLE);
    if (state !== 'present' && state !== 'none') {
      const base = vpn - (vpn % REGION_PAGES);
      for (let page = base; page < base + REGION_PAGES; page++) this.setPage(page, slot, PAGE_STATES[state]);
    }
    return true;
  }

  /** Whatever backs it, the present huge leaf over the page becomes 4K ones, a 1G leaf at once. */
  splitWhole(vpn: number, slot: Slot): boolean {
    const { level, state } = this.leafAt(vpn, slot);
    if (state !== 'present' || level < LEVEL_2M) return false;
    if (level === LEVEL_2M) return this.splitHuge(vpn, slot);
    this.setGib(vpn, slot, TABLE, LEAF_NONE);
    return true;
  }

  /** A GiB of tables becomes the empty slot of a 1G leaf. */
  mergeGigantic(vpn: number, slot: Slot): boolean {
    if (this.keyAt(vpn, slot) >> STATE_BITS === GIGANTIC) return false;
    this.setGib(vpn, slot, GIGANTIC, LEAF_NONE);
    return true;
  }

  /** An empty table of 4K leaves where the region has no leaf at all; the empty slot of a 1G leaf gives way to tables. */
  allocateTable(vpn: number, slot: Slot): void {
    if (this.keyAt(vpn, slot) === ((GIGANTIC << STATE_BITS) | LEAF_NONE)) this.setGib(vpn, slot, NONE, LEAF_NONE);
    if (this.keyAt(vpn, slot) >> STATE_BITS === NONE) this.putEmptyTable(vpn);
  }

  /** The upper level over the page becomes empty: the memslot's part of the 2 MiB region, or the 1G leaf. */
  clear(vpn: number, slot: Slot): boolean {
    const { level } = this.leafAt(vpn, slot);
    if (level === 0) return false;
    if (level === LEVEL_1G) this.setGigantic(vpn, slot, LEAF_NONE);
    else if (level === LEVEL_2M || this.isAlone(vpn, slot)) this.setWord(vpn, slot, NONE);
    else {
      const base = vpn - (vpn % REGION_PAGES);
      this.clearPages(Math.max(base, slot.vpn), Math.min(base + REGION_PAGES, slot.vpnEnd), slot);
      this.freeEmptyTable(vpn, slot);
    }
    return true;
  }

  /** 4K leaves of one region go; their table stays, with nothing in it. */
  clearPages(from: number, to: number, slot: Slot): void {
    for (let page = from; page < to; page++) {
      if (this.leafAt(page, slot).state !== 'none') this.setPage(page, slot, LEAF_NONE);
    }
  }

  /** A table with nothing in it goes: the upper level is empty then. */
  freeEmptyTable(vpn: number, slot: Slot): void {
    if (this.isEmptyTable(vpn, slot)) this.setWord(vpn, slot, NONE);
  }

  /** No other memslot has pages in the region. */
  private isAlone(vpn: number, slot: Slot): boolean {
    const base = vpn - (vpn % REGION_PAGES);
    return this.layout.slots.every((other) => other === slot || other.vpn >= base + REGION_PAGES || other.vpnEnd <= base);
  }

  /** The present leaf that maps the page stays and is not present any more. */
  makeAbsent(vpn: number, slot: Slot, absence: Absence): boolean {
    const { level, state } = this.leafAt(vpn, slot);
    if (level === 0 || state !== 'present') return false;
    if (level === LEVEL_1G) this.setGigantic(vpn, slot, PAGE_STATES[absence]);
    else if (level === LEVEL_2M) this.setWord(vpn, slot, HUGE_KINDS[absence]);
    else this.setPage(vpn, slot, PAGE_STATES[absence]);
    return true;
  }

  /** What an ordinary fault does where nothing is present: the leaf that was there, else a 2M one where `huge`, else a 4K one. */
  restore(vpn: number, slot: Slot, huge: boolean): Level {
    const key = this.keyAt(vpn, slot);
    const kind = key >> STATE_BITS;
    assert((key & STATE_MASK) !== LEAF_PRESENT, 'only an absent leaf is restored');
    if (kind === GIGANTIC) {
      this.setGigantic(vpn, slot, LEAF_PRESENT);
      return LEVEL_1G;
    }
    if (kind === HUGE_SWAP || kind === HUGE_MIGRATION || kind === HUGE_NUMA || (kind === NONE && huge)) {
      this.setWord(vpn, slot, HUGE);
      return LEVEL_2M;
    }
    this.setPage(vpn, slot, LEAF_PRESENT);
    return LEVEL_4K;
  }

  /** 4K leaves, or none, become one 2M leaf of the frames that the pages have. */
  collapse(vpn: number, slot: Slot): boolean {
    const { level } = this.leafAt(vpn, slot);
    if (level !== LEVEL_4K && level !== 0) return false;
    this.setWord(vpn, slot, HUGE);
    return true;
  }
}
