/** Reading the log backwards: what made something what it is, newest first, as far as its beginning. */
import { beginsState, type EventFilter, rowMatches, rowOffset } from './event-index.js';
import type { EventBytes } from './event-read.js';
import { rowEnd, type Segment } from './segment.js';

export interface BackwardsRequest {
  /** Events before this position; at most head + 1. */
  readonly before: number;
  /** Of one VM. */
  readonly filter: EventFilter;
  readonly eventsMax: number;
  /** Positions to look at before stopping. */
  readonly positionsMax: number;
}

export interface Backwards {
  readonly events: readonly EventBytes[];
  /** Where to go on, as `before`; null at the end. */
  readonly next: number | null;
  /** `beginning`: the VM was created or reset, and nothing before that counts. `compacted`: older events are not kept. null: there are more. */
  readonly end: 'beginning' | 'compacted' | null;
}

/** `segmentAt(indexOf(position))` holds the position; those from `oldest` on exist. */
export function readSegmentsBack(
  segmentAt: (index: number) => Segment,
  indexOf: (position: number) => number,
  oldest: number,
  { before, filter, eventsMax, positionsMax }: BackwardsRequest,
): Backwards {
  const events: EventBytes[] = [];
  let looked = 0;
  for (let position = before - 1; position >= oldest; ) {
    const segment = segmentAt(indexOf(position));
    const first = Math.max(segment.first, oldest);
    if ((segment.types & filter.types) === 0 || (filter.vm !== null && segment.firstSeq(filter.vm) === undefined)) {
      position = first - 1;
      if (++looked >= positionsMax && position >= oldest) return { events, next: position + 1, end: null };
      continue;
    }
    const content = segment.content();
    for (; position >= first; position--) {
      if (looked >= positionsMax || events.length >= eventsMax) return { events, next: position + 1, end: null };
      looked++;
      const index = position - segment.first;
      if (!rowMatches(content.rows, index, filter)) continue;
      events.push({ position, source: content.bytes, start: rowOffset(content.rows, index), end: rowEnd(content, segment.count, index) });
      if (beginsState(content.rows, index)) return { events, next: null, end: 'beginning' };
    }
  }
  return { events, next: null, end: 'compacted' };
}
