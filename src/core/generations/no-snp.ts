/** The control: the RMP and its instructions are there, and no store of the host is checked against it. */
import type { GenerationFacts } from './facts.js';
import { generationFromFacts } from './from-facts.js';

const FACTS: GenerationFacts = {
  checksHostWrites: false,
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
  kernelFault: null,
  kvmWritesPrivate: 'unguarded',
  conversionOfHeldPage: 'allowed',
  directMap: 'untouched',
  rmpupdateRetry: { onCodes: [], executionsPerCpu: null },
  hugetlbGuard: 'none',
  conversionWritesRmp: 'at-request',
  unassignFailure: 'page-freed',
  implicitConversion: 'made-by-kvm',
  privateBacking: 'same',
  privatePages: null,
  oopsWords: 'RMP violation',
};

export const noSnp = generationFromFacts({
  name: 'no-snp',
  title: 'Control: no RMP check of host writes',
  source: 'no kernel: what the same stores do on a host that checks none of them',
  facts: FACTS,
  derived: [],
  sources: {},
});
