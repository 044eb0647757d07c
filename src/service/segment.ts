/**
 * A run of consecutive events: their JSON bytes, one after the other, and an index row each. The newest segment is open and
 * grows; a full one is sealed, its bytes go to the archive and only its index stays here.
 *
 * Cost of an event in a sealed segment: 16 bytes of index, 12 for each VM of the segment, and its JSON compressed (a sixteenth
 * of a fault's 800 bytes).
 */
import type { Event } from '../core/index.js';
import { OFFSET_END, ROW_BYTES, ROW_WORDS, rowOffset, rowStartsOperation, rowVm, typeBit, writeRow } from './event-index.js';
import type { SegmentArchive } from './segment-archive.js';

export interface Segment {
  /** Position of its first event. */
  readonly first: number;
  readonly count: number;
  readonly rows: Uint32Array;
  /** Bits of the types that occur. */
  readonly types: number;
  /** Index of the last row that starts an operation; -1 where none does. */
  readonly lastStart: number;
  /** `seq` of the first event of the VM here; undefined where it has none. */
  firstSeq(vm: number): number | undefined;
  /** Where an event's JSON ends. */
  end(index: number): number;
  /** The JSON bytes, good until the next event is appended. */
  bytes(): Buffer;
}

export class OpenSegment implements Segment {
  count = 0;
  types = 0;
  lastStart = -1;
  readonly rows: Uint32Array;
  private readonly buffer: Buffer;
  private used = 0;
  private readonly firstSeqs = new Map<number, number>();

  constructor(
    readonly first: number,
    private readonly eventsMax: number,
    bytes: number,
  ) {
    this.rows = new Uint32Array(eventsMax * ROW_WORDS);
    this.buffer = Buffer.allocUnsafeSlow(bytes);
  }

  fits(textBytes: number): boolean {
    return this.count < this.eventsMax && this.used + textBytes <= this.buffer.length && this.used < OFFSET_END;
  }

  add(event: Event, text: string, vm: number, startsOperation: boolean): void {
    const index = this.count;
    writeRow(this.rows, index, event, vm, this.used, startsOperation);
    this.used += this.buffer.write(text, this.used);
    this.types |= typeBit(event.type);
    if (startsOperation) this.lastStart = index;
    if (!this.firstSeqs.has(vm)) this.firstSeqs.set(vm, event.seq);
    this.count = index + 1;
  }

  firstSeq(vm: number): number | undefined {
    return this.firstSeqs.get(vm);
  }

  end(index: number): number {
    return index + 1 < this.count ? rowOffset(this.rows, index + 1) : this.used;
  }

  bytes(): Buffer {
    return this.buffer;
  }

  get memoryBytes(): number {
    return this.buffer.length + this.rows.byteLength;
  }

  seal(archive: SegmentArchive): SealedSegment {
    archive.keep(this.first, this.buffer.subarray(0, this.used));
    return new SealedSegment(this, this.firstSeqs, archive);
  }
}

export class SealedSegment implements Segment {
  readonly first: number;
  readonly count: number;
  readonly rows: Uint32Array;
  readonly types: number;
  readonly lastStart: number;
  private readonly endOffset: number;
  /** Sorted, and the first `seq` of each. */
  private readonly vms: Uint32Array;
  private readonly seqs: Float64Array;

  constructor(
    from: OpenSegment,
    firstSeqs: ReadonlyMap<number, number>,
    private readonly archive: SegmentArchive,
  ) {
    this.first = from.first;
    this.count = from.count;
    this.rows = from.rows.slice(0, from.count * ROW_WORDS);
    this.types = from.types;
    this.lastStart = from.lastStart;
    this.endOffset = from.end(from.count - 1);
    this.vms = Uint32Array.from(firstSeqs.keys()).sort();
    this.seqs = Float64Array.from(this.vms, (vm) => firstSeqs.get(vm) ?? 0);
  }

  firstSeq(vm: number): number | undefined {
    let low = 0;
    let high = this.vms.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.vms[middle] < vm) low = middle + 1;
      else high = middle;
    }
    return this.vms[low] === vm ? this.seqs[low] : undefined;
  }

  end(index: number): number {
    return index + 1 < this.count ? rowOffset(this.rows, index + 1) : this.endOffset;
  }

  bytes(): Buffer {
    return this.archive.read(this.first);
  }

  /** VM number and the last of its `seq` here, for each VM. */
  *lastSeqs(): Iterable<readonly [number, number]> {
    const counts = new Map<number, number>();
    for (let index = 0; index < this.count; index++) {
      const vm = rowVm(this.rows, index);
      counts.set(vm, (counts.get(vm) ?? 0) + 1);
    }
    for (let i = 0; i < this.vms.length; i++) yield [this.vms[i], this.seqs[i] + (counts.get(this.vms[i]) ?? 0) - 1];
  }

  get indexBytes(): number {
    return this.count * ROW_BYTES + this.vms.byteLength + this.seqs.byteLength;
  }
}

export const lastPosition = (segment: Segment): number => segment.first + segment.count - 1;

/** Index of the first row from `from` on that starts an operation; -1 where there is none. */
export function nextStart(segment: Segment, from: number): number {
  for (let index = from; index < segment.count; index++) if (rowStartsOperation(segment.rows, index)) return index;
  return -1;
}

/** Index of the row that holds `seq` of the VM, whose first one here is `firstSeq`. */
export function rowOfSeq(segment: Segment, vm: number, firstSeq: number, seq: number): number {
  let left = seq - firstSeq;
  for (let index = 0; index < segment.count; index++) if (rowVm(segment.rows, index) === vm && left-- === 0) return index;
  return -1;
}
