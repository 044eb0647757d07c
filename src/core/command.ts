/** Everything that can be asked of a machine, in page numbers. The edge turns text into these. */
import type { Gfn, Pfn, Vpn } from './address.js';
import type { Protection } from './vmas.js';

export type Via = 'user' | 'copy-to-user' | 'direct-map';

/** A byte address: the page it is in and the offset there (0 to 4095). */
export type Target =
  | { readonly space: 'hva'; readonly page: Vpn; readonly offset: number }
  | { readonly space: 'gpa'; readonly page: Gfn; readonly offset: number }
  | { readonly space: 'pfn'; readonly page: Pfn; readonly offset: number };

/** What another thread does between a fault and the look-up of its handler. Forced, pins or not; the frame stays. */
export type BetweenChange =
  | 'shared'
  | 'private'
  | 'region-shared'
  | 'unmapped'
  | 'swapped'
  | 'migrating'
  | 'numa-hint'
  | 'split'
  | 'collapsed';

/**
 * Faults on demand. `nth` counts from 1: splits attempted, RMPUPDATE executions (retries included), RMP faults. Each fires
 * once; `lookupFailure` acts as long as it is set.
 */
export interface Inject {
  readonly splitFailure?: { readonly nth: number };
  /** code: an RMPUPDATE return code, 1 to 7. */
  readonly rmpupdate?: { readonly nth: number; readonly code: number };
  readonly lookupFailure?: { readonly pfn: Pfn };
  readonly between?: { readonly nth: number; readonly change: BetweenChange; readonly gfn?: Gfn };
}

export interface HypervisorWrite {
  readonly op: 'hypervisor-write';
  readonly target: Target;
  /** Bytes, 1 to WRITE_BYTES_MAX. */
  readonly size: number;
  /** What is stored: nothing that matters (undefined), one byte repeated, or these bytes (as many as `size`). */
  readonly content?: number | Uint8Array;
  readonly via: Via;
  /** Only with copy-to-user: the store is made where a fault may not sleep. */
  readonly pagefaultDisabled: boolean;
  readonly inject?: Inject;
}

export interface HypervisorRead {
  readonly op: 'hypervisor-read';
  readonly target: Target;
  /** Bytes, 1 to READ_BYTES_MAX. */
  readonly size: number;
  readonly via: 'user' | 'direct-map';
}

export type PageStateOperation = 'private' | 'shared' | 'psmash' | 'unsmash';

export interface PageStateEntry {
  /** First guest page; aligned to pageSize. */
  readonly gfn: Gfn;
  /** How many pages of pageSize. */
  readonly pages: number;
  readonly pageSize: 1 | 2;
  readonly operation: PageStateOperation;
}

export interface PageStateChange {
  readonly op: 'page-state-change';
  /** 1 to 253 entries. */
  readonly entries: readonly PageStateEntry[];
  /** The guest PVALIDATEs around the request, as Linux does. */
  readonly validate: boolean;
  /** The guest ends itself where Linux would: on a failed request, CF=1 or a failed PVALIDATE. */
  readonly strictGuest: boolean;
  readonly inject?: Inject;
}

export interface Pvalidate {
  readonly op: 'pvalidate';
  readonly gfn: Gfn;
  /** Offset of the address in its page; other than 0 is FAIL_INPUT. */
  readonly offset: number;
  readonly pageSize: 1 | 2;
  readonly validate: boolean;
  readonly vmpl: 0 | 1 | 2 | 3;
  readonly inject?: Inject;
}

/** The bare instruction: no retry, no generation rule except the direct map's repair before it. */
export interface Rmpupdate {
  readonly op: 'rmpupdate';
  readonly pfn: Pfn;
  readonly assigned: boolean;
  readonly gfn: number;
  /** Offset of the gpa in its page; other than 0 is FAIL_INPUT. */
  readonly gpaOffset: number;
  readonly asid: number;
  readonly pageSize: 1 | 2;
  readonly immutable: boolean;
  /** false leaves out the direct-map repair that the generation makes before an RMPUPDATE. */
  readonly directMap: boolean;
  readonly inject?: Inject;
}

export interface Psmash {
  readonly op: 'psmash';
  readonly pfn: Pfn;
}

/** Whole pages of the VMM's address space, or of the guest's. */
export interface PageRange {
  readonly space: 'hva' | 'gpa';
  /** First virtual page, or first guest page. */
  readonly page: number;
  /** 4K pages, 1 to RANGE_PAGES_MAX. */
  readonly pages: number;
}

export interface VirtualRange extends PageRange {
  readonly space: 'hva';
}

/** mmap with MAP_FIXED: what was mapped there goes first. The backing is that of the memslot. */
export interface Mmap {
  readonly op: 'mmap';
  readonly range: VirtualRange;
  readonly protection: Protection;
}

export interface Munmap {
  readonly op: 'munmap';
  readonly range: VirtualRange;
}

export interface Mprotect {
  readonly op: 'mprotect';
  readonly range: VirtualRange;
  readonly protection: Protection;
}

export const MADVICE = ['HUGEPAGE', 'NOHUGEPAGE', 'COLLAPSE', 'DONTNEED', 'REMOVE'] as const;
export type Madvice = (typeof MADVICE)[number];

export interface Madvise {
  readonly op: 'madvise';
  readonly range: PageRange;
  readonly advice: Madvice;
}

/** One scan of khugepaged, over the whole address space where no range is given. */
export interface Khugepaged {
  readonly op: 'khugepaged';
  readonly range?: PageRange;
}

export interface Pin {
  readonly op: 'pin';
  readonly range: PageRange;
  readonly pinned: boolean;
}

export const LEAF_CHANGES = ['swap-out', 'migrate', 'numa-hint', 'restore'] as const;
export type LeafChange = (typeof LEAF_CHANGES)[number];

export interface ChangeLeafState {
  readonly op: 'leaf-state';
  readonly range: PageRange;
  readonly change: LeafChange;
}

export interface Reset {
  readonly op: 'reset';
}

export interface Delete {
  readonly op: 'delete';
  readonly cause: 'request' | 'ttl';
}

/** The host's memory management. */
export type MemoryCommand = Mmap | Munmap | Mprotect | Madvise | Khugepaged | Pin | ChangeLeafState;
export type Command = HypervisorWrite | HypervisorRead | PageStateChange | Pvalidate | Rmpupdate | Psmash | MemoryCommand | Reset | Delete;
/** What a VM comes into being by has no command: its journal record holds the state instead. */
export type BirthName = 'create' | 'fork' | 'import';
export type OperationName = Command['op'] | BirthName;
