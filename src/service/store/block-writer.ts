/** Checked units (checked-lines.ts) in a row, written as bytes at once: every commit passes here. */
import { crc32 } from 'node:zlib';

/** Blocks are parts of longer buffers: the system's price is by buffer, and high. */
const SLAB_BYTES = 2 ** 15;
/** UTF-8 has at most as many bytes for a UTF-16 unit. */
const BYTES_PER_UNIT = 3;
const SUM_DIGITS = 8;
/** Checksum, spaces and number of lines. */
const HEAD_BYTES = 32;
const SPACE = 0x20;
const NEWLINE = 0x0a;
const DIGITS = Buffer.from('0123456789abcdef');

export class BlockWriter {
  private slab = Buffer.allocUnsafe(SLAB_BYTES);
  private start = 0;
  private end = 0;

  get length(): number {
    return this.end - this.start;
  }

  /** No line has a newline in it. */
  add(line: string, further: readonly string[] = []): void {
    let characters = line.length;
    for (const { length } of further) characters += length + 1;
    this.makeRoom(HEAD_BYTES + characters * BYTES_PER_UNIT);
    const { slab, end } = this;
    let at = end + SUM_DIGITS;
    slab[at++] = SPACE;
    at += slab.write(String(further.length), at, 'latin1');
    slab[at++] = SPACE;
    const text = at;
    at += slab.write(line, at);
    for (const each of further) {
      slab[at++] = NEWLINE;
      at += slab.write(each, at);
    }
    this.writeSum(crc32(slab.subarray(text, at)), end);
    slab[at++] = NEWLINE;
    this.end = at;
  }

  /** What was added since the last time. */
  take(): Buffer {
    const block = this.slab.subarray(this.start, this.end);
    this.start = this.end;
    return block;
  }

  private writeSum(sum: number, from: number): void {
    for (let i = 0, shift = 28; shift >= 0; i++, shift -= 4) this.slab[from + i] = DIGITS[(sum >>> shift) & 15] ?? 0;
  }

  /** Blocks that were taken keep the old slab. */
  private makeRoom(bytes: number): void {
    if (this.end + bytes <= this.slab.length) return;
    const { length } = this;
    const slab = Buffer.allocUnsafe(Math.max(SLAB_BYTES, 2 * (length + bytes)));
    this.slab.copy(slab, 0, this.start, this.end);
    this.slab = slab;
    this.start = 0;
    this.end = length;
  }
}
