/**
 * The mail's user #PF handler, as v1 to v8 have it: walk, look the RMP entry up, and kill, split or try again. What differs between
 * them is read from their facts.
 *
 *     no leaf, or one that is not present      v1–v4 KILL (a swap entry read as a frame), v5 on RETRY
 *     look-up fails, or assigned               KILL
 *     leaf larger than the RMP entry           PAGE_SPLIT
 *     else                                     RETRY
 *
 * Source: generations.md 2.2, 3 and 10.
 */
import { addressText, hexText, LEVEL_1G, LEVEL_2M, LEVEL_4K, pagesAt } from '../address.js';
import { storeFlags } from '../fault-code.js';
import { FIXUP, plan } from './common.js';
import type { GenerationFacts, RuleName } from './facts.js';
import type { Leaf, Plan, Repair, Then, UserFault, View } from './generation.js';

/** Where there is none: nothing of it can be different. */
export const NO_USER_HANDLER = {
  userHandler: false,
  nullLeaf: null,
  nonPresentLeaf: null,
  indexMask1G: null,
  strayFaultBits: 'none',
  lookupFailureLog: false,
  killLog: false,
  splitFlag: null,
  allocatesTableAfterSplit: false,
  failedSplit: null,
} as const satisfies Partial<GenerationFacts>;

/** pages(2M) - pages(4K): right for all 512 pages. */
const INDEX_MASK_2M = 0x1ff;
/**
 * pages(1G) - pages(2M): drops the index within the 2M, so the head page of the right 2M is looked up instead of the page that faulted, for
 * 261,632 of 262,144 pages (generations.md 2.4). v7 replaced it.
 */
export const WRONG_INDEX_MASK_1G = 0x3fe00;
export const INDEX_MASK_1G = 0x3ffff;

export function userHandler(facts: GenerationFacts): (fault: UserFault, view: View) => Plan {
  return (fault, view) => {
    if (fault.pagefaultDisabled) return FIXUP;
    const leaf = view.walkUser(fault.vpn);
    if (leaf === null)
      return facts.nullLeaf === 'retry' ? plan('nullLeaf', { decision: 'RETRY' }) : kill(facts, view, 'nullLeaf', null, null, null);
    if (!leaf.present && facts.nonPresentLeaf === 'retry') return plan('nonPresentLeaf', { decision: 'RETRY' });
    const pfn = leaf.present ? frameOf(leaf, fault.vpn, facts) : Number(view.doubts.G12);
    const entry = view.rmpLookup(pfn);
    if (entry === null) {
      const rule = leaf.present ? 'lookupFailureLog' : 'nonPresentLeaf';
      return kill(facts, view, rule, pfn, null, facts.lookupFailureLog ? alertOf(fault, pfn) : null);
    }
    const lookedUp = { pfn, assigned: entry.assigned, level: entry.level };
    const verdict: RuleName = leaf.level === LEVEL_1G ? 'indexMask1G' : leaf.present ? 'userHandler' : 'nonPresentLeaf';
    if (entry.assigned) return kill(facts, view, verdict, pfn, lookedUp, null);
    if (leaf.level <= entry.level) return plan(verdict, { decision: 'RETRY', lookedUp });
    return split(facts, fault, view, lookedUp);
  };
}

function alertOf(fault: UserFault, pfn: number): string {
  return `SEV-SNP: failed to lookup RMP entry for address ${addressText(fault.vpn, fault.offset)} pfn ${hexText(pfn)}`;
}

function frameOf(leaf: Leaf, vpn: number, facts: GenerationFacts): number {
  const mask = leaf.level === LEVEL_4K ? 0 : leaf.level === LEVEL_2M ? INDEX_MASK_2M : (facts.indexMask1G ?? 0);
  return leaf.pfn + ((vpn % pagesAt(leaf.level)) & mask);
}

/** pfn: the frame that was looked up, where one was. */
function kill(
  facts: GenerationFacts,
  view: View,
  rule: RuleName,
  pfn: number | null,
  lookedUp: Plan['lookedUp'],
  alert: string | null,
): Plan {
  const then = endOfKill(facts, view);
  if (facts.killLog && pfn !== null && view.doubts.G11 === 'logged') {
    const fatal = `SEV-SNP: Fatal RMP page fault, terminating process, entry assigned for pfn ${hexText(pfn)}`;
    return plan(rule, { decision: 'KILL', lookedUp, then, dmesg: [fatal] });
  }
  return plan(rule, alert === null ? { decision: 'KILL', lookedUp, then } : { decision: 'KILL', lookedUp, then, dmesg: [alert] });
}

/** v1 ORs SIGBUS into a `fault` that was never set, and mm_fault_error() looks at the OOM bit first; v2 to v4 go to do_sigbus(). */
function endOfKill(facts: GenerationFacts, view: View): Then {
  if (view.doubts.G2 === 'hwpoison' && facts.strayFaultBits !== 'none') return 'hwpoison';
  return view.doubts.G2 === 'oom' && facts.strayFaultBits === 'oom-and-hwpoison' ? 'out-of-memory' : 'sigbus';
}

function split(facts: GenerationFacts, fault: UserFault, view: View, lookedUp: Plan['lookedUp']): Plan {
  const hugetlb = fault.backing === 'hugetlb-2M' || fault.backing === 'hugetlb-1G';
  const file = fault.backing === 'shmem-thp' || fault.backing === 'dax-2M';
  const { vpn } = fault;
  const repair: Repair = { kind: 'split-leaf', vpn };
  return plan(hugetlb ? 'failedSplit' : file ? 'allocatesTableAfterSplit' : 'userHandler', {
    decision: 'PAGE_SPLIT',
    lookedUp,
    faultFlags: storeFlags(fault.kernelMode) | (facts.splitFlag ?? 0),
    repairs: facts.allocatesTableAfterSplit ? [repair, { kind: 'allocate-table', vpn }] : [repair],
    ifRepairFails: hugetlb && view.doubts.G1 === 'sigbus' ? 'sigbus' : (facts.failedSplit ?? 'retry'),
  });
}
