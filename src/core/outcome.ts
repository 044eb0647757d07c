/** What a command comes to. Numbers and small words only; text for people is made at the edge. */
import type { Gfn, Level, Pfn } from './address.js';
import type { GuestAccessKind } from './command.js';
import type { Event } from './event.js';
import type { Rejection } from './error.js';
import type { FirmwareStatus } from './firmware-request.js';
import type { GuestContext } from './firmware-state.js';
import type { PageState } from './page-state.js';

/** One RMP entry as read: the fields are the entry's own, `level` the 2M-aligned base's, `state` the effective one. */
export interface RmpEntry {
  readonly pfn: Pfn;
  readonly assigned: boolean;
  /** The entry's own page-size bit: 1 is 4K, 2 is 2M. */
  readonly pageSize: 1 | 2;
  /** The page size of the 2M-aligned base entry, which is what a look-up reports. */
  readonly level: 1 | 2;
  readonly immutable: boolean;
  /** The gpa field, GPA >> 12, 39 bits. */
  readonly gfn: number;
  readonly asid: number;
  readonly vmsa: boolean;
  readonly validated: boolean;
  /** VMPL0 in the low byte to VMPL3 in the high one; bits R 1, W 2, X-user 4, X-supervisor 8, SSS 16. */
  readonly vmpl: number;
  /** Assigned 4K pages of the region other than the base; only ever set in the base entry. */
  readonly subPageCount: number;
  readonly state: PageState;
}

export type Decision = 'RETRY' | 'KILL' | 'PAGE_SPLIT' | 'FORCE_SHARED' | 'NONE';
export type FaultAction =
  | 'none'
  | 'split'
  | 'split-failed'
  | 'cleared'
  | 'mapped'
  | 'sigbus'
  | 'segv'
  | 'efault'
  | 'ebusy'
  | 'oops'
  | 'made-shared'
  | 'made-private'
  | 'psmash'
  | 'zapped';
export type AccessOutcome = 'completed' | 'sigbus' | 'efault' | 'ebusy' | 'oops' | 'livelock' | 'ping-pong' | 'segv';

export interface Signal {
  readonly number: 7 | 11;
  readonly name: 'SIGBUS' | 'SIGSEGV';
  readonly code: number;
  readonly codeName: 'BUS_ADRERR' | 'BUS_MCEERR_AR' | 'SEGV_MAPERR' | 'SEGV_ACCERR';
}

/** Why the RMP refuses a store of the host. 'page-in-use': it lies in, or is mapped with, a 2M-aligned page that VMRUN holds. */
export const STORE_REFUSALS = ['page-assigned', 'mapping-overlaps-assigned', 'page-in-use'] as const;
export type StoreRefusal = (typeof STORE_REFUSALS)[number];

/** One page fault of a host access and what came of it. A signal's address is the fault's own. */
export interface Fault {
  readonly kind: 'rmp' | 'not-present' | 'protection';
  /** Privilege of the access: a copy-to-user and a direct-map store are the kernel's. */
  readonly origin: 'user' | 'kernel';
  readonly access: 'read' | 'write';
  /** `page` is a VPN in user space, a PFN in the direct map. */
  readonly space: 'user' | 'direct-map';
  readonly page: number;
  readonly offset: number;
  readonly gfn: Gfn | null;
  readonly pfn: Pfn | null;
  /** The #PF error code as 32 bits of an int32: read it with `>>> 0`. */
  readonly errorCode: number;
  /** Level of the leaf that was walked; null where there is none. */
  readonly level: Level | null;
  /** What the handler read, right or wrong. `pfn` may be a garbage frame above 2^32. */
  readonly lookedUp: { readonly pfn: number; readonly assigned: boolean; readonly level: Level } | null;
  /** The entry of the page written, as the hardware saw it when it faulted. */
  readonly rmp: RmpEntry | null;
  readonly reason: StoreRefusal | null;
  readonly decision: Decision | null;
  /** What handle_mm_fault is given; null where it is not called. */
  readonly faultFlags: number | null;
  readonly action: FaultAction;
  readonly signal: Signal | null;
  readonly dmesg: readonly string[];
  /** How many times in a row this very fault was taken. */
  readonly repeats: number;
}

/** What the guest did when it faulted. */
export type NestedAccess = 'pvalidate' | 'rmpadjust' | 'rmpquery' | GuestAccessKind;
/** The check that failed (APM2 table 15-38); 'locked': another CPU held the entry (doubt D15). */
export type NestedReason =
  | 'not-covered'
  | 'not-owned'
  | 'reverse-map'
  | 'immutable'
  | 'page-size'
  | 'vmpl'
  | 'not-hypervisor-owned'
  | 'locked'
  /** Not in the nested page table: a private page of its own before its first access, or an access that does not fit the attribute. */
  | 'not-present';

/** A fault of the guest's own access that the host had to answer (#VMEXIT(NPF)). */
export interface NestedFault {
  readonly access: NestedAccess;
  readonly gfn: Gfn;
  readonly pfn: Pfn;
  /** EXITINFO1, bits 0 to 31 as an int32, and bits 32 to 63. */
  readonly errorLow: number;
  readonly errorHigh: number;
  /** Level of the nested page table's leaf. */
  readonly level: Level;
  readonly rmp: RmpEntry;
  readonly reason: NestedReason;
  readonly action: FaultAction;
}

export type InstructionStatus =
  | 'SUCCESS'
  | 'FAIL_INPUT'
  | 'FAIL_PERMISSION'
  | 'FAIL_INUSE'
  | 'FAIL_OVERLAP'
  | 'FAIL_SIZEMISMATCH'
  | 'FAIL_BADADDR'
  | 'LIVELOCK'
  /** The host refuses the request while it uses the page, or keeps it waiting. */
  | 'EBUSY'
  | 'EAGAIN'
  | 'WAITS'
  | 'NESTED_FAULT'
  | 'VC_EXCEPTION'
  | 'GUEST_TERMINATED'
  | 'GENERAL_PROTECTION'
  | 'NOT_ATTEMPTED';

/** Lines of the kernel log that belong to no fault; left out where there are none. */
interface Printing {
  readonly dmesg?: readonly string[];
}

export interface WriteOutcome extends Printing {
  readonly op: 'hypervisor-write';
  readonly outcome: AccessOutcome;
  /** Bytes before the failing page. */
  readonly bytesWritten: number;
  /** At most FAULTS_LISTED_MAX. */
  readonly faults: readonly Fault[];
}

export interface ReadOutcome {
  readonly op: 'hypervisor-read';
  readonly outcome: AccessOutcome;
  readonly bytesRead: number;
  readonly data: Uint8Array;
  readonly faults: readonly Fault[];
}

export interface PageStateResult {
  readonly status: InstructionStatus;
  /** The manual's number, null where the status is none of an instruction's. */
  readonly code: number | null;
  /** The carry flag of the entry's PVALIDATEs, true if any said "nothing changed"; absent where none ran. */
  readonly carry?: boolean;
  /** 4K pages whose RMP entry changed. */
  readonly rmpPages: number;
}

export interface PageStateOutcome extends Printing {
  readonly op: 'page-state-change';
  readonly status: InstructionStatus;
  readonly code: number | null;
  readonly results: readonly PageStateResult[];
  /** The request was refused by the host: SW_EXITINFO2 is the generic error, 0x100 << 32. */
  readonly requestFailed: boolean;
}

export interface PvalidateOutcome extends Printing {
  readonly op: 'pvalidate';
  /** 'nested-fault': the host could not answer it, the guest would fault for ever. 'exception': #GP(0) inside the guest. */
  readonly outcome: 'completed' | 'nested-fault' | 'exception';
  readonly status: InstructionStatus;
  readonly code: number | null;
  /** Where the guest fell back to 4K: of any of the 512. */
  readonly carry: boolean | null;
  /** 4K pages that were validated one by one after FAIL_SIZEMISMATCH; 0 where none were. */
  readonly fallbackPages: number;
  readonly faults: readonly NestedFault[];
}

export interface InstructionOutcome {
  readonly op: 'rmpupdate' | 'psmash';
  readonly status: InstructionStatus;
  readonly code: number | null;
}

/** The guest's translation of the last page that it reached. */
export interface GuestTranslation {
  readonly gfn: Gfn;
  readonly pfn: Pfn;
  readonly nestedLevel: Level;
  /** What the TLB holds: the smaller of the guest's leaf and the nested one. */
  readonly tlbLevel: Level;
}

/** 'vmexit-vc': a #VC that ReflectVC turns into an exit. 'page-fault': the C-bit is reserved where vTOM decides. */
export type GuestAccessEnd = 'completed' | 'nested-fault' | 'vc-exception' | 'vmexit-vc' | 'page-fault' | 'memory-fault-exit';

/** An exception of the guest's own, in the words of the manual: #VC 29 or #PF 14. */
export interface GuestException {
  readonly vector: 29 | 14;
  readonly errorCode: number;
  readonly gfn: Gfn;
}

export interface GuestAccessOutcome extends Printing {
  readonly op: 'guest-access';
  readonly outcome: GuestAccessEnd;
  /** Bytes before the page that failed. */
  readonly bytesDone: number;
  /** What a load read. */
  readonly data?: Uint8Array;
  readonly faults: readonly NestedFault[];
  /** With ReflectVC it is not delivered: the exit carries it. */
  readonly exception: GuestException | null;
  /** null where nothing is mapped, or can be. */
  readonly translation: GuestTranslation | null;
}

interface GuestInstructionOutcome extends Printing {
  /** 'nested-fault': the guest would fault for ever. 'vc-exception': #VC 0x404, the page is not validated; 'vmexit-vc': with ReflectVC. */
  readonly outcome: 'completed' | 'nested-fault' | 'vc-exception' | 'vmexit-vc';
  readonly status: InstructionStatus;
  readonly code: number | null;
  readonly faults: readonly NestedFault[];
}

export interface RmpadjustOutcome extends GuestInstructionOutcome {
  readonly op: 'rmpadjust';
}

export interface RmpqueryOutcome extends GuestInstructionOutcome {
  readonly op: 'rmpquery';
  /** Where it succeeded: the mask of the VMPL asked for, and the page size of the entry. */
  readonly answer: { readonly mask: number; readonly pageSize: 1 | 2; readonly vmsa: boolean } | null;
}

/** What RMPREAD stores: no validated, vmsa or masks (hardware.md 1.4). */
export interface RmpreadEntry {
  readonly pfn: Pfn;
  readonly gfn: number;
  readonly assigned: boolean;
  readonly pageSize: 1 | 2;
  /** Of a 2M-aligned frame: another page of its region is assigned. */
  readonly regionAssigned: boolean;
  readonly immutable: boolean;
  readonly asid: number;
}

export interface RmpreadOutcome {
  readonly op: 'rmpread';
  readonly status: InstructionStatus;
  readonly code: number | null;
  readonly entry: RmpreadEntry | null;
}

export interface NestedMapOutcome {
  readonly op: 'nested-map';
  /** Where the guest page is mapped now. */
  readonly pfn: Pfn;
}

export type GhcbOutcome = Printing & (GhcbNaeOutcome | GhcbMsrOutcome);

interface GhcbNaeOutcome {
  readonly op: 'ghcb-request';
  readonly form: 'nae';
  readonly exitInfo1: number;
  /** SW_EXITINFO2, upper and lower 32 bits. */
  readonly exitInfo2: readonly [high: number, low: number];
  /** The structure as the host left it. */
  readonly content: Uint8Array;
}

interface GhcbMsrOutcome {
  readonly op: 'ghcb-request';
  readonly form: 'msr';
  readonly high: number;
  readonly low: number;
}

export interface FirmwareOutcome {
  readonly op: 'firmware-command';
  readonly status: FirmwareStatus;
  /** The launch digest of the guest that the command was about; null where there is none. */
  readonly guest: GuestContext | null;
}

export type VmsaCheck = 'not-covered' | 'not-owned' | 'reverse-map' | 'immutable' | 'not-vmsa' | 'page-size';

export interface VcpuOutcome {
  readonly op: 'vcpu-enter' | 'vcpu-exit';
  /** 'vmexit-busy': another vCPU runs on this VMSA. 'general-protection': the VMCB is not the hypervisor's. */
  readonly outcome: 'entered' | 'exited' | 'vmexit-invalid' | 'vmexit-busy' | 'general-protection';
  /** The check of the VMSA that failed, for vmexit-invalid. */
  readonly reason: VmsaCheck | null;
}

export const ERRNOS = ['EACCES', 'EAGAIN', 'EFAULT', 'EINVAL', 'ENOMEM'] as const;
export type Errno = (typeof ERRNOS)[number];

/** What a system call of the VMM came to; with an errno, what was done before it stays. */
export interface SyscallOutcome {
  readonly op: 'mmap' | 'munmap' | 'mprotect' | 'madvise' | 'pin';
  readonly outcome: 'completed' | Errno;
  /** 4K pages that it concerned: those in VMAs, or for COLLAPSE those that a 2M leaf maps now. */
  readonly pages: number;
}

/** Regions of 512 pages by what the scan made of them. */
export interface KhugepagedOutcome {
  readonly op: 'khugepaged';
  /** Anonymous regions that were copied into a new 2M frame. */
  readonly collapsed: number;
  /** Page tables over a file's huge page that were removed: the next fault maps it huge. */
  readonly retracted: number;
  /** Left alone because of a pin. */
  readonly pinned: number;
  /** Left alone because of their leaves: nothing present, too many swapped out, or one under migration. */
  readonly unsuitable: number;
  /** Left alone for want of a free 2M frame. */
  readonly noMemory: number;
}

export interface LeafStateOutcome {
  readonly op: 'leaf-state';
  /** 4K pages whose leaf is in another state now. */
  readonly pages: number;
  /** Pages left alone because of a pin. */
  readonly pinned: number;
  /** Pages left alone because their backing, or the state of their leaf, does not allow it. */
  readonly unsuitable: number;
}

export interface KernelMapOutcome extends Printing {
  readonly op: 'kernel-map';
  readonly outcome: 'completed' | 'ebusy' | 'efault' | 'oops';
  /** Number of the map; null where there is none. */
  readonly map: number | null;
}

export interface LifecycleOutcome {
  readonly op: 'reset' | 'delete' | 'kernel-unmap';
}

export type Outcome =
  | WriteOutcome
  | ReadOutcome
  | PageStateOutcome
  | PvalidateOutcome
  | InstructionOutcome
  | GuestAccessOutcome
  | RmpadjustOutcome
  | RmpqueryOutcome
  | RmpreadOutcome
  | NestedMapOutcome
  | GhcbOutcome
  | FirmwareOutcome
  | VcpuOutcome
  | SyscallOutcome
  | KhugepagedOutcome
  | LeafStateOutcome
  | KernelMapOutcome
  | LifecycleOutcome;

/** A command that was carried out: what it came to and the facts it made, in order. */
export interface Applied {
  readonly outcome: Outcome;
  /** Their `seq` follow one another; empty where nothing is published. */
  readonly events: readonly Event[];
}

export type Result = Applied | Rejection;
