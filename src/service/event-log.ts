/**
 * The one log of the service: every event of every VM, by position from 1, append only.
 *
 * An event is encoded once, when it is appended; readers get its bytes. The events of an operation are appended together and go
 * together. What is too old goes from the front; positions never come back, and a reader is told what it missed.
 */
import { assert, type Event } from '../core/index.js';
import { indexed, rowVm } from './event-index.js';
import { type Backwards, type BackwardsRequest, readSegmentsBack } from './event-history.js';
import { type ReadRequest, readSegments, type Slice } from './event-read.js';
import { type LoggedVm, LogVms } from './log-vms.js';
import {
  lastPosition,
  OpenSegment,
  roomBytes,
  rowOfSeq,
  type SealedSegment,
  type Segment,
  type SegmentRoom,
  segmentRoom,
} from './segment.js';
import { MemoryArchive, type SegmentArchive } from './segment-archive.js';
import { EVENT_LOG_LIMITS, type EventLogLimits } from './stream-limits.js';
import type { EventMeta } from './wire.js';

/** What the events of one operation have in common. */
export type OperationMeta = Omit<EventMeta, 'vm' | 'position'>;
export type EncodeEvent = (event: Event, meta: EventMeta) => string;

/** Why an epoch began, told to those who come with a cursor of another one. */
export type EpochCause = 'restart-without-store' | 'store-replaced';

export interface EventLogOptions {
  /** Letters, digits and `-`. It changes when published history may be lost, and only then. */
  readonly epoch: string;
  readonly began?: EpochCause;
  /** Event → JSON text. */
  readonly encode: EncodeEvent;
  readonly limits?: Partial<EventLogLimits>;
  readonly archive?: SegmentArchive;
  /** Position of the last event that is not kept any more, where the log goes on from a store; 0 where there is none. */
  readonly startAfter?: number;
}

/** An event as a store kept it. */
export interface KeptEvent {
  readonly position: number;
  readonly seq: number;
  readonly json: string;
}

/** An open segment that nothing fills is sealed after this part of the age at which events go. */
const SEGMENTS_PER_AGE = 8;

export interface EventLogStats {
  readonly events: number;
  /** Bytes held, index included. */
  readonly bytes: number;
  readonly segments: number;
}

export class EventLog {
  readonly epoch: string;
  readonly began: EpochCause;
  private readonly encode: EncodeEvent;
  private readonly limits: EventLogLimits;
  private readonly archive: SegmentArchive;
  private readonly sealed: SealedSegment[] = [];
  private open: OpenSegment;
  /** Where open segments write, one after the other. */
  private readonly room: SegmentRoom;
  /** What the open segment has instead, if it holds an event that is too large for it. */
  private roomOfItsOwn: SegmentRoom | null = null;
  private readonly vms = new LogVms();
  private readonly listeners = new Set<() => void>();
  private newest = 0;
  private oldestKept = 1;
  private indexBytes = 0;

  constructor(options: EventLogOptions) {
    assert(/^[A-Za-z0-9-]{1,32}$/.test(options.epoch), 'an epoch is 1 to 32 letters, digits and dashes');
    this.epoch = options.epoch;
    this.began = options.began ?? 'restart-without-store';
    this.encode = options.encode;
    this.limits = { ...EVENT_LOG_LIMITS, ...options.limits };
    this.archive = options.archive ?? new MemoryArchive(this.limits.plainSegments, this.limits.unpackedSegments);
    this.room = segmentRoom(this.limits.segmentEventsMax, this.limits.segmentBytes);
    this.newest = options.startAfter ?? 0;
    this.oldestKept = this.newest + 1;
    this.open = new OpenSegment(this.newest + 1, this.room);
  }

  /** Position of the newest event; 0 where there was none. */
  get head(): number {
    return this.newest;
  }

  /** How long an event is kept, milliseconds. */
  get eventAgeMs(): number {
    return this.limits.eventAgeMs;
  }

  /** Position of the oldest event that is kept; head + 1 where there is none. */
  get oldest(): number {
    return this.oldestKept;
  }

  /** The events of one operation of one VM: all of them or, should one not encode, none. */
  append(vmId: string, operation: OperationMeta, events: readonly Event[]): void {
    this.appendEncoded(
      vmId,
      events,
      events.map((event, index) => this.encode(event, { ...operation, vm: vmId, position: this.newest + 1 + index })),
    );
  }

  /** The same with the JSON text of each event, made for the position that it gets. */
  appendEncoded(vmId: string, events: readonly Event[], texts: readonly string[]): void {
    if (events.length === 0) return;
    const vm = this.vms.findOrAdd(vmId);
    const openBefore = this.open;
    events.forEach(({ seq }, index) => assert(seq === vm.lastSeq + 1 + index, `seq ${seq} of ${vmId} follows ${vm.lastSeq + index}`));
    events.forEach((event, index) => {
      const text = texts[index];
      this.roomFor(Buffer.byteLength(text)).add(event, text, vm.number, index === 0);
    });
    vm.lastSeq += events.length;
    vm.deleted = events[events.length - 1].type === 'vm-deleted';
    this.newest += events.length;
    if (this.open !== openBefore) this.compact();
    for (const heard of this.listeners) heard();
  }

  /** Takes in the events of one record from a store, before anybody reads: of an operation, or of several that were kept together. */
  restore(vmId: string, kept: readonly KeptEvent[]): void {
    const vm = this.vms.findOrAdd(vmId);
    let last: number | null = null;
    for (const { position, seq, json } of kept) {
      assert(position === this.newest + 1, `position ${position} follows ${this.newest}`);
      if (vm.lastSeq === 0) vm.droppedSeq = seq - 1;
      const { event, operation } = indexed(json);
      this.roomFor(Buffer.byteLength(json)).add(event, json, vm.number, operation !== last);
      last = operation;
      vm.lastSeq = seq;
      vm.deleted = event.type === 'vm-deleted';
      this.newest = position;
    }
    this.compact();
  }

  /** A VM from a store goes on after this seq, also where none of its events are kept. */
  resumeVm(vmId: string, seq: number): void {
    const vm = this.vms.findOrAdd(vmId);
    if (vm.lastSeq === 0) vm.droppedSeq = seq;
    vm.lastSeq = seq;
  }

  /** Calls `heard` after each append, before it returns: it has to be quick and may not throw. The answer ends it. */
  onAppend(heard: () => void): () => void {
    this.listeners.add(heard);
    return () => {
      this.listeners.delete(heard);
    };
  }

  /** The VM's number in the index; undefined for one without kept events, which is a VM that never was or is long gone. */
  vmNumber(vmId: string): number | undefined {
    return this.vms.find(vmId)?.number;
  }

  knows(vmId: string): boolean {
    return this.vms.find(vmId) !== undefined;
  }

  /** The position of an event of the VM; for seq 0 the one before the oldest. */
  positionOfSeq(vmId: string, seq: number): number | 'compacted' | 'future' {
    const vm = this.vms.find(vmId);
    if (vm === undefined || seq > vm.lastSeq) return 'future';
    if (seq < vm.droppedSeq) return 'compacted';
    return seq === vm.droppedSeq ? this.oldestKept - 1 : this.findSeq(vm, seq);
  }

  cursor(position: number): string {
    return `${this.epoch}.${position}`;
  }

  /** The events after a position that is neither before `oldest` - 1 nor beyond `head`. */
  read(request: ReadRequest): Slice {
    assert(request.after >= this.oldestKept - 1 && request.after <= this.newest, `position ${request.after} is in the log`);
    return readSegments((index) => this.segment(index), this.segmentIndexOf(request.after + 1), request);
  }

  /** The events before a position that is beyond `oldest` - 1 and not beyond `head` + 1, newest first. */
  readBack(request: BackwardsRequest): Backwards {
    assert(request.before >= this.oldestKept - 1 && request.before <= this.newest + 1, `position ${request.before} is in the log`);
    return readSegmentsBack(
      (index) => this.segment(index),
      (position) => this.segmentIndexOf(position),
      this.oldestKept,
      request,
    );
  }

  stats(): EventLogStats {
    return { events: this.newest - this.oldestKept + 1, bytes: this.bytes, segments: this.sealed.length + 1 };
  }

  private get bytes(): number {
    return this.archive.bytes + this.indexBytes + roomBytes(this.roomOfItsOwn ?? this.room);
  }

  private segment(index: number): Segment {
    return index < this.sealed.length ? this.sealed[index] : this.open;
  }

  private segmentIndexOf(position: number): number {
    let low = 0;
    let high = this.sealed.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (lastPosition(this.sealed[middle]) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The VMs of a segment are few and segments are passed in no time, so this needs no index of its own. */
  private findSeq(vm: LoggedVm, seq: number): number {
    for (let index = this.sealed.length; index >= 0; index--) {
      const segment = this.segment(index);
      const firstSeq = segment.firstSeq(vm.number);
      if (firstSeq !== undefined && firstSeq <= seq) return segment.first + rowOfSeq(segment, vm.number, firstSeq, seq);
    }
    assert(false, `seq ${seq} of ${vm.id} is kept`);
    return 0;
  }

  private roomFor(textBytes: number): OpenSegment {
    if (this.open.fits(textBytes)) return this.open;
    return this.openNext(textBytes);
  }

  /** Seals the open segment and opens one that has room for so many bytes. */
  private openNext(textBytes: number): OpenSegment {
    const first = this.open.first + this.open.count;
    if (this.open.count > 0) {
      const sealed = this.open.seal(this.archive);
      this.indexBytes += sealed.memoryBytes;
      this.sealed.push(sealed);
    }
    this.roomOfItsOwn = textBytes > this.limits.segmentBytes ? segmentRoom(1, textBytes) : null;
    this.open = new OpenSegment(first, this.roomOfItsOwn ?? this.room);
    return this.open;
  }

  // --- retention ---------------------------------------------------------------------------------------------------------

  private compact(): void {
    while (this.sealed.length > 0 && this.dropOldestSegment());
  }

  /**
   * Events made longer ago than `eventAgeMs` go, in whole segments; one of them may stay for an eighth of that time longer, since a segment
   * takes in events for so long at most.
   */
  expire(nowMs: number): void {
    const { eventAgeMs } = this.limits;
    if (this.open.count > 0 && this.open.madeAt(0) < nowMs - eventAgeMs / SEGMENTS_PER_AGE) this.openNext(0);
    for (let oldest = this.sealed.at(0); oldest !== undefined && oldest.lastMadeAt < nowMs - eventAgeMs; oldest = this.sealed.at(0))
      this.dropUpTo(this.firstOperationAfter(oldest) ?? this.newest + 1);
  }

  /** Drops the oldest segment, if it may go, and with it the rest of an operation that began there. */
  private dropOldestSegment(): boolean {
    const keepFrom = this.firstOperationAfter(this.sealed[0]);
    if (keepFrom === null) return false;
    if (this.bytes <= this.limits.logBytesMax && !this.isExpendable(this.sealed[0], keepFrom)) return false;
    this.dropUpTo(keepFrom);
    return true;
  }

  private dropUpTo(keepFrom: number): void {
    this.forget(this.oldestKept, keepFrom);
    this.oldestKept = keepFrom;
    const kept = this.sealed.findIndex((segment) => lastPosition(segment) >= keepFrom);
    for (const segment of this.sealed.splice(0, kept < 0 ? this.sealed.length : kept)) {
      this.archive.drop(segment.first);
      this.indexBytes -= segment.memoryBytes;
    }
  }

  /** null: no operation begins after it yet. */
  private firstOperationAfter(segment: Segment): number | null {
    for (let index = this.segmentIndexOf(segment.first) + 1; index <= this.sealed.length; index++) {
      const later = this.segment(index);
      if (later.firstStart >= 0) return later.first + later.firstStart;
    }
    return null;
  }

  /** Each VM with events in it has enough newer ones. */
  private isExpendable(segment: SealedSegment, keepFrom: number): boolean {
    const alsoDropped = keepFrom - lastPosition(segment) - 1;
    for (const [vm, lastSeqHere] of segment.lastSeqs()) {
      if (this.vms.at(vm).lastSeq - lastSeqHere - alsoDropped < this.limits.eventsPerVm) return false;
    }
    return true;
  }

  /** The VMs' events in [from, end) go. */
  private forget(from: number, end: number): void {
    for (let position = from; position < end; ) {
      const segment = this.segment(this.segmentIndexOf(position));
      const { rows } = segment.content();
      for (; position < end && position <= lastPosition(segment); position++) this.vms.dropOne(rowVm(rows, position - segment.first));
    }
  }
}
