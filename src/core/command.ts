/** Everything that can be asked of a machine, in page numbers. The edge turns text into these. */
import type { Gfn, Pfn, Vpn } from './address.js';

/** `kvm`: KVM writes guest memory by its user address, after what its generation does before such a write. */
export type Via = 'user' | 'copy-to-user' | 'kvm' | 'direct-map';

/** A byte address: the page it is in and the offset there (0 to 4095). */
export type Target =
  | { readonly space: 'hva'; readonly page: Vpn; readonly offset: number }
  | { readonly space: 'gpa'; readonly page: Gfn; readonly offset: number }
  | { readonly space: 'pfn'; readonly page: Pfn; readonly offset: number };

/** What another thread does between a fault and the look-up of its handler. Forced, pins or not; the frame stays. */
export type BetweenChange = 'shared' | 'private' | 'region-shared' | 'unmapped' | 'swapped' | 'migrating' | 'split' | 'collapsed';

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

/** KVM maps a guest page for writing, and keeps the map. */
export interface KernelMap {
  readonly op: 'kernel-map';
  readonly gfn: Gfn;
}

/** And lets go of it. */
export interface KernelUnmap {
  readonly op: 'kernel-unmap';
  /** Number of the map. */
  readonly map: number;
}

export interface Reset {
  readonly op: 'reset';
}

export interface Delete {
  readonly op: 'delete';
  readonly cause: 'request' | 'ttl';
}

export type Command =
  | HypervisorWrite
  | HypervisorRead
  | PageStateChange
  | Pvalidate
  | Rmpupdate
  | Psmash
  | KernelMap
  | KernelUnmap
  | Reset
  | Delete;
export type OperationName = Command['op'] | 'create';
