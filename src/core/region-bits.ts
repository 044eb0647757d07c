/**
 * A byte for each frame, stored by 2 MiB region in the cheapest of four forms. Untouched regions cost nothing.
 *
 *     directory by GiB → chunk of 512 regions → form, assigned count, value
 *       HUGE      one 2M entry; value: its bits
 *       UNIFORM   512 4K entries alike; value: their bits
 *       SPARSE    alike but for a few, which are in a hash; value: the bits of the rest, and how many deviate
 *       DENSE     a byte for each page; value: slot in the slab
 *
 * This file knows what a byte is only so far as it counts ASSIGNED, and that FOREIGN bytes do not make a region uniform.
 */
import { GIB_PAGES, REGION_PAGES } from './address.js';
import { PageHash } from './page-hash.js';

export const ASSIGNED = 1;
export const IMMUTABLE = 2;
export const VMSA = 4;
export const VALIDATED = 8;
/** The entry's owner is not the layout's: it is kept apart. */
export const FOREIGN = 16;

const FORM_UNIFORM = 0;
const FORM_HUGE = 1;
const FORM_SPARSE = 2;
const FORM_DENSE = 3;
const FORM_MASK = 3;
/** The direct map's leaf over the region is split to 4K. */
const DIRECT_MAP_SPLIT = 4;

/** Deviating pages from which a region is cheaper as bytes: a hash slot costs 8 bytes, at a load of about a half. */
const SPARSE_MAX = 48;
const REGIONS = 512;
/** Of the arrays in a chunk. */
const CHUNK_BYTES = REGIONS * (2 + 1 + 4);

interface Chunk {
  /** false: every region is as it starts. */
  written: boolean;
  readonly assigned: Uint16Array;
  readonly form: Uint8Array;
  readonly value: Int32Array;
}

function emptyChunk(): Chunk {
  return { written: false, assigned: new Uint16Array(REGIONS), form: new Uint8Array(REGIONS), value: new Int32Array(REGIONS) };
}

/** Read in place of every chunk that is as a shared VM starts. Never written. */
const UNTOUCHED = emptyChunk();

/** How one region of a chunk starts. */
export type InitialRegion =
  | { readonly form: 'huge' | 'uniform'; readonly bits: number }
  | { readonly form: 'pages'; readonly bits: (index: number) => number };

export interface InitialChunk {
  /** Of region 0 to 511; null: 512 zero entries. */
  region(index: number): InitialRegion | null;
  /** Whether the direct map over a region that starts so is split. */
  directMapSplit(start: InitialRegion): boolean;
}

export class RegionBits {
  private readonly chunks: (Chunk | undefined)[] = [];
  private chunksBuilt = 0;
  private readonly sparse = new PageHash(1);
  private slab = new Uint8Array(0);
  private slots = 0;
  private readonly freeSlots: number[] = [];
  private readonly initial: (gib: number) => InitialChunk | null;

  /** initial: how the 512 regions of a GiB start; null where all are zero. */
  constructor(initial: (gib: number) => InitialChunk | null) {
    this.initial = initial;
  }

  /** Bytes that it holds. */
  get bytes(): number {
    return this.chunksBuilt * CHUNK_BYTES + this.slab.length + this.sparse.bytes;
  }

  // --- reading -------------------------------------------------------------------------------------------------------------

  assignedAround(pfn: number): number {
    return this.chunkToRead(pfn).assigned[(pfn >>> 9) & 511];
  }

  isAssigned(pfn: number): boolean {
    const chunk = this.chunkToRead(pfn);
    const region = (pfn >>> 9) & 511;
    const count = chunk.assigned[region];
    if (count === 0) return false;
    if (count === REGION_PAGES) return true;
    if ((chunk.form[region] & FORM_MASK) === FORM_DENSE) {
      return (this.slab[chunk.value[region] * REGION_PAGES + (pfn & 511)] & ASSIGNED) !== 0;
    }
    return (this.bitsIn(chunk, region, pfn) & ASSIGNED) !== 0;
  }

  isHuge(pfn: number): boolean {
    return (this.chunkToRead(pfn).form[(pfn >>> 9) & 511] & FORM_MASK) === FORM_HUGE;
  }

  isDirectMapSplit(pfn: number): boolean {
    return (this.chunkToRead(pfn).form[(pfn >>> 9) & 511] & DIRECT_MAP_SPLIT) !== 0;
  }

  /** The byte of a page; that of the 2M entry where there is one. */
  at(pfn: number): number {
    return this.bitsIn(this.chunkToRead(pfn), (pfn >>> 9) & 511, pfn);
  }

  /** The byte that all 512 pages of the region have, or null where it is stored page by page. */
  uniformAt(pfn: number): number | null {
    const chunk = this.chunkToRead(pfn);
    const region = (pfn >>> 9) & 511;
    const form = chunk.form[region] & FORM_MASK;
    return form === FORM_HUGE || form === FORM_UNIFORM ? chunk.value[region] : null;
  }

  /** Nothing of the GiB was written. */
  isUntouchedGib(gib: number): boolean {
    const chunk = this.chunks[gib];
    return chunk === undefined || chunk === UNTOUCHED || !chunk.written;
  }

  *assignedRegions(gibs: number): Generator<number> {
    for (let gib = 0; gib < gibs; gib++) {
      const chunk = this.chunkToRead(gib * GIB_PAGES);
      if (chunk === UNTOUCHED) continue;
      for (let region = 0; region < REGIONS; region++) {
        if (chunk.assigned[region] > 0) yield gib * GIB_PAGES + region * REGION_PAGES;
      }
    }
  }

  // --- writing -------------------------------------------------------------------------------------------------------------

  setDirectMapSplit(pfn: number): void {
    this.chunkToWrite(pfn).form[(pfn >>> 9) & 511] |= DIRECT_MAP_SPLIT;
  }

  setHuge(base: number, bits: number): void {
    const { chunk, region } = this.cleared(base);
    setForm(chunk, region, FORM_HUGE);
    chunk.value[region] = bits;
    chunk.assigned[region] = bits & ASSIGNED ? REGION_PAGES : 0;
  }

  /** 512 4K entries with these bits, none of them FOREIGN. */
  setUniform(base: number, bits: number): void {
    const { chunk, region } = this.cleared(base);
    chunk.value[region] = bits;
    chunk.assigned[region] = bits & ASSIGNED ? REGION_PAGES : 0;
  }

  setPage(pfn: number, bits: number): void {
    const chunk = this.chunkToWrite(pfn);
    const region = (pfn >>> 9) & 511;
    chunk.assigned[region] += (bits & ASSIGNED) - (this.bitsIn(chunk, region, pfn) & ASSIGNED);
    this.store(chunk, region, pfn, bits);
    if (chunk.assigned[region] === 0 || chunk.assigned[region] === REGION_PAGES) this.settle(chunk, region);
  }

  // --- forms ---------------------------------------------------------------------------------------------------------------

  private bitsIn(chunk: Chunk, region: number, pfn: number): number {
    const value = chunk.value[region];
    switch (chunk.form[region] & FORM_MASK) {
      case FORM_SPARSE: {
        const slot = this.sparse.find(pfn);
        return slot < 0 ? value & 0xff : this.sparse.word(slot, 0);
      }
      case FORM_DENSE:
        return this.slab[value * REGION_PAGES + (pfn & 511)];
      default:
        return value;
    }
  }

  private store(chunk: Chunk, region: number, pfn: number, bits: number): void {
    switch (chunk.form[region] & FORM_MASK) {
      case FORM_UNIFORM:
        if (bits === chunk.value[region]) return;
        setForm(chunk, region, FORM_SPARSE);
        chunk.value[region] |= 1 << 8;
        this.sparse.put(pfn, bits);
        return;
      case FORM_SPARSE:
        this.storeSparse(chunk, region, pfn, bits);
        return;
      default:
        this.slab[chunk.value[region] * REGION_PAGES + (pfn & 511)] = bits;
    }
  }

  private storeSparse(chunk: Chunk, region: number, pfn: number, bits: number): void {
    const rest = chunk.value[region] & 0xff;
    const deviating = chunk.value[region] >>> 8;
    const known = this.sparse.find(pfn) >= 0;
    if (bits === rest) {
      if (!known) return;
      this.sparse.remove(pfn);
      if (deviating === 1) setForm(chunk, region, FORM_UNIFORM);
      chunk.value[region] = rest | ((deviating - 1) << 8);
      return;
    }
    if (known || deviating < SPARSE_MAX) {
      this.sparse.put(pfn, bits);
      if (!known) chunk.value[region] = rest | ((deviating + 1) << 8);
      return;
    }
    this.densify(chunk, region, pfn - (pfn & 511));
    this.store(chunk, region, pfn, bits);
  }

  private densify(chunk: Chunk, region: number, base: number): void {
    const slot = this.takeSlot();
    for (let i = 0; i < REGION_PAGES; i++) {
      this.slab[slot * REGION_PAGES + i] = this.bitsIn(chunk, region, base + i);
      this.sparse.remove(base + i);
    }
    setForm(chunk, region, FORM_DENSE);
    chunk.value[region] = slot;
  }

  /** Gives a dense region's slot back where all its pages have become alike. */
  private settle(chunk: Chunk, region: number): void {
    if ((chunk.form[region] & FORM_MASK) !== FORM_DENSE) return;
    const slot = chunk.value[region];
    const pages = this.slab.subarray(slot * REGION_PAGES, (slot + 1) * REGION_PAGES);
    const [first] = pages;
    if (first & FOREIGN || !pages.every((bits) => bits === first)) return;
    this.freeSlots.push(slot);
    setForm(chunk, region, FORM_UNIFORM);
    chunk.value[region] = first;
  }

  private takeSlot(): number {
    const free = this.freeSlots.pop();
    if (free !== undefined) return free;
    const slot = this.slots++;
    if (this.slots * REGION_PAGES > this.slab.length) {
      // By half, not by two: at most a third of the slab is ever spare.
      const grown = new Uint8Array(Math.ceil(this.slots * 1.5 + 8) * REGION_PAGES);
      grown.set(this.slab);
      this.slab = grown;
    }
    return slot;
  }

  private cleared(base: number): { readonly chunk: Chunk; readonly region: number } {
    const chunk = this.chunkToWrite(base);
    const region = (base >>> 9) & 511;
    const form = chunk.form[region] & FORM_MASK;
    if (form === FORM_SPARSE) for (let i = 0; i < REGION_PAGES; i++) this.sparse.remove(base + i);
    if (form === FORM_DENSE) this.freeSlots.push(chunk.value[region]);
    setForm(chunk, region, FORM_UNIFORM);
    return { chunk, region };
  }

  // --- chunks --------------------------------------------------------------------------------------------------------------

  private chunkToRead(pfn: number): Chunk {
    return this.chunks[pfn >>> 18] ?? this.unbuilt(pfn);
  }

  private unbuilt(pfn: number): Chunk {
    const gib = pfn >>> 18;
    const initial = this.initial(gib);
    const chunk = initial === null ? UNTOUCHED : this.built(initial);
    this.chunks[gib] = chunk;
    return chunk;
  }

  private chunkToWrite(pfn: number): Chunk {
    const gib = pfn >>> 18;
    const known = this.chunks[gib] ?? this.unbuilt(pfn);
    const chunk = known === UNTOUCHED ? this.newChunk() : known;
    this.chunks[gib] = chunk;
    chunk.written = true;
    return chunk;
  }

  private newChunk(): Chunk {
    this.chunksBuilt += 1;
    return emptyChunk();
  }

  private built(initial: InitialChunk): Chunk {
    const chunk = this.newChunk();
    for (let region = 0; region < REGIONS; region++) this.build(chunk, region, initial);
    return chunk;
  }

  private build(chunk: Chunk, region: number, initial: InitialChunk): void {
    const start = initial.region(region);
    if (start === null) return;
    if (initial.directMapSplit(start)) chunk.form[region] |= DIRECT_MAP_SPLIT;
    if (start.form !== 'pages') {
      setForm(chunk, region, start.form === 'huge' ? FORM_HUGE : FORM_UNIFORM);
      chunk.value[region] = start.bits;
      chunk.assigned[region] = start.bits & ASSIGNED ? REGION_PAGES : 0;
      return;
    }
    const slot = this.takeSlot();
    setForm(chunk, region, FORM_DENSE);
    chunk.value[region] = slot;
    for (let i = 0; i < REGION_PAGES; i++) {
      const bits = start.bits(i);
      this.slab[slot * REGION_PAGES + i] = bits;
      chunk.assigned[region] += bits & ASSIGNED;
    }
  }
}

function setForm(chunk: Chunk, region: number, form: number): void {
  chunk.form[region] = (chunk.form[region] & ~FORM_MASK) | form;
}
