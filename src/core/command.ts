/** Everything that can be asked of a machine, in page numbers. The edge turns text into these. */
import type { Gfn, Level, Pfn, Vpn } from './address.js';
import type { FirmwareRequest } from './firmware-request.js';
import type { Protection } from './vmas.js';

/** `kvm`: KVM writes guest memory by its user address, after what its generation does before such a write. */
export type Via = 'user' | 'copy-to-user' | 'kvm' | 'direct-map';

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
  /** Where 2M is answered FAIL_SIZEMISMATCH, the guest goes on with the 512 pages one by one, as Linux and OVMF do. */
  readonly fallback?: boolean;
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

export type Vmpl = 0 | 1 | 2 | 3;

/** `page-table-read`, `page-table-write`: the processor walks a page of the guest's tables, or sets Accessed and Dirty there. */
export const GUEST_ACCESS_KINDS = ['read', 'write', 'execute', 'page-table-read', 'page-table-write'] as const;
export type GuestAccessKind = (typeof GUEST_ACCESS_KINDS)[number];

/** Whether a guest access of this kind stores; what else faults at the nested level loads. */
export function isGuestStore(access: string): boolean {
  return access === 'write' || access === 'page-table-write';
}

export interface GuestAccess {
  readonly op: 'guest-access';
  readonly gfn: Gfn;
  /** Byte in the first page. */
  readonly offset: number;
  /** Bytes, 1 to WRITE_BYTES_MAX for a store, to READ_BYTES_MAX for a load or fetch. */
  readonly size: number;
  readonly access: GuestAccessKind;
  /** The C-bit of the guest's mapping; left out: as the guest maps private memory. Fetches and the tables themselves are private always. */
  readonly cBit?: boolean;
  readonly vmpl: Vmpl;
  /** Whose execute permission a fetch needs. */
  readonly privilege: 'supervisor' | 'user';
  /** Level of the leaf in the guest's own page table. */
  readonly guestLevel: Level;
  /** As of a hypervisor write. */
  readonly content?: number | Uint8Array;
  readonly inject?: Inject;
}

/** Permissions of a VMPL as an RMP entry's mask has them. */
export const VMPL_PERMISSIONS = ['read', 'write', 'user-execute', 'supervisor-execute', 'supervisor-shadow-stack'] as const;
export type VmplPermission = (typeof VMPL_PERMISSIONS)[number];

export interface Rmpadjust {
  readonly op: 'rmpadjust';
  readonly gfn: Gfn;
  /** Other than 0 is FAIL_INPUT. */
  readonly offset: number;
  readonly pageSize: 1 | 2;
  readonly vmpl: Vmpl;
  readonly targetVmpl: Vmpl;
  /** Bit i is VMPL_PERMISSIONS[i]. */
  readonly mask: number;
  readonly vmsa: boolean;
  readonly inject?: Inject;
}

export interface Rmpquery {
  readonly op: 'rmpquery';
  readonly gfn: Gfn;
  /** The address is rounded down to a page of this size. */
  readonly pageSize: 1 | 2;
  readonly vmpl: Vmpl;
  readonly targetVmpl: Vmpl;
  readonly inject?: Inject;
}

export interface Rmpread {
  readonly op: 'rmpread';
  readonly pfn: Pfn;
}

/** A VMGEXIT for page states, in bytes as the guest wrote them. Whatever they are, it is carried out. */
export type GhcbRequest = GhcbNaeRequest | GhcbMsrRequest;

interface GhcbNaeRequest {
  readonly op: 'ghcb-request';
  readonly form: 'nae';
  /** The structure at SW_SCRATCH. */
  readonly content: Uint8Array;
  /** The host returns early after so many 4K pages. */
  readonly stopAfterPages: number;
  readonly inject?: Inject;
}

interface GhcbMsrRequest {
  readonly op: 'ghcb-request';
  readonly form: 'msr';
  /** The GHCB MSR, bits 63:32 and 31:0. */
  readonly high: number;
  readonly low: number;
  readonly inject?: Inject;
}

/** The hypervisor changes the nested page table behind the guest's back. */
export interface MapNested {
  readonly op: 'nested-map';
  readonly gfn: Gfn;
  /** 4K page, or a 2M leaf whatever the RMP says. */
  readonly pageSize: 1 | 2;
  /** null: back to the memslot's frame. */
  readonly pfn: Pfn | null;
}

/** VMRUN. */
export interface EnterVcpu {
  readonly op: 'vcpu-enter';
  readonly vcpu: number;
  /** Guest page of the VMSA. */
  readonly vmsa: Gfn;
  /** Frame of the VMCB, where it is in memory of this host. */
  readonly vmcb: Pfn | null;
  /** The guest has written 0 to PCPU_ID of the VMSA: its translations are flushed on entry (APM2 15.36.15). */
  readonly flushTlb: boolean;
}

/** #VMEXIT. */
export interface ExitVcpu {
  readonly op: 'vcpu-exit';
  readonly vcpu: number;
}

/** A command of the host's driver to the firmware; statuses and life cycle are hardware.md 7. */
export interface FirmwareCommand {
  readonly op: 'firmware-command';
  readonly request: FirmwareRequest;
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

/** The host's memory management. */
export type MemoryCommand = Mmap | Munmap | Mprotect | Madvise | Khugepaged | Pin | ChangeLeafState;
/** What the guest does, and what is done to it. */
export type GuestCommand = GuestAccess | Rmpadjust | Rmpquery | Rmpread | GhcbRequest | FirmwareCommand | MapNested | EnterVcpu | ExitVcpu;
export type Command =
  | HypervisorWrite
  | HypervisorRead
  | PageStateChange
  | Pvalidate
  | Rmpupdate
  | Psmash
  | KernelMap
  | KernelUnmap
  | GuestCommand
  | MemoryCommand
  | Reset
  | Delete;
/** What a VM comes into being by has no command: its journal record holds the state instead. */
export type BirthName = 'create' | 'fork' | 'import';
export type OperationName = Command['op'] | BirthName;
