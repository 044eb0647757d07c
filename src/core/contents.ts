/** What was stored in pages, by frame: sparse, only where something with contents was written. Everything else reads as zero. */
import { PAGE_BYTES } from './address.js';
import { CONTENT_BYTES_MAX } from './config.js';
import { RegionLedger } from './region-ledger.js';

export class Contents {
  readonly ledger = new RegionLedger();
  private readonly pages = new Map<number, Uint8Array>();
  /** Pages stored to since `takeRecent`, where somebody wants to know. */
  private recent: Set<number> | null = null;

  get bytes(): number {
    return this.pages.size * PAGE_BYTES;
  }

  has(pfn: number): boolean {
    return this.pages.has(pfn);
  }

  /** Whether so many more pages would stay within CONTENT_BYTES_MAX. */
  hasRoomFor(pages: number): boolean {
    return (this.pages.size + pages) * PAGE_BYTES <= CONTENT_BYTES_MAX;
  }

  /** Stores one byte `length` times, or the bytes given, at an offset in a page; offset + length is at most 4096. */
  store(pfn: number, offset: number, length: number, content: number | Uint8Array): void {
    let page = this.pages.get(pfn);
    if (page === undefined) {
      page = new Uint8Array(PAGE_BYTES);
      this.pages.set(pfn, page);
    }
    if (typeof content === 'number') page.fill(content, offset, offset + length);
    else page.set(content, offset);
    this.ledger.touch(pfn >>> 9);
    this.recent?.add(pfn);
  }

  /** The page reads as zeroes again. */
  discard(pfn: number): void {
    if (!this.pages.delete(pfn)) return;
    this.ledger.touch(pfn >>> 9);
    this.recent?.add(pfn);
  }

  trackRecent(): void {
    this.recent = new Set();
  }

  /** Pages stored to since it was last asked, by frame; null: thrown away. */
  takeRecent(): readonly (readonly [pfn: number, page: Uint8Array | null])[] {
    if (this.recent === null || this.recent.size === 0) return [];
    const kept = [...this.recent].sort((a, b) => a - b).map((pfn) => [pfn, this.pages.get(pfn) ?? null] as const);
    this.recent.clear();
    return kept;
  }

  /** Copies bytes of a page into `into`; `into` starts as zeroes. */
  load(pfn: number, offset: number, into: Uint8Array): void {
    const page = this.pages.get(pfn);
    if (page !== undefined) into.set(page.subarray(offset, offset + into.length));
  }

  /** Kept pages of a region, ascending. */
  pagesOf(region: number): readonly (readonly [pfn: number, page: Uint8Array])[] {
    if (this.pages.size === 0) return [];
    const found: [number, Uint8Array][] = [];
    for (let pfn = region * 512; pfn < (region + 1) * 512; pfn++) {
      const page = this.pages.get(pfn);
      if (page !== undefined) found.push([pfn, page]);
    }
    return found;
  }

  /** All kept pages by frame. */
  sorted(): readonly (readonly [pfn: number, page: Uint8Array])[] {
    return [...this.pages].sort(([a], [b]) => a - b);
  }
}
