/**
 * A run of consecutive events: an index row each, and their JSON one after the other. The newest segment is open and grows; a
 * full one is sealed: rows and JSON go to the archive, and what stays is what tells whether it has to be read at all.
 *
 * Cost of an event that is sealed and packed: about 20 bytes (16 of index and 800 of JSON are alike enough to deflate well), and
 * 16 for each VM of its segment.
 */
import type { Event } from '../core/index.js';
import { madeAt, OFFSET_END, ROW_WORDS, rowOffset, rowVm, typeBit, writeRow } from './event-index.js';
import type { SegmentArchive } from './segment-archive.js';

/** Good until the next event is appended. */
export interface SegmentContent {
  readonly rows: Uint32Array;
  /** May be longer than what is used of it. */
  readonly bytes: Buffer;
  readonly bytesUsed: number;
}

export interface Segment {
  /** Position of its first event. */
  readonly first: number;
  readonly count: number;
  /** Bits of the types that occur. */
  readonly types: number;
  /** Indexes of the first and the last row that start an operation; -1 where none does. */
  readonly firstStart: number;
  readonly lastStart: number;
  /** `seq` of the first event of the VM here; undefined where it has none. */
  firstSeq(vm: number): number | undefined;
  content(): SegmentContent;
}

interface VmShare {
  readonly firstSeq: number;
  count: number;
}

export class OpenSegment implements Segment {
  count = 0;
  types = 0;
  firstStart = -1;
  lastStart = -1;
  private used = 0;
  private readonly shares = new Map<number, VmShare>();

  constructor(
    readonly first: number,
    private readonly room: SegmentRoom,
  ) {}

  fits(textBytes: number): boolean {
    const { rows, bytes } = this.room;
    return (this.count + 1) * ROW_WORDS <= rows.length && this.used + textBytes <= bytes.length && this.used < OFFSET_END;
  }

  add(event: Event, text: string, vm: number, startsOperation: boolean): void {
    const { rows, bytes } = this.room;
    const index = this.count++;
    writeRow(rows, index, event, vm, this.used, startsOperation);
    this.used += bytes.write(text, this.used);
    this.types |= typeBit(event.type);
    if (startsOperation) {
      if (this.firstStart < 0) this.firstStart = index;
      this.lastStart = index;
    }
    const share = this.shares.get(vm);
    if (share === undefined) this.shares.set(vm, { firstSeq: event.seq, count: 1 });
    else share.count++;
  }

  firstSeq(vm: number): number | undefined {
    return this.shares.get(vm)?.firstSeq;
  }

  content(): SegmentContent {
    return { ...this.room, bytesUsed: this.used };
  }

  /** When the event of the row was made, milliseconds since 1970; NaN where its text does not say. */
  madeAt(index: number): number {
    const { rows, bytes } = this.room;
    const end = rowEnd(this.content(), this.count, index);
    return madeAt(bytes.toString('utf8', rowOffset(rows, index), end));
  }

  seal(archive: SegmentArchive): SealedSegment {
    archive.keep(this.first, this.room.rows.subarray(0, this.count * ROW_WORDS), this.room.bytes.subarray(0, this.used));
    return new SealedSegment(this, this.shares, archive);
  }
}

/** Where an open segment writes; the next one may write there again. */
export interface SegmentRoom {
  readonly rows: Uint32Array;
  readonly bytes: Buffer;
}

export function segmentRoom(eventsMax: number, bytes: number): SegmentRoom {
  return { rows: new Uint32Array(eventsMax * ROW_WORDS), bytes: Buffer.allocUnsafeSlow(bytes) };
}

export const roomBytes = ({ rows, bytes }: SegmentRoom): number => rows.byteLength + bytes.length;

export class SealedSegment implements Segment {
  readonly first: number;
  readonly count: number;
  readonly types: number;
  readonly firstStart: number;
  readonly lastStart: number;
  /** When its last event was made, milliseconds since 1970. */
  readonly lastMadeAt: number;
  /** Sorted; for each its first `seq` here and how many events it has. */
  private readonly vms: Uint32Array;
  private readonly seqs: Float64Array;
  private readonly counts: Uint32Array;

  constructor(
    from: OpenSegment,
    shares: ReadonlyMap<number, VmShare>,
    private readonly archive: SegmentArchive,
  ) {
    this.first = from.first;
    this.count = from.count;
    this.types = from.types;
    this.firstStart = from.firstStart;
    this.lastStart = from.lastStart;
    this.lastMadeAt = from.madeAt(from.count - 1);
    this.vms = Uint32Array.from(shares.keys()).sort();
    this.seqs = Float64Array.from(this.vms, (vm) => shares.get(vm)?.firstSeq ?? 0);
    this.counts = Uint32Array.from(this.vms, (vm) => shares.get(vm)?.count ?? 0);
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

  content(): SegmentContent {
    return this.archive.read(this.first);
  }

  /** VM number and the last of its `seq` here, for each VM. */
  *lastSeqs(): Iterable<readonly [number, number]> {
    for (let i = 0; i < this.vms.length; i++) yield [this.vms[i], this.seqs[i] + this.counts[i] - 1];
  }

  /** What stays beside the archive. */
  get memoryBytes(): number {
    return this.vms.byteLength + this.seqs.byteLength + this.counts.byteLength + OBJECT_BYTES;
  }
}

/** A sealed segment with its three arrays on V8's heap, roughly. */
const OBJECT_BYTES = 600;

export const lastPosition = (segment: Segment): number => segment.first + segment.count - 1;

/** Where an event's JSON ends. */
export function rowEnd({ rows, bytesUsed }: SegmentContent, count: number, index: number): number {
  return index + 1 < count ? rowOffset(rows, index + 1) : bytesUsed;
}

/** Index of the row that holds `seq` of the VM, whose first one here is `firstSeq`. */
export function rowOfSeq(segment: Segment, vm: number, firstSeq: number, seq: number): number {
  const { rows } = segment.content();
  let left = seq - firstSeq;
  for (let index = 0; index < segment.count; index++) if (rowVm(rows, index) === vm && left-- === 0) return index;
  return -1;
}
