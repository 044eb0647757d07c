/** One event per fact. The service adds vm, position, op, operation, requestId and the time. */
import type { Gfn, Level, Pfn, Vpn } from './address.js';
import type { PageStateOperation } from './command.js';
import type { AccessOutcome, Fault, InstructionStatus, NestedFault } from './outcome.js';

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

interface MappedPages {
  readonly vpn: Vpn;
  readonly gfn: Gfn | null;
  readonly pages: number;
}

/** `conversion`: the VMM or guest_memfd acts on a change of page state. */
export type MappingCause = 'fault' | 'nested-fault' | 'split' | 'other-thread' | 'conversion';

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
  /** KVM_EXIT_MEMORY_FAULT: the access does not fit the attribute; `private` is what it would have to be. */
  | ({ readonly type: 'memory-fault-exit'; readonly private: boolean } & Pages)
  /** Pages that could not be un-assigned and are never used again. */
  | ({ readonly type: 'page-leaked' } & Pages);

export type Event = EventBody & Numbered;
export type EventType = Event['type'];
