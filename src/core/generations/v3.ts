/**
 * Part2 RFC v3 (2 June 2021). The kernel handler of v2 is gone: a #PF on a kernel address is dumped and oopses. Instead KVM tracks its own
 * writes: a private page is forced shared before one, and a page under one cannot become private (-EBUSY).
 *
 * Source: generations.md 3 and 10, column v3. Patches 09/37 (dump), 10/37 (user handler), 32/37 (write tracking; its patch was not opened:
 * doubt G5), 34/37 (#NPF).
 */
import { forceSharedForKvm, refuseHeld } from './common.js';
import type { GenerationFacts } from './facts.js';
import { PROCEED } from './generation.js';
import { generationFromFacts } from './from-facts.js';
import { DERIVED_BEFORE_V7 } from './rfc-v1.js';
import { V2_FACTS } from './v2.js';

export const V3_FACTS: GenerationFacts = {
  ...V2_FACTS,
  kernelFault: 'oops',
  kvmWritesPrivate: 'force-shared',
  conversionOfHeldPage: 'ebusy',
};

export const v3 = generationFromFacts(
  {
    name: 'v3',
    title: 'Part2 RFC v3: KVM tracks its writes',
    source: 'Part2 RFC v3 PATCH 09, 10, 32, 34 of 37, 2 June 2021',
    facts: V3_FACTS,
    derived: [...DERIVED_BEFORE_V7, 'kvmWritesPrivate', 'conversionOfHeldPage'],
    sources: {
      userHandler: 'Part2 RFC v3 PATCH 10/37',
      kernelFault: 'Part2 RFC v3 PATCH 09/37',
      kvmWritesPrivate: 'Part2 RFC v3 PATCH 32/37, by its title',
      conversionOfHeldPage: 'Part2 RFC v3 PATCH 32/37, by its title',
      implicitConversion: 'Part2 RFC v3 PATCH 34/37',
    },
  },
  {
    planConversion: (request, view) => (view.doubts.G5 === 'as-v4' ? refuseHeld(request, view) : PROCEED),
    beforeKvmWrite: (target, view) => (view.doubts.G5 === 'as-v4' ? forceSharedForKvm(target, view) : PROCEED),
  },
);
