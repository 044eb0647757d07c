/**
 * What one version of the host kernel decides. A generation is a value without state: it sees the machine through a read-only
 * view, answers with a plan, and the machine carries the plan out. Where it has no rule it answers PROCEED.
 *
 * To add one: write `<name>.ts` with its source cited, give it its eight hooks (most come from `common.ts`), name it in
 * `index.ts`, and add its column to the matrix test.
 */
import type { Gfn, Level, Pfn, Vpn } from '../address.js';
import type { Backing } from '../config.js';
import type { Decision } from '../outcome.js';

export const GENERATION_NAMES = ['rfc-v1', 'rfc-v1-reply', 'no-snp'] as const;
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
  walkDirectMap(pfn: Pfn): Leaf | null;
  /** `assigned` from the frame's own entry, `level` from the 2M-aligned base; null where the look-up fails. */
  rmpLookup(pfn: number): { readonly assigned: boolean; readonly level: 1 | 2 } | null;
  /** Whether KVM's attribute of the guest page says private. */
  privateAttribute(gfn: Gfn): boolean;
  /** How many kernel maps hold the guest page for writing. */
  heldMaps(gfn: Gfn): number;
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
  /** The kernel itself was storing to the user address. */
  readonly kernelMode: boolean;
  readonly pagefaultDisabled: boolean;
  readonly backing: Backing | null;
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
  | { readonly kind: 'split-direct-map'; readonly pfn: Pfn }
  | { readonly kind: 'psmash'; readonly pfn: Pfn }
  | { readonly kind: 'make-private'; readonly gfn: Gfn; readonly pfn: Pfn }
  | { readonly kind: 'make-shared'; readonly gfn: Gfn; readonly pfn: Pfn };

export type Then = 'retry' | 'normal-fault' | 'sigbus' | 'efault' | 'ebusy' | 'oops' | 'exit-to-vmm';

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
}

/** "I have no rule here: go on." */
export const PROCEED = null;
export type PlanOrProceed = Plan | typeof PROCEED;

/** What a failing RMPUPDATE gets: tried again on these codes (`null`: never), at most so many times (`null`: without bound). */
export interface RetryRule {
  readonly onCodes: readonly number[];
  readonly limit: number | null;
}

/** The knobs of generations.md 10 that the machine itself reads. */
export interface GenerationFacts {
  /** false: no store is ever checked against the RMP. */
  readonly checksHostWrites: boolean;
  /** What happens to the direct map before an RMPUPDATE. */
  readonly directMap: 'split-always' | 'untouched';
  readonly rmpupdateRetry: RetryRule;
  /** The oops line's words for bit 31. */
  readonly oopsWords: string;
}

export interface Generation {
  readonly name: GenerationName;
  readonly title: string;
  readonly source: string;
  readonly facts: GenerationFacts;
  /** Before a page-state request touches the RMP: refusal, delay. */
  planConversion(request: { readonly gfn: Gfn; readonly pages: number; readonly toPrivate: boolean }, view: View): PlanOrProceed;
  /** Before RMPUPDATE: what happens to the direct map. */
  beforeRmpupdate(change: RmpChange, view: View): PlanOrProceed;
  /** After RMPUPDATE answered `code`: the retry rule, restoring the direct map, a leak. */
  afterRmpupdate(change: RmpChange, code: number, executions: number, view: View): PlanOrProceed;
  /** Before KVM itself writes guest memory. */
  beforeKvmWrite(target: { readonly gfn: Gfn; readonly pfn: Pfn }, view: View): PlanOrProceed;
  /** A fault on a page that is not mapped; PROCEED is demand mapping. */
  onNotPresent(fault: UserFault, view: View): PlanOrProceed;
  /** The mail's handler: a #PF with bit 31. */
  onRmpFault(fault: HostFault, view: View): Plan;
  /** The guest's NPF with bit 31; PROCEED where this kernel only resumes the guest. */
  onNestedFault(fault: NestedFaultCause, view: View): PlanOrProceed;
  /** When the VM goes away: what becomes of pages that cannot be un-assigned. */
  onTeardown(pages: { readonly pfn: Pfn; readonly count: number }, view: View): PlanOrProceed;
}
