/** What an explanation is made of: the checks that an access meets, in order, what each one saw, and what comes of the first that fails. */
import type { Gfn, Pfn, Vpn } from '../address.js';
import type { Backing } from '../config.js';
import type { HypervisorRead, HypervisorWrite, Psmash, Pvalidate, Rmpupdate } from '../command.js';
import type { Leaf, LookedUp, Repair, Then } from '../generations/generation.js';
import type { Decision, InstructionStatus, RmpEntry, StoreRefusal } from '../outcome.js';
import type { Protection } from '../vmas.js';

/** What can be explained: the command as it would be carried out, without an injection of its own. */
export type Explainable =
  | Omit<HypervisorWrite, 'inject'>
  | HypervisorRead
  | Omit<Pvalidate, 'inject' | 'fallback'>
  | Omit<Rmpupdate, 'inject'>
  | Psmash;

export type CheckName =
  | 'vma'
  | 'kvm-guard'
  | 'writable'
  | 'present'
  | 'hypervisor-owned'
  | 'privilege'
  | 'operands'
  | 'covered'
  | 'guest-owned'
  | 'reverse-map'
  | 'mutable'
  | 'page-size'
  | 'nested-size'
  | 'un-assign-is-zero'
  | 'overlap'
  | 'huge-entry'
  | 'in-use'
  | 'lock'
  | 'injection';

/** State that a check looked at; only what it looked at is there. */
export interface Saw {
  readonly vma?: { readonly backing: Backing; readonly memslot: number; readonly protection: Protection } | null;
  readonly leaf?: Leaf | null;
  readonly entry?: RmpEntry;
  /** Assigned 4K pages of the 2 MiB region. */
  readonly assignedInRegion?: number;
  /** What the check wanted, where the state alone does not say it. */
  readonly wanted?: Wanted;
}

export interface Wanted {
  readonly gfn?: number;
  /** Low 12 bits of an address that has to begin a page. */
  readonly offset?: number;
  readonly asid?: number;
  readonly pageSize?: 1 | 2;
  /** Frames below this are covered. */
  readonly frames?: number;
  readonly vmpl?: number;
  readonly assigned?: boolean;
  readonly immutable?: boolean;
  /** The return code that an injection puts in place of the instruction. */
  readonly code?: number;
}

export interface Check {
  readonly check: CheckName;
  /** Manual section or kernel function. */
  readonly source: string;
  readonly result: 'passed' | 'failed' | 'not-reached';
  /** null where it was not reached. */
  readonly saw: Saw | null;
}

/** What the first failing check comes to, or that none failed. */
export type Verdict =
  | { readonly kind: 'completed'; readonly carry: boolean | null }
  /** A #PF of a host access, and what the kernel would do first. `handler` null: something injected acts before it looks. */
  | {
      readonly kind: 'fault';
      readonly fault: 'rmp' | 'not-present' | 'protection';
      readonly errorCode: number;
      readonly reason: StoreRefusal | null;
      readonly handler: Handler | null;
    }
  /** What KVM does before it stores: refuse, or take the page from the guest first. */
  | { readonly kind: 'kvm-guard'; readonly handler: Handler }
  /** A #VMEXIT(NPF) of the guest. */
  | { readonly kind: 'nested-fault'; readonly errorLow: number; readonly errorHigh: number; readonly handler: Handler }
  | { readonly kind: 'status'; readonly status: InstructionStatus; readonly code: number | null };

export interface Handler {
  readonly decision: Decision | null;
  readonly lookedUp: LookedUp | null;
  readonly repairs: readonly (Repair['kind'] | 'map')[];
  readonly then: Then | 'segv';
}

/** The page at which the access ends, or where it begins if nothing fails. */
export interface Place {
  readonly gfn: Gfn | null;
  readonly vpn: Vpn | null;
  readonly pfn: Pfn | null;
}

export interface Explanation {
  readonly op: Explainable['op'];
  readonly place: Place;
  /** Bytes of a host access before that page. */
  readonly bytesBefore: number;
  readonly checks: readonly Check[];
  readonly verdict: Verdict;
}

/** A check before it is made: `look` is called only where all before it passed. */
export interface Pending {
  readonly check: CheckName;
  readonly source: string;
  readonly look: () => { readonly holds: boolean; readonly saw: Saw };
  readonly otherwise: () => Verdict;
}

/** Makes the checks in order up to the first that fails. */
export function inspect(
  pending: readonly Pending[],
  completed: () => Verdict,
): { readonly checks: readonly Check[]; readonly verdict: Verdict } {
  const checks: Check[] = [];
  let verdict: Verdict | null = null;
  for (const { check, source, look, otherwise } of pending) {
    if (verdict !== null) {
      checks.push({ check, source, result: 'not-reached', saw: null });
      continue;
    }
    const { holds, saw } = look();
    checks.push({ check, source, result: holds ? 'passed' : 'failed', saw });
    if (!holds) verdict = otherwise();
  }
  return { checks, verdict: verdict ?? completed() };
}
