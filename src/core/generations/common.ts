/** What several generations share: plans in short, the care for the direct map, retries, kernel stores, the guest's nested faults. */
import { hexText, LEVEL_2M, LEVEL_4K, REGION_PAGES, asPfn, asGfn, type Gfn, type Pfn } from '../address.js';
import { storeFlags } from '../fault-code.js';
import type { GenerationFacts, RetryRule, RuleName } from './facts.js';
import {
  type Generation,
  type HostFault,
  type NestedFaultCause,
  type Plan,
  type PlanOrProceed,
  PROCEED,
  type Repair,
  type RmpChange,
  type UserFault,
  type View,
} from './generation.js';

const NO_REPAIRS: readonly Repair[] = [];
const NO_LINES: readonly string[] = [];

/** A plan from its parts; what is left out is "nothing, try again". Field by field, since a store in three faults makes one. */
export function plan(rule: RuleName, parts: Partial<Omit<Plan, 'rule'>>): Plan {
  return {
    decision: parts.decision ?? 'NONE',
    lookedUp: parts.lookedUp ?? null,
    faultFlags: parts.faultFlags ?? null,
    repairs: parts.repairs ?? NO_REPAIRS,
    ifRepairFails: parts.ifRepairFails ?? 'retry',
    then: parts.then ?? 'retry',
    dmesg: parts.dmesg ?? NO_LINES,
    rule,
  };
}

/** A fault on a kernel address that nothing mends (generations.md 2.3). */
export const OOPS: Plan = plan('kernelFault', { then: 'oops' });
/** A fault in atomic context: the exception table answers before any handler (generations.md 2.1). */
export const FIXUP: Plan = plan('userHandler', { then: 'efault' });

export const proceed = (): PlanOrProceed => PROCEED;

// --- RMPUPDATE -------------------------------------------------------------------------------------------------------------

export const FAIL_INUSE = 3;
export const FAIL_OVERLAP = 4;

/** RFC v1 patch 04/30: the direct map over the page goes to 4K before every RMPUPDATE, and stays so. */
export function splitDirectMapAlways(change: RmpChange, view: View): PlanOrProceed {
  if (view.walkDirectMap(change.pfn).level === LEVEL_4K) return PROCEED;
  return plan('directMap', { repairs: [{ kind: 'split-direct-map', pfn: change.pfn }], ifRepairFails: 'efault' });
}

/** adjust_direct_map: nothing for an aligned 2M, as even larger leaves are checked as 2M; 4K under a larger leaf splits it. */
export function splitDirectMapIf4K(change: RmpChange, view: View): PlanOrProceed {
  return change.pageSize === LEVEL_2M ? PROCEED : splitDirectMapAlways(change, view);
}

/** v5 to v8: pages become not present in the direct map before they are assigned. */
export function removeFromDirectMap({ pfn, pageSize, assigned }: RmpChange): PlanOrProceed {
  if (!assigned || pfn % pagesOf(pageSize) !== 0) return PROCEED;
  return plan('directMap', { repairs: [{ kind: 'remove-direct-map', pfn, pages: pagesOf(pageSize) }], ifRepairFails: 'efault' });
}

/** And come back once they are un-assigned; where assigning failed, the hole stays. */
export function restoreDirectMap({ pfn, pageSize, assigned }: RmpChange, code: number): PlanOrProceed {
  if (assigned || code !== 0) return PROCEED;
  return plan('directMap', { repairs: [{ kind: 'restore-direct-map', pfn, pages: pagesOf(pageSize) }], then: 'go-on' });
}

const pagesOf = (pageSize: 1 | 2): number => (pageSize === LEVEL_2M ? REGION_PAGES : 1);

/** Whether the rule tries again after this execution. `executions` counts from 1. */
export function triesAgain(rule: RetryRule, code: number, executions: number, view: View): boolean {
  if (code === 0 || (rule.onCodes !== 'any' && !rule.onCodes.includes(code))) return false;
  return rule.executionsPerCpu === null || executions < rule.executionsPerCpu * view.hostCpus;
}

export function retryBy(rule: RetryRule, code: number, executions: number, view: View): PlanOrProceed {
  return triesAgain(rule, code, executions, view) ? plan('rmpupdateRetry', {}) : PROCEED;
}

// --- stores of the host ----------------------------------------------------------------------------------------------------

/** No test of bit 31: the VMA allows the store and the leaf is present and writable, so handle_mm_fault has nothing to do. */
export function ordinaryFault(fault: UserFault): Plan {
  if (fault.pagefaultDisabled) return FIXUP;
  return plan('userHandler', { faultFlags: storeFlags(fault.kernelMode), then: 'normal-fault' });
}

/** A user fault by a handler, a kernel one an oops. */
export function userOnly(handler: (fault: UserFault, view: View) => Plan): (fault: HostFault, view: View) => Plan {
  return (fault, view) => (fault.space === 'direct-map' ? OOPS : handler(fault, view));
}

/** The page is taken from the guest, by PSMASH first where its entry is 2M. */
export function takeFromGuest(pfn: Pfn, level: 1 | 2): readonly Repair[] {
  const share: Repair = { kind: 'make-shared', pfn };
  return level === LEVEL_2M ? [{ kind: 'psmash', pfn: asPfn(pfn - (pfn % REGION_PAGES)) }, share] : [share];
}

/** v3 and v4: a private page that KVM is about to write is forced shared; BUG where that fails. */
export function forceSharedForKvm({ gfn, pfn }: { readonly gfn: Gfn; readonly pfn: Pfn }, view: View): PlanOrProceed {
  const entry = view.rmpLookup(pfn);
  if (entry === null || !entry.assigned) return PROCEED;
  return plan('kvmWritesPrivate', {
    decision: 'FORCE_SHARED',
    repairs: takeFromGuest(pfn, entry.level),
    ifRepairFails: 'oops',
    dmesg: [`SEV-SNP: write to guest private gfn ${hexText(gfn)}`],
  });
}

/** v5 to v7: the map of a private page is refused. */
export function refuseToKvm({ gfn, pfn }: { readonly gfn: Gfn; readonly pfn: Pfn }, view: View): PlanOrProceed {
  const isPrivate = view.privateBacking === 'separate' ? view.privateAttribute(gfn) : view.rmpLookup(pfn)?.assigned === true;
  return isPrivate ? plan('kvmWritesPrivate', { then: 'ebusy' }) : PROCEED;
}

// --- requests of the guest ---------------------------------------------------------------------------------------------------

export interface Conversion {
  readonly gfn: Gfn;
  readonly pages: number;
  readonly toPrivate: boolean;
}

/** Whether KVM holds one of the pages mapped that are asked to become private. */
export function isHeld({ gfn, pages, toPrivate }: Conversion, view: View): boolean {
  if (!toPrivate) return false;
  for (let page: number = gfn; page < gfn + pages; page++) if (view.heldMaps(asGfn(page)) > 0) return true;
  return false;
}

/** v3 and v4: the request is refused as long as KVM tracks a write to the page. */
export function refuseHeld(request: Conversion, view: View): PlanOrProceed {
  return isHeld(request, view) ? plan('conversionOfHeldPage', { then: 'ebusy' }) : PROCEED;
}

/** v5 to v7: the request waits for the map to go (SRCU, a spinlock, mmu_lock). */
export function waitForHeld(request: Conversion, view: View): PlanOrProceed {
  return isHeld(request, view) ? plan('conversionOfHeldPage', { then: 'wait' }) : PROCEED;
}

type Conversions = Generation['planConversion'];

/**
 * The #NPF handler of v1 to v6 (generations.md 4). SIZEM, or a 4K nested leaf over a 2M entry: PSMASH. C=1 on an unassigned page: made
 * private 4K, unless the request for it would have been refused or had to wait. C=0 on an assigned one: made shared.
 */
export function nestedByKvm(conversions: Conversions): Generation['onNestedFault'] {
  return (fault, view) => {
    const entry = view.rmpLookup(fault.pfn);
    if (entry === null) return PROCEED;
    const { gfn, pfn, cBit } = fault;
    if (!entry.assigned) {
      return cBit && conversions({ gfn, pages: 1, toPrivate: true }, view) === PROCEED
        ? plan('implicitConversion', { repairs: [{ kind: 'make-private', gfn, pfn }] })
        : PROCEED;
    }
    if (!cBit) return plan('implicitConversion', { repairs: takeFromGuest(pfn, entry.level) });
    return smashIfNeeded(fault, entry.level);
  };
}

/** v7 and later: what does not fit the attribute is for user space, which converts, unless the page is in use, and comes back. */
export function nestedByVmm({ conversionWritesRmp }: GenerationFacts, conversions: Conversions): Generation['onNestedFault'] {
  return (fault, view) => {
    const { gfn, pfn, cBit } = fault;
    const entry = view.rmpLookup(pfn);
    if (view.privateAttribute(gfn) === cBit) {
      if (!cBit || entry === null) return PROCEED;
      if (entry.assigned) return smashIfNeeded(fault, entry.level);
      const separate = view.privateBacking === 'separate';
      return plan('conversionWritesRmp', { repairs: [separate ? { kind: 'prepare-private', gfn } : { kind: 'make-private', gfn, pfn }] });
    }
    const inUse = conversions({ gfn, pages: 1, toPrivate: cBit }, view) !== PROCEED;
    const byVmm = view.privateBacking === 'separate' || conversionWritesRmp === 'at-conversion';
    const conversion = byVmm ? [{ kind: 'convert', gfn, toPrivate: cBit } as const] : writeRmp(fault, entry);
    return plan('implicitConversion', { repairs: inUse ? NO_REPAIRS : conversion, then: 'exit-to-vmm' });
  };
}

/** With one page for both, converting it is writing the RMP. */
function writeRmp({ gfn, pfn, cBit }: NestedFaultCause, entry: ReturnType<View['rmpLookup']>): readonly Repair[] {
  if (entry === null) return NO_REPAIRS;
  return cBit ? [{ kind: 'make-private', gfn, pfn }] : takeFromGuest(pfn, entry.level);
}

function smashIfNeeded({ pfn, sizem, nestedLevel }: NestedFaultCause, level: 1 | 2): PlanOrProceed {
  if (level !== LEVEL_2M || !(sizem || nestedLevel === LEVEL_4K)) return PROCEED;
  return plan('implicitConversion', { repairs: [{ kind: 'psmash', pfn: asPfn(pfn - (pfn % REGION_PAGES)) }] });
}
