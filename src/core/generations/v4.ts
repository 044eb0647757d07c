/**
 * Part2 RFC v4 (7 July 2021): as v3, with the write tracking read in full.
 *
 * Source: generations.md 3 and 10, column v4. Patches 10/40 (user handler), 35/40 (write tracking).
 */
import type { GenerationFacts } from './facts.js';
import { generationFromFacts } from './from-facts.js';
import { DERIVED_BEFORE_V7 } from './rfc-v1.js';
import { V3_FACTS } from './v3.js';

export const V4_FACTS: GenerationFacts = V3_FACTS;

export const v4 = generationFromFacts({
  name: 'v4',
  title: 'Part2 RFC v4: KVM tracks its writes',
  source: 'Part2 RFC v4 PATCH 10, 35 of 40, 7 July 2021',
  facts: V4_FACTS,
  derived: DERIVED_BEFORE_V7,
  sources: {
    userHandler: 'Part2 RFC v4 PATCH 10/40',
    kvmWritesPrivate: 'Part2 RFC v4 PATCH 35/40',
    conversionOfHeldPage: 'Part2 RFC v4 PATCH 35/40',
  },
});
