/** One event per fact. The service adds vm, position, op, operation, requestId and the time. */
import type { Gfn, Level, Pfn, Vpn } from './address.js';
import type { PageStateOperation } from './command.js';
import type { Backing } from './config.js';
import type { FirmwareRequest, FirmwareStatus } from './firmware-request.js';
import type { PageState } from './page-state.js';
import type { AccessOutcome, Fault, InstructionStatus, NestedAccess, NestedFault } from './outcome.js';
import type { Absence } from './page-table.js';
import type { HugeAdvice, Protection } from './vmas.js';

interface Numbered {
  /** Dense per VM, from 1. */
  readonly seq: number;
}

/** A run of pages; gfn is null for frames outside every memslot. */
interface Pages {
  readonly gfn: Gfn | null;
  readonly pfn: Pfn;
  /** 4K pages in the run. */
  readonly pages: number;
}

export interface FirmwareChange {
  readonly pfn: Pfn;
  readonly pages: 1 | 512;
  readonly from: PageState;
  readonly to: PageState;
}

interface MappedPages {
  readonly vpn: Vpn;
  readonly gfn: Gfn | null;
  readonly pages: number;
}

/** `conversion`: the VMM or guest_memfd acts on a change of page state. */
export type MappingCause =
  | 'fault'
  | 'nested-fault'
  | 'split'
  | 'other-thread'
  | 'mmap'
  | 'munmap'
  | 'mprotect'
  | 'madvise'
  | 'khugepaged'
  | 'leaf-state'
  | 'pin'
  | 'conversion';

interface MappedArea extends MappedPages {
  /** Number of the memslot. */
  readonly memslot: number;
}

/**
 * Whose state a VM began with that did not begin as its configuration says: the VM's id, and its last event and its operations at that moment.
 * The machine only passes it on.
 */
export type Origin =
  | { readonly kind: 'fork'; readonly vm: string; readonly seq: number; readonly operation: number }
  | {
      readonly kind: 'import';
      readonly vm: string;
      readonly seq: number;
      readonly operation: number;
      /** Rules under which the bundle was written. */
      readonly rulesVersion: number;
      /** `replayed`: the commands came to the digest again; `taken`: other rules, so the state is as the bundle has it. */
      readonly check: 'replayed' | 'taken';
      /** Where the commands begin: at the VM's own beginning, at a later snapshot, or at the state, so that there are none. */
      readonly base: 'origin' | 'snapshot' | 'state';
      readonly commands: number;
      /** SHA-256 of the bundle, hex. */
      readonly checksum: string;
    };

export type EventBody =
  /** `origin`: where the VM was forked or imported from. */
  | { readonly type: 'vm-created'; readonly origin?: Origin }
  | { readonly type: 'vm-reset' }
  | { readonly type: 'vm-killed'; readonly cause: 'sigbus' | 'segv' | 'oops' | 'guest-terminated' }
  /** 4K pages that the teardown un-assigned, and that it could not. */
  | { readonly type: 'vm-deleted'; readonly cause: 'request' | 'ttl'; readonly unassigned: number; readonly leaked: number }
  /** `outcome` is what the whole access came to. */
  | { readonly type: 'fault'; readonly fault: Fault; readonly outcome: AccessOutcome }
  | ({ readonly type: 'mapping-installed'; readonly level: Level; readonly cause: MappingCause } & MappedPages)
  | ({ readonly type: 'mapping-split'; readonly from: Level; readonly level: Level; readonly cause: MappingCause } & MappedPages)
  /** `pfn`: the first frame of the new leaf; another than before where the pages were copied. */
  | ({
      readonly type: 'mapping-collapsed';
      readonly level: Level;
      readonly cause: MappingCause;
      readonly pfn: Pfn;
      readonly copied: boolean;
    } & MappedPages)
  | ({
      readonly type: 'mapping-removed';
      readonly level: Level;
      readonly cause: MappingCause;
      readonly leaf: 'none' | Absence;
    } & MappedPages)
  | ({ readonly type: 'vma-mapped'; readonly backing: Backing; readonly protection: Protection } & MappedArea)
  | ({ readonly type: 'vma-unmapped' } & MappedArea)
  /** Protection or huge-page advice of a VMA is another. */
  | ({ readonly type: 'vma-protected'; readonly protection: Protection; readonly hugePages: HugeAdvice } & MappedArea)
  /**
   * Frames that nobody can use any more: `teardown` could not un-assign them, nor could the hole that was `punched` into private memory, or
   * they were `freed` while the RMP had them assigned. `gfn` is the guest page whose frame it was; `code` the failing RMPUPDATE's.
   */
  | ({
      readonly type: 'page-leaked';
      readonly cause: 'teardown' | 'freed' | 'punched';
      readonly code: number | null;
      readonly dmesg: readonly string[];
    } & Pages)
  | ({ readonly type: 'direct-map-split' } & Pages)
  | ({
      readonly type: 'rmp-updated';
      readonly assigned: boolean;
      readonly immutable: boolean;
      readonly asid: number;
      readonly pageSize: 1 | 2;
      readonly entryGfn: number;
    } & Pages)
  | ({ readonly type: 'psmashed' } & Pages)
  | ({ readonly type: 'pvalidated'; readonly validate: boolean; readonly pageSize: 1 | 2; readonly carry: boolean } & Pages)
  | ({
      readonly type: 'page-state-changed';
      readonly operation: PageStateOperation;
      readonly pageSize: 1 | 2;
      readonly status: InstructionStatus;
      readonly rmpPages: number;
    } & Pages)
  | { readonly type: 'nested-fault'; readonly fault: NestedFault }
  /** #VC inside the guest, error code 0x404: a page that is not validated. No exit, unless ReflectVC makes it one. */
  | ({ readonly type: 'vc-exception'; readonly access: NestedAccess; readonly reflected: boolean } & Pages)
  /** KVM_EXIT_MEMORY_FAULT: `isPrivate` is flag 8. */
  | ({ readonly type: 'memory-fault-exit'; readonly isPrivate: boolean } & Pages)
  | ({
      readonly type: 'rmp-adjusted';
      readonly pageSize: 1 | 2;
      readonly targetVmpl: number;
      readonly mask: number;
      readonly vmsa: boolean;
    } & Pages)
  /** The hypervisor maps the guest pages to these frames from now on. */
  | ({ readonly type: 'nested-mapped' } & Pages)
  /** The page that the command is about, and every page whose state it changed. */
  | ({
      readonly type: 'firmware-command';
      readonly command: FirmwareRequest['command'];
      readonly status: FirmwareStatus;
      readonly changes: readonly FirmwareChange[];
    } & Pages)
  | ({ readonly type: 'vcpu-entered'; readonly vcpu: number } & Pages)
  | ({ readonly type: 'vcpu-exited'; readonly vcpu: number } & Pages);

export type Event = EventBody & Numbered;
export type EventType = Event['type'];
