/**
 * RFC v8 (20 February 2023): the same two patches of the fault path; KVM's hooks around its own maps are dropped, as the pages it maps are never
 * private, and an RMPUPDATE is tried twice as often.
 *
 * Source: generations.md 3 and 10, column v8. Patches 17/56 (user handler), 18/56 (page table), 44/56 (#NPF, taken as in v7: doubt 5).
 */
import type { GenerationFacts } from './facts.js';
import { generationFromFacts } from './from-facts.js';
import { V7_FACTS } from './v7.js';

const V8_FACTS: GenerationFacts = {
  ...V7_FACTS,
  kvmWritesPrivate: 'unguarded',
  conversionOfHeldPage: 'allowed',
  rmpupdateRetry: { onCodes: 'any', executionsPerCpu: 4 },
};

export const v8 = generationFromFacts({
  name: 'v8',
  title: "RFC v8: KVM's map hooks dropped",
  source: 'RFC v8 PATCH 17, 18, 44 of 56, 20 February 2023',
  facts: V8_FACTS,
  derived: ['failedSplit', 'rmpupdateRetry'],
  sources: {
    userHandler: 'RFC v8 PATCH 17/56',
    allocatesTableAfterSplit: 'RFC v8 PATCH 18/56',
    implicitConversion: 'RFC v8 PATCH 44/56, taken as in v7',
  },
});
