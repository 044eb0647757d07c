/**
 * A hash from page number to a few 32-bit words, in typed arrays: the home of pages that deviate from their region while few do.
 *
 * Open addressing with linear probing; a removal shifts its followers back, so no tombstones gather. A slot costs
 * 4 bytes for the key and 4 for each word, at a load between 3/8 and 3/4.
 */
const EMPTY = 0xffff_ffff;
const FIRST_CAPACITY = 64;

export class PageHash {
  private keys: Uint32Array<ArrayBuffer>;
  private words: Uint32Array<ArrayBuffer>[];
  private mask: number;
  private used = 0;
  private readonly width: number;

  /** width: words kept for each page. */
  constructor(width: number) {
    this.width = width;
    this.mask = 0;
    this.keys = new Uint32Array(0);
    this.words = [];
    this.allocate(FIRST_CAPACITY);
  }

  get size(): number {
    return this.used;
  }

  /** Bytes that it holds. */
  get bytes(): number {
    return this.keys.length * 4 * (1 + this.width);
  }

  /** Slot of a page for `word`, or -1. Good until the next `put` or `remove`. */
  find(page: number): number {
    for (let at = this.home(page); ; at = (at + 1) & this.mask) {
      const key = this.keys[at];
      if (key === page) return at;
      if (key === EMPTY) return -1;
    }
  }

  word(slot: number, column: number): number {
    return this.words[column][slot];
  }

  /** Adds or overwrites. Words beyond the width of this hash are dropped. */
  put(page: number, first: number, second = 0, third = 0): void {
    if ((this.used + 1) * 4 > (this.mask + 1) * 3) this.grow();
    let at = this.home(page);
    while (this.keys[at] !== EMPTY && this.keys[at] !== page) at = (at + 1) & this.mask;
    if (this.keys[at] === EMPTY) {
      this.keys[at] = page;
      this.used += 1;
    }
    this.words[0][at] = first;
    if (this.width > 1) this.words[1][at] = second;
    if (this.width > 2) this.words[2][at] = third;
  }

  remove(page: number): void {
    let hole = this.find(page);
    if (hole < 0) return;
    this.used -= 1;
    for (let at = (hole + 1) & this.mask; this.keys[at] !== EMPTY; at = (at + 1) & this.mask) {
      const distance = (at - this.home(this.keys[at])) & this.mask;
      if (distance < ((at - hole) & this.mask)) continue;
      this.move(at, hole);
      hole = at;
    }
    this.keys[hole] = EMPTY;
  }

  private move(from: number, to: number): void {
    this.keys[to] = this.keys[from];
    for (const column of this.words) column[to] = column[from];
  }

  private home(page: number): number {
    return (Math.imul(page, 0x9e37_79b1) >>> 7) & this.mask;
  }

  private allocate(capacity: number): void {
    this.mask = capacity - 1;
    this.keys = new Uint32Array(capacity).fill(EMPTY);
    this.words = Array.from({ length: this.width }, () => new Uint32Array(capacity));
  }

  private grow(): void {
    const { keys, words } = this;
    this.allocate((this.mask + 1) * 2);
    this.used = 0;
    for (let at = 0; at < keys.length; at++) {
      if (keys[at] !== EMPTY) this.put(keys[at], words[0][at], words[1]?.[at], words[2]?.[at]);
    }
  }
}
