/** One event per fact. The service adds vm, position, op, operation, requestId and the time. */
import type { Gfn, Level, Pfn, Vpn } from './address.js';
import type { PageStateOperation } from './command.js';
import type { FirmwareRequest, FirmwareStatus } from './firmware-request.js';
import type { PageState } from './page-state.js';
import type { AccessOutcome, Fault, InstructionStatus, NestedAccess, NestedFault } from './outcome.js';

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

export type MappingCause = 'fault' | 'nested-fault' | 'split' | 'other-thread';

export type EventBody =
  | { readonly type: 'vm-created' }
  | { readonly type: 'vm-reset' }
  | { readonly type: 'vm-killed'; readonly cause: 'sigbus' | 'segv' | 'oops' | 'guest-terminated' }
  | { readonly type: 'vm-deleted'; readonly cause: 'request' | 'ttl' }
  /** `outcome` is what the whole access came to. */
  | { readonly type: 'fault'; readonly fault: Fault; readonly outcome: AccessOutcome }
  | ({ readonly type: 'mapping-installed'; readonly level: Level; readonly cause: MappingCause } & MappedPages)
  | ({ readonly type: 'mapping-split'; readonly from: Level; readonly level: Level; readonly cause: MappingCause } & MappedPages)
  | ({ readonly type: 'mapping-collapsed'; readonly level: Level; readonly cause: MappingCause } & MappedPages)
  | ({
      readonly type: 'mapping-removed';
      readonly level: Level;
      readonly cause: MappingCause;
      readonly leaf: 'none' | 'swap' | 'migration';
    } & MappedPages)
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
  /** #VC inside the guest, error code 0x404: a page that is not validated. No exit. */
  | ({ readonly type: 'vc-exception'; readonly access: NestedAccess } & Pages)
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
