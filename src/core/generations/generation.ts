/**
 * What one version of the host kernel decides. A generation is a value without state: it sees the machine through a read-only
 * view, answers with a plan, and the machine carries the plan out. Where it has no rule it answers PROCEED.
 *
 * To add one: write `<name>.ts` with its source cited, give it its facts and its eight hooks (most come from `common.ts` and
 * `user-handler.ts`), name it in `index.ts`, and add its column to the matrix test.
 */
import type { Gfn, Level, Pfn, Vpn } from '../address.js';
import type { Backing, PrivateBacking } from '../config.js';
import type { Doubts } from '../doubts.js';
import type { Decision } from '../outcome.js';
import type { GenerationFacts, RuleName } from './facts.js';

export const GENERATION_NAMES = [
  'rfc-v1',
  'rfc-v1-reply',
  'v2',
  'v3',
  'v4',
  'v5',
  'v6',
  'v7',
  'v8',
  'upstream',
  'inplace',
  'no-snp',
] as const;
export type GenerationName = (typeof GENERATION_NAMES)[number];

/** A leaf of a page table as a handler reads it. */
export interface Leaf {
  readonly level: Level;
  /** Frame of the first page the leaf maps. */
  readonly pfn: Pfn;
  readonly present: boolean;
}

export interface View {
  /** The leaf slot of a virtual page: null where an upper level is empty. */
  walkUser(vpn: Vpn): Leaf | null;
  walkDirectMap(pfn: Pfn): Leaf;
  /** `assigned` from the frame's own entry, `level` from the 2M-aligned base; null where the look-up fails. */
  rmpLookup(pfn: number): { readonly assigned: boolean; readonly level: 1 | 2 } | null;
  /** Immutable of the effective entry of a frame that is covered. */
  isImmutable(pfn: Pfn): boolean;
  /** Whether KVM's attribute of the guest page says private; with one backing, what the RMP says. */
  privateAttribute(gfn: Gfn): boolean;
  /** How many kernel maps hold the guest page for writing. */
  heldMaps(gfn: Gfn): number;
  /** Whether any of the guest pages is pinned, by pin_user_pages or registration. */
  anyPinned(gfn: Gfn, pages: number): boolean;
  readonly privateBacking: PrivateBacking;
  /** The lines in which the kernel dumps a frame's RMP entry. */
  dumpEntry(pfn: Pfn): readonly string[];
  readonly doubts: Doubts;
  /** CPUs of the host, which bound the retries of some generations. */
  readonly hostCpus: number;
}

/** The #PF of a host store, at the moment its handler runs. */
export type HostFault = UserFault | DirectMapFault;

interface FaultPlace {
  /** Byte in the page. */
  readonly offset: number;
}

export interface UserFault extends FaultPlace {
  readonly space: 'user';
  readonly vpn: Vpn;
  readonly gfn: Gfn;
  /** The kernel itself was storing to the user address. */
  readonly kernelMode: boolean;
  readonly pagefaultDisabled: boolean;
  readonly backing: Backing;
}

export interface DirectMapFault extends FaultPlace {
  readonly space: 'direct-map';
  readonly pfn: Pfn;
}

/** The guest's #VMEXIT(NPF), answered after the page itself is known to be mapped. */
export interface NestedFaultCause {
  readonly gfn: Gfn;
  readonly pfn: Pfn;
  readonly cBit: boolean;
  /** EXITINFO1 bit 35. */
  readonly sizem: boolean;
  readonly nestedLevel: Level;
}

export interface RmpChange {
  readonly pfn: Pfn;
  readonly pageSize: 1 | 2;
  readonly assigned: boolean;
}

/** One thing for the machine to do; it ends done, no-effect or failed. */
export type Repair =
  | { readonly kind: 'split-leaf'; readonly vpn: Vpn }
  /** __pte_alloc: an empty table where nothing is, so that no huge leaf comes back. */
  | { readonly kind: 'allocate-table'; readonly vpn: Vpn }
  | { readonly kind: 'split-direct-map'; readonly pfn: Pfn }
  /** Pages of the direct map become not present. */
  | { readonly kind: 'remove-direct-map'; readonly pfn: Pfn; readonly pages: number }
  | { readonly kind: 'restore-direct-map'; readonly pfn: Pfn; readonly pages: number }
  | { readonly kind: 'psmash'; readonly pfn: Pfn }
  | { readonly kind: 'make-private'; readonly gfn: Gfn; readonly pfn: Pfn }
  | { readonly kind: 'make-shared'; readonly pfn: Pfn }
  /** gmem_prepare: the guest's page in private memory of its own is assigned, 2M where that is possible. */
  | { readonly kind: 'prepare-private'; readonly gfn: Gfn }
  /** The VMM converts the page: attribute, and the other page thrown away. */
  | { readonly kind: 'convert'; readonly gfn: Gfn; readonly toPrivate: boolean };

/**
 * `hwpoison`: do_sigbus with a stray HWPOISON bit. `out-of-memory`: the stray OOM bit's path. `wait`: what was asked blocks
 * until somebody lets go.
 */
export type Then =
  | 'retry'
  | 'normal-fault'
  | 'sigbus'
  | 'hwpoison'
  | 'out-of-memory'
  | 'efault'
  | 'ebusy'
  | 'eagain'
  | 'oops'
  | 'wait'
  /** After an instruction: nothing more. */
  | 'go-on'
  | 'exit-to-vmm';

export interface LookedUp {
  readonly pfn: number;
  readonly assigned: boolean;
  readonly level: Level;
}

export interface Plan {
  readonly decision: Decision;
  readonly lookedUp: LookedUp | null;
  /** What handle_mm_fault is given; null where it is not called. */
  readonly faultFlags: number | null;
  readonly repairs: readonly Repair[];
  /** What follows when a repair failed. */
  readonly ifRepairFails: Then;
  readonly then: Then;
  readonly dmesg: readonly string[];
  /** The rule that made it, by which two generations are told apart. */
  readonly rule: RuleName;
}

/** "I have no rule here: go on." */
export const PROCEED = null;
export type PlanOrProceed = Plan | typeof PROCEED;

export interface Generation {
  readonly name: GenerationName;
  readonly title: string;
  readonly source: string;
  readonly facts: GenerationFacts;
  /** Rules whose result is reasoned from the code and was never seen or said by anybody (the mark [D] of generations.md). */
  readonly derived: readonly RuleName[];
  /** Where a rule comes from, if not from `source` as a whole. */
  readonly sources: Readonly<Partial<Record<RuleName, string>>>;
  /** Before a page-state request touches the RMP: refusal, delay. */
  planConversion(request: { readonly gfn: Gfn; readonly pages: number; readonly toPrivate: boolean }, view: View): PlanOrProceed;
  /** Before RMPUPDATE: what happens to the direct map. */
  beforeRmpupdate(change: RmpChange, view: View): PlanOrProceed;
  /** After RMPUPDATE answered `code`: the retry rule, restoring the direct map, what is logged. */
  afterRmpupdate(change: RmpChange, code: number, executions: number, view: View): PlanOrProceed;
  /** Before KVM itself writes guest memory, or maps it to. */
  beforeKvmWrite(target: { readonly gfn: Gfn; readonly pfn: Pfn }, view: View): PlanOrProceed;
  /** A fault on a page that is not mapped; PROCEED is demand mapping. */
  onNotPresent(fault: UserFault, view: View): PlanOrProceed;
  /** The mail's handler: a #PF with bit 31. */
  onRmpFault(fault: HostFault, view: View): Plan;
  /** The guest's NPF with bit 31; PROCEED where this kernel only resumes the guest. */
  onNestedFault(fault: NestedFaultCause, view: View): PlanOrProceed;
  /** When a page cannot be un-assigned on its way back to the host: what becomes of it. */
  onTeardown(pages: { readonly pfn: Pfn; readonly count: number }, view: View): PlanOrProceed;
}
