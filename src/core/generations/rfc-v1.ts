/**
 * RFC Part2 v1 (24 March 2021), patch 07/30 "mm: add support to split the large THP based on RMP violation", as posted, bugs
 * included; and the same with what its author promised in the reply of 25 March: a split that fails ends in SIGBUS.
 *
 * Source: generations.md 2 and 10, column v1. Patches 04/30 (direct map), 05/30 and 06/30 (the bit and the dump), 07/30 (the
 * handler), 19/30 (teardown), 30/30 (#NPF).
 */
import { addressText, hexText, LEVEL_4K, pagesAt, type Level } from '../address.js';
import { FLAG_PAGE_SPLIT, storeFlags } from '../fault-code.js';
import { earlyNestedHandler, FIXUP, OOPS, plan, proceed, type AfterFailedSplit, retryBy, splitDirectMapAlways } from './common.js';
import type { Generation, GenerationFacts, GenerationName, HostFault, Leaf, Plan, View } from './generation.js';

/** RMPUPDATE return code FAIL_INUSE, the only one that v1 tries again on. */
const FAIL_INUSE = 3;
/** What pte_pfn() makes of a swap or migration entry (generations.md 11.12): no frame, so the look-up fails. */
const GARBAGE_PFN = 0xff_ffff_ffff;

const FACTS: GenerationFacts = {
  checksHostWrites: true,
  directMap: 'split-always',
  rmpupdateRetry: { onCodes: [FAIL_INUSE], limit: null },
  oopsWords: 'rmp violation',
};

/**
 * The mask with which v1 adds the index in a huge page to the leaf's frame: pages(level) - pages(level - 1). For 2M that is 0x1ff
 * and right. For 1G it is 0x3fe00, which drops the index within the 2M: the head page of the right 2M is looked up instead of the
 * page that faulted, for 261,632 of 262,144 pages (generations.md 2.4).
 */
function indexMask(level: Level): number {
  return level === LEVEL_4K ? 0 : pagesAt(level) - pagesAt((level - 1) as Level);
}

function frameOf(leaf: Leaf, vpn: number): number {
  if (!leaf.present) return GARBAGE_PFN;
  return leaf.pfn + ((vpn % pagesAt(leaf.level)) & indexMask(leaf.level));
}

function handle(fault: HostFault, view: View, ifSplitFails: AfterFailedSplit): Plan {
  if (fault.space === 'direct-map') return OOPS;
  if (fault.pagefaultDisabled) return FIXUP;
  const leaf = view.walkUser(fault.vpn);
  if (leaf === null) return plan({ decision: 'KILL', then: 'sigbus' });
  const pfn = frameOf(leaf, fault.vpn);
  const entry = view.rmpLookup(pfn);
  if (entry === null) {
    const alert = `SEV-SNP: failed to lookup RMP entry for address ${addressText(fault.vpn, fault.offset)} pfn ${hexText(pfn)}`;
    return plan({ decision: 'KILL', then: 'sigbus', dmesg: [alert] });
  }
  const lookedUp = { pfn, assigned: entry.assigned, level: entry.level };
  if (entry.assigned) return plan({ decision: 'KILL', lookedUp, then: 'sigbus' });
  if (leaf.level <= entry.level) return plan({ decision: 'RETRY', lookedUp });
  return plan({
    decision: 'PAGE_SPLIT',
    lookedUp,
    faultFlags: storeFlags(fault.kernelMode) | FLAG_PAGE_SPLIT,
    repairs: [{ kind: 'split-leaf', vpn: fault.vpn }],
    ifRepairFails: ifSplitFails,
  });
}

function generation(name: GenerationName, title: string, source: string, ifSplitFails: AfterFailedSplit): Generation {
  return {
    name,
    title,
    source,
    facts: FACTS,
    planConversion: proceed,
    beforeRmpupdate: splitDirectMapAlways,
    afterRmpupdate: (_change, code, executions) => retryBy(FACTS.rmpupdateRetry, code, executions),
    beforeKvmWrite: proceed,
    onNotPresent: proceed,
    onRmpFault: (fault, view) => handle(fault, view, ifSplitFails),
    onNestedFault: earlyNestedHandler,
    // 19/30: a failing un-assign is logged and the page freed; nothing is planned.
    onTeardown: proceed,
  };
}

export const rfcV1 = generation(
  'rfc-v1',
  'RFC Part2 v1 as posted, bugs included',
  'RFC Part2 PATCH 04, 05, 06, 07, 19, 30 of 30, 24 March 2021',
  'retry',
);

export const rfcV1Reply = generation(
  'rfc-v1-reply',
  'RFC Part2 v1 with the promise of its reply: a split that fails ends in SIGBUS',
  "RFC Part2 PATCH 07/30 and its author's reply, 25 March 2021",
  'sigbus',
);
