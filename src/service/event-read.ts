/**
 * Reading a range of the log through a filter. A slice says which positions it covers, also where the filter hid all of them, so
 * that nobody has to look at these again.
 */
import { type EventFilter, rowMatches, rowOffset, rowStartsOperation } from './event-index.js';
import { lastPosition, rowEnd, type Segment } from './segment.js';

export interface ReadRequest {
  /** The last position that the reader has. */
  readonly after: number;
  /** The last position to look at: a head of the log, so an operation ends there. */
  readonly upTo: number;
  readonly filter: EventFilter;
  readonly eventsMax: number;
  /** Bytes of events; the first event comes whatever its size. */
  readonly bytesMax: number;
  /** Positions to look at before stopping at the next operation. */
  readonly positionsMax: number;
  /** `operation`: end between two operations, if more than none fits. */
  readonly cut: 'operation' | 'event';
}

/** An event's JSON, in the bytes of its segment: good until the next append. */
export interface EventBytes {
  readonly position: number;
  readonly source: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Covers the positions (from, to]. */
export interface Slice {
  readonly from: number;
  readonly to: number;
  readonly events: readonly EventBytes[];
  readonly bytes: number;
  /** The operation of the last event goes on after `to`, with events that the filter lets through. */
  readonly more: boolean;
}

/** `segmentAt(index)` from `index` on holds the position after `request.after`; positions up to `upTo` exist. */
export function readSegments(segmentAt: (index: number) => Segment, index: number, request: ReadRequest): Slice {
  const reading = new Reading(request);
  for (let at = index; reading.to < request.upTo; at++) if (!reading.take(segmentAt(at))) break;
  return reading.slice();
}

class Reading {
  to: number;
  private readonly events: EventBytes[] = [];
  private bytes = 0;
  private more = false;
  private looked = 0;
  /** Where the operation that is being read starts, and how many events and bytes came before it. */
  private start: number;
  private eventsBefore = 0;
  private bytesBefore = 0;

  constructor(private readonly request: ReadRequest) {
    this.to = request.after;
    this.start = request.after + 1;
  }

  /** false: the slice is complete. */
  take(segment: Segment): boolean {
    const { filter, upTo } = this.request;
    const hidesAll = (segment.types & filter.types) === 0 || (filter.vm !== null && segment.firstSeq(filter.vm) === undefined);
    if (hidesAll && lastPosition(segment) <= upTo) return this.pass(segment);
    const content = segment.content();
    const { rows, bytes: source } = content;
    const last = Math.min(segment.count - 1, upTo - segment.first);
    for (let index = this.to + 1 - segment.first; index <= last; index++) {
      const position = segment.first + index;
      if (rowStartsOperation(rows, index) && !this.begin(position)) return false;
      this.looked++;
      if (rowMatches(rows, index, filter)) {
        const start = rowOffset(rows, index);
        const end = rowEnd(content, segment.count, index);
        if (!this.fits(end - start)) return this.cutBefore(position);
        this.events.push({ position, source, start, end });
        this.bytes += end - start;
      }
      this.to = position;
    }
    return true;
  }

  slice(): Slice {
    return { from: this.request.after, to: this.to, events: this.events, bytes: this.bytes, more: this.more };
  }

  /** A segment without a visible event. */
  private pass(segment: Segment): boolean {
    const start = segment.first + segment.lastStart;
    if (segment.lastStart >= 0 && start > this.to) this.enter(start);
    this.to = lastPosition(segment);
    this.looked++;
    return true;
  }

  /** false: enough was looked at, and between two operations is the place to stop. */
  private begin(position: number): boolean {
    if (this.looked >= this.request.positionsMax) return false;
    this.enter(position);
    return true;
  }

  private enter(start: number): void {
    this.start = start;
    this.eventsBefore = this.events.length;
    this.bytesBefore = this.bytes;
  }

  private fits(bytes: number): boolean {
    if (this.events.length === 0) return true;
    return this.events.length < this.request.eventsMax && this.bytes + bytes <= this.request.bytesMax;
  }

  private cutBefore(position: number): false {
    if (this.request.cut === 'operation' && this.eventsBefore > 0) {
      this.events.length = this.eventsBefore;
      this.bytes = this.bytesBefore;
      this.to = this.start - 1;
    } else {
      this.to = position - 1;
      this.more = position > this.start;
    }
    return false;
  }
}
