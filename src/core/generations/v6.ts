/**
 * Part2 v6 (20 June 2022). As v5; hugetlb memory of an SNP guest is refused where it is registered (-EINVAL), FAULT_FLAG_PAGE_SPLIT moves to
 * bit 12, and a failed RMPUPDATE is logged and tried again whatever its code.
 *
 * Source: generations.md 3 and 10, column v6. Patches 07/49 (direct map), 09/49 (user handler), 25/49 (hugetlb), 39/49 (post_map), 48/49 (retry).
 */
import { hexText, REGION_PAGES } from '../address.js';
import { FLAG_PAGE_SPLIT_BIT_12 } from '../fault-code.js';
import { plan, restoreDirectMap, triesAgain } from './common.js';
import type { GenerationFacts } from './facts.js';
import { generationFromFacts } from './from-facts.js';
import type { PlanOrProceed, RmpChange, View } from './generation.js';
import { PROCEED } from './generation.js';
import { DERIVED_IN_V5, V5_FACTS } from './v5.js';

export const V6_FACTS: GenerationFacts = {
  ...V5_FACTS,
  splitFlag: FLAG_PAGE_SPLIT_BIT_12,
  rmpupdateRetry: { onCodes: 'any', executionsPerCpu: 2 },
  hugetlbGuard: 'refused-at-registration',
};

function afterRmpupdate(change: RmpChange, code: number, executions: number, view: View): PlanOrProceed {
  const restored = restoreDirectMap(change, code);
  if (restored !== null) return restored;
  if (!triesAgain(V6_FACTS.rmpupdateRetry, code, executions, view)) return PROCEED;
  const says = executions === 1 && view.doubts.G11 === 'logged';
  return plan('rmpupdateRetry', { dmesg: says ? [retryLine(change, code, 2 * view.hostCpus)] : [] });
}

function retryLine({ pfn, pageSize }: RmpChange, code: number, max: number): string {
  const pages = pageSize === 2 ? REGION_PAGES : 1;
  return `SEV-SNP: rmpupdate failed, ret: ${code}, pfn: ${hexText(pfn).slice(2)}, npages: ${pages}, level: ${pageSize}, retrying (max: ${max})...`;
}

export const v6 = generationFromFacts(
  {
    name: 'v6',
    title: 'Part2 v6: hugetlb refused at registration',
    source: 'Part2 v6 PATCH 07, 09, 25, 39, 48 of 49, 20 June 2022',
    facts: V6_FACTS,
    derived: DERIVED_IN_V5,
    sources: {
      userHandler: 'Part2 v6 PATCH 09/49',
      splitFlag: 'Part2 v6 PATCH 09/49',
      hugetlbGuard: 'Part2 v6 PATCH 25/49',
      directMap: 'Part2 v6 PATCH 07/49',
      kvmWritesPrivate: 'Part2 v6 PATCH 39/49',
      conversionOfHeldPage: 'Part2 v6 PATCH 39/49',
      implicitConversion: 'Part2 v6 PATCH 41/49',
      rmpupdateRetry: 'Part2 v6 PATCH 48/49',
    },
  },
  { afterRmpupdate },
);
