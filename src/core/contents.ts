/**
 * The bytes in DRAM, by frame: sparse, only where something with contents was written, everything else is zero.
 *
 *     host, device, guest with C=0   store, load                  the bytes as they are
 *     guest with C=1                 storePrivate, loadPrivate    through the cipher of its key
 *
 * No conversion touches them: a page made private holds what the host left, which its guest reads as garbage, and a page made shared holds
 * ciphertext. That is what hardware leaves, and why guests write a page after accepting it.
 */
import { PAGE_BYTES, type Pfn } from './address.js';
import { CONTENT_BYTES_MAX } from './config.js';
import { CIPHER_BLOCK_BYTES, type PageCipher } from './page-cipher.js';
import { RegionLedger } from './region-ledger.js';

export class Contents {
  readonly ledger = new RegionLedger();
  private readonly pages = new Map<number, Uint8Array>();
  /** Pages stored to since `takeRecent`, where somebody wants to know. */
  private recent: Set<number> | null = null;

  /** cipher: that of the VM's guest. */
  constructor(private readonly cipher: PageCipher) {}

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

  /** As the guest stores through a C=1 mapping; the arguments of `store`. Bytes around it in the same cipher blocks keep their plaintext. */
  storePrivate(pfn: Pfn, offset: number, length: number, content: number | Uint8Array): void {
    const end = blockEnd(offset + length);
    const plain = this.plain(pfn, end);
    if (typeof content === 'number') plain.fill(content, offset, offset + length);
    else plain.set(content, offset);
    const from = offset - (offset % CIPHER_BLOCK_BYTES);
    this.store(pfn, from, end - from, this.cipher.encipher(pfn, plain).subarray(from));
  }

  /** As the guest loads through a C=1 mapping: deciphered, garbage where its guest did not store. */
  loadPrivate(pfn: Pfn, offset: number, into: Uint8Array): void {
    const end = offset + into.length;
    into.set(this.plain(pfn, blockEnd(end)).subarray(offset, end));
  }

  private plain(pfn: Pfn, end: number): Uint8Array {
    const stored = new Uint8Array(end);
    this.load(pfn, 0, stored);
    return this.cipher.decipher(pfn, stored);
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

  trackRecent(): void {
    this.recent = new Set();
  }

  /** Pages stored to or emptied since it was last asked, by frame; null where nothing is kept any more. */
  takeRecent(): readonly (readonly [pfn: number, page: Uint8Array | null])[] {
    if (this.recent === null || this.recent.size === 0) return [];
    const changed = [...this.recent].sort((a, b) => a - b).map((pfn) => [pfn, this.pages.get(pfn) ?? null] as const);
    this.recent.clear();
    return changed;
  }

  /** The page reads as zeroes again. */
  remove(pfn: number): void {
    if (!this.pages.delete(pfn)) return;
    this.ledger.touch(pfn >>> 9);
    this.recent?.add(pfn);
  }

  /** What a frame holds goes to another one. */
  move(from: number, to: number): void {
    const page = this.pages.get(from);
    if (page === undefined) return;
    this.store(to, 0, PAGE_BYTES, page);
    this.remove(from);
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

function blockEnd(end: number): number {
  return Math.ceil(end / CIPHER_BLOCK_BYTES) * CIPHER_BLOCK_BYTES;
}
