/**
 * Part2 v5 (20 August 2021). A leaf that is gone or not present when the handler walks is tried again. Private pages leave the direct map, so
 * the kernel's own access is a not-present oops without bit 31. KVM refuses to map a private page (-EBUSY), and a request for a page under
 * such a map waits.
 *
 * Source: generations.md 3 and 10, column v5. Patches 06/45 (direct map), 08/45 (user handler), 39/45 (post_map, SRCU), 41/45 (#NPF).
 */
import type { GenerationFacts } from './facts.js';
import { generationFromFacts } from './from-facts.js';
import { DERIVED_BEFORE_V7 } from './rfc-v1.js';
import { V4_FACTS } from './v4.js';

export const V5_FACTS: GenerationFacts = {
  ...V4_FACTS,
  nullLeaf: 'retry',
  nonPresentLeaf: 'retry',
  strayFaultBits: 'none',
  kvmWritesPrivate: 'ebusy',
  conversionOfHeldPage: 'waits',
  directMap: 'removed',
  unassignFailure: 'memory-failure',
};

export const DERIVED_IN_V5 = DERIVED_BEFORE_V7.filter((rule) => rule !== 'nonPresentLeaf' && rule !== 'strayFaultBits');

export const v5 = generationFromFacts({
  name: 'v5',
  title: 'Part2 v5: private pages leave the direct map',
  source: 'Part2 v5 PATCH 06, 08, 39, 41 of 45, 20 August 2021',
  facts: V5_FACTS,
  derived: DERIVED_IN_V5,
  sources: {
    userHandler: 'Part2 v5 PATCH 08/45',
    nullLeaf: 'Part2 v5 PATCH 08/45',
    nonPresentLeaf: 'Part2 v5 PATCH 08/45',
    directMap: 'Part2 v5 PATCH 06/45',
    kvmWritesPrivate: 'Part2 v5 PATCH 39/45',
    conversionOfHeldPage: 'Part2 v5 PATCH 39/45',
    implicitConversion: 'Part2 v5 PATCH 41/45',
  },
});
