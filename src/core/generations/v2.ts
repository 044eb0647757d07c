/**
 * Part2 RFC v2 (30 April 2021). The user handler tests that SNP is on, and a kill goes straight to do_sigbus(). Only here a #PF on a kernel
 * address is mended: the page is forced shared (patch 10/37), which the guest later notices by a #VC.
 *
 * Source: generations.md 3 and 10, column v2. Patches 08/37 (direct map), 10/37 (kernel handler), 11/37 (user handler).
 */
import { hexText } from '../address.js';
import { OOPS, plan, takeFromGuest } from './common.js';
import type { GenerationFacts } from './facts.js';
import { generationFromFacts } from './from-facts.js';
import type { DirectMapFault, Plan, View } from './generation.js';
import { DERIVED_BEFORE_V7, V1_FACTS } from './rfc-v1.js';
import { userHandler } from './user-handler.js';

export const V2_FACTS: GenerationFacts = {
  ...V1_FACTS,
  strayFaultBits: 'hwpoison',
  lookupFailureLog: false,
  kernelFault: 'force-shared',
};

/** An immutable entry, a kernel mapping larger than the entry, or an instruction that fails: dump and oops. */
function forceShared({ pfn }: DirectMapFault, view: View): Plan {
  const entry = view.rmpLookup(pfn);
  const leaf = view.walkDirectMap(pfn);
  if (!leaf.present || entry === null || view.isImmutable(pfn) || leaf.level > entry.level) return OOPS;
  return plan('kernelFault', {
    decision: 'FORCE_SHARED',
    lookedUp: { pfn, assigned: entry.assigned, level: entry.level },
    repairs: takeFromGuest(pfn, entry.level > leaf.level ? entry.level : 1),
    ifRepairFails: 'oops',
    dmesg: entry.assigned ? [`SEV-SNP: force unassigned pfn ${hexText(pfn)}`] : [],
  });
}

const onUserFault = userHandler(V2_FACTS);

export const v2 = generationFromFacts(
  {
    name: 'v2',
    title: 'Part2 RFC v2: the kernel forces pages shared that it writes',
    source: 'Part2 RFC v2 PATCH 08, 10, 11 of 37, 30 April 2021',
    facts: V2_FACTS,
    derived: DERIVED_BEFORE_V7,
    sources: {
      userHandler: 'Part2 RFC v2 PATCH 11/37',
      kernelFault: 'Part2 RFC v2 PATCH 10/37',
      directMap: 'Part2 RFC v2 PATCH 08/37',
    },
  },
  { onRmpFault: (fault, view) => (fault.space === 'direct-map' ? forceShared(fault, view) : onUserFault(fault, view)) },
);
