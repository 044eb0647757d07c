/**
 * RFC Part2 v1 (24 March 2021), patch 07/30 "mm: add support to split the large THP based on RMP violation", as posted, bugs
 * included; and the same with what its author promised in the reply of 25 March: a split that fails ends in SIGBUS.
 *
 * Source: generations.md 2 and 10, column v1. Patches 04/30 (direct map), 05/30 and 06/30 (the bit and the dump), 07/30 (the
 * handler), 19/30 (teardown), 27/30 (page-state changes), 30/30 (#NPF).
 */
import { FAIL_INUSE } from './common.js';
import type { GenerationFacts, RuleName } from './facts.js';
import { generationFromFacts } from './from-facts.js';
import { FLAG_PAGE_SPLIT } from '../fault-code.js';
import { WRONG_INDEX_MASK_1G } from './user-handler.js';

export const V1_FACTS: GenerationFacts = {
  checksHostWrites: true,
  userHandler: true,
  nullLeaf: 'kill',
  nonPresentLeaf: 'garbage',
  indexMask1G: WRONG_INDEX_MASK_1G,
  strayFaultBits: 'oom-and-hwpoison',
  lookupFailureLog: true,
  killLog: false,
  splitFlag: FLAG_PAGE_SPLIT,
  allocatesTableAfterSplit: false,
  failedSplit: 'retry',
  kernelFault: 'oops',
  kvmWritesPrivate: 'unguarded',
  conversionOfHeldPage: 'allowed',
  directMap: 'split-always',
  rmpupdateRetry: { onCodes: [FAIL_INUSE], executionsPerCpu: null },
  hugetlbGuard: 'none',
  conversionWritesRmp: 'at-request',
  unassignFailure: 'page-freed',
  implicitConversion: 'made-by-kvm',
  privateBacking: 'same',
  privatePages: null,
  oopsWords: 'rmp violation',
};

/** Endless refaults and what garbage frames and the wrong mask lead to: read out of the code, reported by nobody. */
export const DERIVED_FROM_CODE: readonly RuleName[] = ['failedSplit', 'nonPresentLeaf', 'indexMask1G', 'strayFaultBits'];
/** The same, and a file's huge leaf that comes back: only from v7 on the cure is posted. */
export const DERIVED_BEFORE_V7: readonly RuleName[] = [...DERIVED_FROM_CODE, 'allocatesTableAfterSplit'];

const SOURCES = {
  userHandler: 'RFC Part2 PATCH 07/30',
  kernelFault: 'RFC Part2 PATCH 06/30',
  directMap: 'RFC Part2 PATCH 04/30',
  oopsWords: 'RFC Part2 PATCH 05/30',
  conversionOfHeldPage: 'RFC Part2 PATCH 27/30',
  implicitConversion: 'RFC Part2 PATCH 30/30',
  unassignFailure: 'RFC Part2 PATCH 19/30',
} as const;

export const rfcV1 = generationFromFacts({
  name: 'rfc-v1',
  title: 'RFC Part2 v1 as posted, bugs included',
  source: 'RFC Part2 PATCH 04, 05, 06, 07, 19, 30 of 30, 24 March 2021',
  facts: V1_FACTS,
  derived: DERIVED_BEFORE_V7,
  sources: SOURCES,
});

export const rfcV1Reply = generationFromFacts({
  name: 'rfc-v1-reply',
  title: 'RFC Part2 v1 with the promise of its reply: a split that fails ends in SIGBUS',
  source: "RFC Part2 PATCH 07/30 and its author's reply, 25 March 2021",
  facts: { ...V1_FACTS, failedSplit: 'sigbus' },
  derived: DERIVED_BEFORE_V7.filter((rule) => rule !== 'failedSplit'),
  sources: { ...SOURCES, failedSplit: "the author's reply to RFC Part2 PATCH 07/30, 25 March 2021" },
});
