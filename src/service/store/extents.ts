/** How many bytes of a table lie from which number on, and since when: coarse, since retention works in stretches. */

export interface Extent {
  /** Number of the first record, or position of the first event. */
  readonly first: number;
  readonly bytes: number;
  /** When its last one was made, milliseconds since 1970. */
  readonly at: number;
}

/** Blocks are counted together up to this many bytes. */
const EXTENT_BYTES = 2 ** 18;

export class Extents {
  private extents: Extent[] = [];
  private sum = 0;

  get list(): readonly Extent[] {
    return this.extents;
  }

  get bytes(): number {
    return this.sum;
  }

  add({ first, bytes, at }: Extent): void {
    this.sum += bytes;
    const last = this.extents.at(-1);
    if (last !== undefined && last.bytes + bytes <= EXTENT_BYTES)
      this.extents[this.extents.length - 1] = { first: last.first, bytes: last.bytes + bytes, at };
    else this.extents.push({ first, bytes, at });
  }

  /** What lies before and up to the number is gone; the stretch that the number is in stays. */
  dropTo(number: number): void {
    const stays = this.extents.findIndex((_, i) => (this.extents[i + 1]?.first ?? Infinity) > number + 1);
    const gone = this.extents.splice(0, stays);
    this.sum -= gone.reduce((sum, { bytes }) => sum + bytes, 0);
  }
}
