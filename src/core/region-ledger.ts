/**
 * The digest's books over one table of 2 MiB regions: which changed since the digest was last asked, and the sum of hashes.
 *
 * The sum, modulo 2^256, is over the SHA-256 of every region that differs from its state after creation. It is kept for groups
 * of 16 regions, so that a region costs 2 bytes here instead of 32, and asking again recomputes only groups that were touched.
 */
const REGIONS_PER_CHUNK = 512;
const REGIONS_PER_GROUP = 16;
const SUM_WORDS = 8;
/** What a chunk holds once its sums were asked for. */
const CHUNK_BYTES = (REGIONS_PER_CHUNK / REGIONS_PER_GROUP) * SUM_WORDS * 4;

interface Chunk {
  /** A bit for each group that was touched. */
  dirty: number;
  sums: Uint32Array | null;
}

/** SHA-256 of a region's canonical form, or null where it is as after creation. */
export type RegionHash = (region: number) => Uint8Array | null;

export class RegionLedger {
  private readonly chunks = new Map<number, Chunk>();
  private readonly total = new Uint32Array(SUM_WORDS);
  /** Regions touched since `takeRecent`, where somebody wants to know. */
  private recent: Set<number> | null = null;

  /** Bytes that it holds, at most. */
  get bytes(): number {
    return this.chunks.size * CHUNK_BYTES;
  }

  touch(region: number): void {
    this.recent?.add(region);
    const number = Math.floor(region / REGIONS_PER_CHUNK);
    let chunk = this.chunks.get(number);
    if (chunk === undefined) {
      chunk = { dirty: 0, sums: null };
      this.chunks.set(number, chunk);
    }
    chunk.dirty |= 1 << Math.floor((region % REGIONS_PER_CHUNK) / REGIONS_PER_GROUP);
  }

  /** From now on `takeRecent` tells what was touched; what came before is forgotten. */
  trackRecent(): void {
    this.recent = new Set();
  }

  /** Regions touched since it was last asked, ascending. */
  takeRecent(): readonly number[] {
    if (this.recent === null || this.recent.size === 0) return [];
    const regions = [...this.recent].sort((a, b) => a - b);
    this.recent.clear();
    return regions;
  }

  /** The sum as 64 hex digits, most significant first. */
  sum(hash: RegionHash): string {
    for (const [number, chunk] of this.chunks) {
      if (chunk.dirty === 0) continue;
      chunk.sums ??= new Uint32Array((REGIONS_PER_CHUNK / REGIONS_PER_GROUP) * SUM_WORDS);
      for (let group = 0; group < REGIONS_PER_CHUNK / REGIONS_PER_GROUP; group++) {
        if ((chunk.dirty >>> group) & 1) this.refresh(chunk.sums, number * REGIONS_PER_CHUNK, group, hash);
      }
      chunk.dirty = 0;
    }
    return Array.from(this.total, (word) => word.toString(16).padStart(8, '0'))
      .reverse()
      .join('');
  }

  private refresh(sums: Uint32Array, firstRegion: number, group: number, hash: RegionHash): void {
    const kept = sums.subarray(group * SUM_WORDS, (group + 1) * SUM_WORDS);
    subtract(this.total, kept);
    kept.fill(0);
    for (let i = 0; i < REGIONS_PER_GROUP; i++) {
      const bytes = hash(firstRegion + group * REGIONS_PER_GROUP + i);
      if (bytes !== null) add(kept, wordsOf(bytes));
    }
    add(this.total, kept);
  }

  /** Regions ever touched, by group, ascending: where a snapshot has to look. */
  *touchedRegions(): Generator<number> {
    for (const [number, chunk] of [...this.chunks].sort(([a], [b]) => a - b)) {
      if (chunk.dirty === 0 && chunk.sums === null) continue;
      for (let i = 0; i < REGIONS_PER_CHUNK; i++) yield number * REGIONS_PER_CHUNK + i;
    }
  }
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: SUM_WORDS }, (_, i) => view.getUint32(i * 4, true));
}

function add(sum: Uint32Array, term: Uint32Array): void {
  let carry = 0;
  for (let i = 0; i < SUM_WORDS; i++) {
    const word = sum[i] + term[i] + carry;
    sum[i] = word;
    carry = word > 0xffff_ffff ? 1 : 0;
  }
}

function subtract(sum: Uint32Array, term: Uint32Array): void {
  let borrow = 0;
  for (let i = 0; i < SUM_WORDS; i++) {
    const word = sum[i] - term[i] - borrow;
    sum[i] = word;
    borrow = word < 0 ? 1 : 0;
  }
}
