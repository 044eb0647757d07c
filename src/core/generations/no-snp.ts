/** The control: the RMP and its instructions are there, and no store of the host is checked against it. */
import type { GenerationFacts } from './facts.js';
import { generationFromFacts } from './from-facts.js';
import { V1_FACTS } from './rfc-v1.js';
import { NO_USER_HANDLER } from './user-handler.js';

const FACTS: GenerationFacts = {
  ...V1_FACTS,
  ...NO_USER_HANDLER,
  checksHostWrites: false,
  kernelFault: null,
  directMap: 'untouched',
  rmpupdateRetry: { onCodes: [], executionsPerCpu: null },
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
