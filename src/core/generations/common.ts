/** What several generations share: plans in short, the direct map's split, the early nested-fault handler. */
import { LEVEL_2M, LEVEL_4K, REGION_PAGES, asPfn } from '../address.js';
import {
  type NestedFaultCause,
  type Plan,
  type PlanOrProceed,
  PROCEED,
  type Repair,
  type RetryRule,
  type RmpChange,
  type Then,
  type View,
} from './generation.js';

const NO_REPAIRS: readonly Repair[] = [];
const NO_LINES: readonly string[] = [];

/** A plan from its parts; what is left out is "nothing, try again". Field by field, since a store in three faults makes one. */
export function plan(parts: Partial<Plan>): Plan {
  return {
    decision: parts.decision ?? 'NONE',
    lookedUp: parts.lookedUp ?? null,
    faultFlags: parts.faultFlags ?? null,
    repairs: parts.repairs ?? NO_REPAIRS,
    ifRepairFails: parts.ifRepairFails ?? 'retry',
    then: parts.then ?? 'retry',
    dmesg: parts.dmesg ?? NO_LINES,
  };
}

/** A fault on a kernel address that nothing mends (generations.md 2.3). */
export const OOPS: Plan = plan({ then: 'oops' });
/** A fault in atomic context: the exception table answers before any handler (generations.md 2.1). */
export const FIXUP: Plan = plan({ then: 'efault' });

/** RFC v1 patch 04/30: the direct map over the page goes to 4K before every RMPUPDATE, and stays so. */
export function splitDirectMapAlways(change: RmpChange, view: View): PlanOrProceed {
  const leaf = view.walkDirectMap(change.pfn);
  if (leaf === null || leaf.level === LEVEL_4K) return PROCEED;
  return plan({ repairs: [{ kind: 'split-direct-map', pfn: change.pfn }], ifRepairFails: 'efault' });
}

export function retryBy(rule: RetryRule, code: number, executions: number): PlanOrProceed {
  const again = rule.onCodes.includes(code) && (rule.limit === null || executions <= rule.limit);
  return again ? plan({ then: 'retry' }) : PROCEED;
}

/**
 * The #NPF handler of v1 to v4 (generations.md 4): it runs before the nested fault proper and always resumes the guest.
 * SIZEM, or a 4K nested leaf over a 2M entry: PSMASH. C=1 on an unassigned page: made private. C=0 on an assigned one: made shared.
 */
export function earlyNestedHandler(fault: NestedFaultCause, view: View): PlanOrProceed {
  const entry = view.rmpLookup(fault.pfn);
  if (entry === null) return PROCEED;
  const { gfn, pfn } = fault;
  if (!entry.assigned) return fault.cBit ? plan({ repairs: [{ kind: 'make-private', gfn, pfn }] }) : PROCEED;
  const psmash: Repair = { kind: 'psmash', pfn: asPfn(pfn - (pfn % REGION_PAGES)) };
  if (!fault.cBit) {
    const share: Repair = { kind: 'make-shared', gfn, pfn };
    return plan({ repairs: entry.level === LEVEL_2M ? [psmash, share] : [share] });
  }
  if (entry.level === LEVEL_2M && (fault.sizem || fault.nestedLevel === LEVEL_4K)) return plan({ repairs: [psmash] });
  return PROCEED;
}

export const proceed = (): PlanOrProceed => PROCEED;

/** What follows a split that failed. */
export type AfterFailedSplit = Extract<Then, 'retry' | 'sigbus'>;
