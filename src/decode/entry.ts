/** RMP entries as logs print them → their fields (hardware.md 1.3, Milan and Genoa). */
import { type PageState, pageStateOf } from '../core/index.js';

export interface DecodedEntry {
  readonly pfn: string;
  readonly assigned: boolean;
  readonly immutable: boolean;
  /** The entry's own bit; a page inside a 2M entry has 4K here, its size stands in the 2M-aligned entry. */
  readonly pageSize: '4K' | '2M';
  readonly gpa: string;
  readonly asid: number;
  readonly vmsa: boolean;
  readonly validated: boolean;
  /** Of this entry alone; a page inside a 2M entry looks like `reclaim`. */
  readonly state: PageState;
  /** The three that the textual form of older kernels does not print are null then. */
  readonly subPageCount: number | null;
  readonly vmpl: readonly number[] | null;
  readonly raw: readonly [string, string] | null;
}

const BITS_20 = 2 ** 20;

/** The two quadwords as hex digits, low one first. */
export function entryFromRaw(pfn: number, low: string, high: string): DecodedEntry {
  const digits = low.padStart(16, '0');
  const upper = Number.parseInt(digits.slice(0, 8), 16);
  const lower = Number.parseInt(digits.slice(8), 16);
  const masks = Number.parseInt(high.padStart(16, '0').slice(8), 16);
  const gfn = (lower >>> 12) + (upper & 0x7_ffff) * BITS_20;
  const flags = {
    assigned: (lower & 1) === 1,
    immutable: (lower & 4) !== 0,
    asid: (upper >>> 19) & 0x3ff,
    vmsa: ((upper >>> 29) & 1) === 1,
    validated: ((upper >>> 30) & 1) === 1,
  };
  return {
    pfn: hex(pfn),
    ...flags,
    pageSize: (lower & 2) === 0 ? '4K' : '2M',
    gpa: hex(gfn * 4096),
    state: pageStateOf({ ...flags, gfn }),
    subPageCount: (lower >>> 3) & 0x1ff,
    vmpl: [masks & 0xff, (masks >>> 8) & 0xff, (masks >>> 16) & 0xff, masks >>> 24],
    raw: [hexOf(low), hexOf(high)],
  };
}

export interface PrintedFields {
  readonly assigned: boolean;
  readonly immutable: boolean;
  readonly large: boolean;
  /** The gpa field, GPA >> 12. */
  readonly gfn: number;
  readonly asid: number;
  readonly vmsa: boolean;
  readonly validated: boolean;
}

export function entryFromFields(pfn: number, fields: PrintedFields): DecodedEntry {
  const { large, gfn, ...flags } = fields;
  return {
    pfn: hex(pfn),
    ...flags,
    pageSize: large ? '2M' : '4K',
    gpa: hex(gfn * 4096),
    state: pageStateOf(fields),
    subPageCount: null,
    vmpl: null,
    raw: null,
  };
}

/** Frames that follow one another and whose entries say the same, but for a gpa that counts on. */
export interface EntryRun extends DecodedEntry {
  readonly pages: number;
}

/** Whether `next`, the frame after a run of `pages` that began with `first`, says the same. */
export function continues(first: DecodedEntry, pages: number, next: DecodedEntry): boolean {
  return (
    next.state === first.state &&
    next.pageSize === first.pageSize &&
    next.asid === first.asid &&
    next.vmsa === first.vmsa &&
    next.subPageCount === first.subPageCount &&
    next.raw?.[1] === first.raw?.[1] &&
    (next.gpa === first.gpa || Number(next.gpa) === Number(first.gpa) + pages * 4096)
  );
}

export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

/** Digits → hex text without leading zeros. */
export function hexOf(digits: string): string {
  return `0x${digits.replace(/^0+(?=.)/, '')}`;
}
