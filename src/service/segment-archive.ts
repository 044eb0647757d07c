/**
 * Where full segments live. This is all that a store on disk has to replace.
 *
 * In memory: the newest stay as they are, older ones are deflated (events are so alike that a sixteenth is left, at about a
 * microsecond an event), and those that somebody reads are kept unpacked for a while.
 */
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { assert } from '../core/index.js';
import type { SegmentContent } from './segment.js';

export interface SegmentArchive {
  /** Copies what it is given. */
  keep(id: number, rows: Uint32Array, bytes: Buffer): void;
  /** At once; good until the next `keep`. */
  read(id: number): SegmentContent;
  drop(id: number): void;
  /** Bytes held. */
  readonly bytes: number;
}

interface Plain {
  /** Rows, then JSON. */
  readonly memory: Buffer;
  readonly rowBytes: number;
  readonly length: number;
}

export class MemoryArchive implements SegmentArchive {
  private readonly plain = new Map<number, Plain>();
  private readonly packed = new Map<number, Plain>();
  private readonly unpacked = new Map<number, SegmentContent>();
  /** Memory of a plain segment that was packed, for the next one: freed memory of this size piles up until V8 notices. */
  private spare: Buffer | null = null;
  private held = 0;

  constructor(
    private readonly plainMax: number,
    private readonly unpackedMax: number,
  ) {}

  get bytes(): number {
    return this.held;
  }

  keep(id: number, rows: Uint32Array, bytes: Buffer): void {
    const length = rows.byteLength + bytes.length;
    const memory = this.memoryOf(length);
    memory.set(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength));
    memory.set(bytes, rows.byteLength);
    this.plain.set(id, { memory, rowBytes: rows.byteLength, length });
    this.held += memory.length;
    if (this.plain.size <= this.plainMax) return;
    const [oldest] = this.plain;
    if (oldest !== undefined) this.pack(...oldest);
  }

  read(id: number): SegmentContent {
    const plain = this.plain.get(id);
    if (plain !== undefined) return contentOf(plain);
    const content = this.unpacked.get(id) ?? this.unpack(id);
    // A Map keeps the order of insertion: the first is the one unread for longest.
    this.unpacked.delete(id);
    this.unpacked.set(id, content);
    const [longestUnread] = this.unpacked.keys();
    if (this.unpacked.size > this.unpackedMax && longestUnread !== undefined) this.unpacked.delete(longestUnread);
    return content;
  }

  drop(id: number): void {
    this.held -= (this.plain.get(id) ?? this.packed.get(id))?.memory.length ?? 0;
    this.plain.delete(id);
    this.packed.delete(id);
    this.unpacked.delete(id);
  }

  private memoryOf(bytes: number): Buffer {
    const { spare } = this;
    this.spare = null;
    return spare !== null && spare.length >= bytes ? spare : Buffer.allocUnsafeSlow(bytes);
  }

  private pack(id: number, { memory, rowBytes, length }: Plain): void {
    const deflated = deflateRawSync(memory.subarray(0, length), { level: constants.Z_BEST_SPEED });
    // Copied, because the result may be a small part of a larger buffer and would keep all of it alive.
    const exact = Buffer.allocUnsafeSlow(deflated.length);
    deflated.copy(exact);
    this.plain.delete(id);
    this.packed.set(id, { memory: exact, rowBytes, length });
    this.held += exact.length - memory.length;
    this.spare = memory;
  }

  private unpack(id: number): SegmentContent {
    const packed = this.packed.get(id);
    assert(packed !== undefined, `segment ${id} is in the archive`);
    const memory = inflateRawSync(packed.memory, { chunkSize: Math.max(64, packed.length) });
    return contentOf({ ...packed, memory });
  }
}

function contentOf({ memory, rowBytes, length }: Plain): SegmentContent {
  // A small buffer may lie anywhere in a larger one, and words have to be aligned.
  const start = memory.byteOffset;
  const rows =
    start % Uint32Array.BYTES_PER_ELEMENT === 0
      ? new Uint32Array(memory.buffer, start, rowBytes / Uint32Array.BYTES_PER_ELEMENT)
      : new Uint32Array(memory.buffer.slice(start, start + rowBytes));
  return { rows, bytes: memory.subarray(rowBytes), bytesUsed: length - rowBytes };
}
