/**
 * Where the bytes of full segments live. This is all that a store on disk has to replace.
 *
 * In memory: the newest stay as they are, older ones are deflated (events are so alike that a sixteenth is left, at a
 * microsecond an event), and those that somebody reads are kept unpacked for a while.
 */
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { assert } from '../core/index.js';

export interface SegmentArchive {
  /** Takes the bytes over: the caller writes to them no more. */
  keep(id: number, bytes: Buffer): void;
  /** At once; good until the next `keep` or `read`. */
  read(id: number): Buffer;
  drop(id: number): void;
  /** Bytes held. */
  readonly bytes: number;
}

interface Packed {
  readonly bytes: Buffer;
  readonly length: number;
}

export class MemoryArchive implements SegmentArchive {
  private readonly plain = new Map<number, Buffer>();
  private readonly packed = new Map<number, Packed>();
  private readonly unpacked = new Map<number, Buffer>();
  private held = 0;

  constructor(
    private readonly plainMax: number,
    private readonly unpackedMax: number,
  ) {}

  get bytes(): number {
    return this.held;
  }

  keep(id: number, bytes: Buffer): void {
    this.plain.set(id, bytes);
    this.held += bytes.length;
    if (this.plain.size <= this.plainMax) return;
    const [oldest] = this.plain;
    if (oldest !== undefined) this.pack(oldest[0], oldest[1]);
  }

  read(id: number): Buffer {
    const plain = this.plain.get(id);
    if (plain !== undefined) return plain;
    const known = this.unpacked.get(id);
    const bytes = known ?? this.unpack(id);
    // A Map keeps the order of insertion: the first is the one unread for longest.
    this.unpacked.delete(id);
    this.unpacked.set(id, bytes);
    if (this.unpacked.size > this.unpackedMax) {
      for (const longestUnread of this.unpacked.keys()) {
        this.unpacked.delete(longestUnread);
        break;
      }
    }
    return bytes;
  }

  drop(id: number): void {
    this.held -= this.plain.get(id)?.length ?? this.packed.get(id)?.bytes.length ?? 0;
    this.plain.delete(id);
    this.packed.delete(id);
    this.unpacked.delete(id);
  }

  private pack(id: number, bytes: Buffer): void {
    // Copied, because the result may be a small part of a larger buffer and would keep all of it alive.
    const deflated = deflateRawSync(bytes, { level: constants.Z_BEST_SPEED });
    const exact = Buffer.allocUnsafeSlow(deflated.length);
    deflated.copy(exact);
    this.plain.delete(id);
    this.packed.set(id, { bytes: exact, length: bytes.length });
    this.held += exact.length - bytes.length;
  }

  private unpack(id: number): Buffer {
    const packed = this.packed.get(id);
    assert(packed !== undefined, `segment ${id} is in the archive`);
    return inflateRawSync(packed.bytes, { chunkSize: Math.max(64, packed.length) });
  }
}
