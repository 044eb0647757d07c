/**
 * RFC v7 (14 December 2022), on restrictedmem: private memory has pages of its own, so a store of the VMM lands on another page than the
 * guest's. The frame under a 1G leaf is right at last, a table is put in place after the split so that a file's huge leaf cannot come back
 * (21/64), a line is logged before SIGBUS, and hugetlb is no longer refused. What cannot be un-assigned goes on a list of leaked pages.
 *
 * Source: generations.md 3 and 10, column v7. Patches 20/64 (user handler), 21/64 (page table), 51/64 (#NPF).
 */
import type { GenerationFacts } from './facts.js';
import { generationFromFacts } from './from-facts.js';
import { INDEX_MASK_1G } from './user-handler.js';
import { V6_FACTS } from './v6.js';

export const V7_FACTS: GenerationFacts = {
  ...V6_FACTS,
  indexMask1G: INDEX_MASK_1G,
  killLog: true,
  allocatesTableAfterSplit: true,
  hugetlbGuard: 'none',
  conversionWritesRmp: 'at-private-access',
  unassignFailure: 'leak-list',
  implicitConversion: 'exit-to-vmm',
  privateBacking: 'separate',
  privatePages: '2M',
};

export const v7 = generationFromFacts({
  name: 'v7',
  title: 'RFC v7 on restrictedmem: private memory has its own pages',
  source: 'RFC v7 PATCH 20, 21, 51 of 64, 14 December 2022',
  facts: V7_FACTS,
  derived: ['failedSplit'],
  sources: {
    userHandler: 'RFC v7 PATCH 20/64',
    indexMask1G: 'RFC v7 PATCH 20/64',
    killLog: 'RFC v7 PATCH 20/64',
    allocatesTableAfterSplit: 'RFC v7 PATCH 21/64',
    implicitConversion: 'RFC v7 PATCH 51/64',
    rmpupdateRetry: 'as Part2 v6 PATCH 48/49',
  },
});
