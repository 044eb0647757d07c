/**
 * Where the RMP lies in memory: one table, or segments behind a table of segments (hardware.md 1.1, 1.2). The emulated one begins behind the
 * RAM that the host uses.
 *
 *     contiguous   BASE | 16 KiB bookkeeping | 16 bytes for each frame ...                                   END
 *     segmented    BASE | 16 KiB bookkeeping | 4 KiB segment table, 512 x 8 bytes | 1 MiB aligned segments   END = 0
 */
import { GIB_PAGES, PAGE_BYTES } from './address.js';
import { asidCounters } from './asid-counters.js';
import type { Machine } from './machine.js';

export const RMP_LAYOUTS = ['contiguous', 'segmented'] as const;
export type RmpLayout = (typeof RMP_LAYOUTS)[number];

const BOOKKEEPING_BYTES = 0x4000;
const SEGMENT_TABLE_BYTES = 0x1000;
const ENTRY_BYTES = 16;
const MIB = 2 ** 20;
/** log2 of the bytes that a segment covers: 64 GiB, as Linux takes it. */
const SEGMENT_SHIFT = 36;
const SEGMENT_PAGES = 2 ** (SEGMENT_SHIFT - 12);

export interface RmpSegment {
  /** Address of its first entry. */
  readonly base: number;
  readonly coveredGib: number;
}

export interface RmpTable {
  readonly layout: RmpLayout;
  /** MSRs C001_0132, C001_0133 and C001_0136. */
  readonly base: number;
  readonly end: number;
  readonly config: number;
  readonly segments: readonly RmpSegment[];
  readonly asidCounters: readonly (readonly [asid: number, pages: number])[];
  /** Address of a frame's entry. */
  addressOf(pfn: number): number;
}

export function rmpTable(m: Machine, layout: RmpLayout): RmpTable {
  const base = m.layout.frames * PAGE_BYTES;
  const counters = asidCounters(m);
  if (layout === 'contiguous') {
    const first = base + BOOKKEEPING_BYTES;
    const end = first + m.layout.covered * ENTRY_BYTES - 1;
    return { layout, base, end, config: 0, segments: [], asidCounters: counters, addressOf: (pfn) => first + pfn * ENTRY_BYTES };
  }
  const segments = segmentsOf(m, base);
  const addressOf = (pfn: number): number => {
    const segment = segments[Math.floor(pfn / SEGMENT_PAGES)];
    if (segment === undefined) throw new Error('invariant broken: a frame without a segment has no entry');
    return segment.base + (pfn % SEGMENT_PAGES) * ENTRY_BYTES;
  };
  return { layout, base, end: 0, config: segmentConfig(m), segments, asidCounters: counters, addressOf };
}

/** A segment's size is counted in whole GiB. */
function segmentsOf(m: Machine, base: number): readonly RmpSegment[] {
  const segments: RmpSegment[] = [];
  let next = Math.ceil((base + BOOKKEEPING_BYTES + SEGMENT_TABLE_BYTES) / MIB) * MIB;
  for (let first = 0; first < m.layout.covered; first += SEGMENT_PAGES) {
    const coveredGib = Math.ceil(Math.min(SEGMENT_PAGES, m.layout.covered - first) / GIB_PAGES);
    segments.push({ base: next, coveredGib });
    next += coveredGib * 4 * MIB;
  }
  return segments;
}

/** RMP_CFG: bit 0 switches segments on, bits 13:8 say how large they are (doubt D9). */
function segmentConfig(m: Machine): number {
  return ((m.config.doubts.D9 === 'log2-bytes' ? SEGMENT_SHIFT : SEGMENT_SHIFT - 30) << 8) | 1;
}
