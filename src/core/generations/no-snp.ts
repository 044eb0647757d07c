/** The control: the RMP and its instructions are there, and no store of the host is checked against it. */
import { earlyNestedHandler, plan, proceed } from './common.js';
import type { Generation } from './generation.js';

export const noSnp: Generation = {
  name: 'no-snp',
  title: 'Control: no RMP check of host writes',
  source: 'no kernel: what the same stores do on a host that checks none of them',
  facts: { checksHostWrites: false, directMap: 'untouched', rmpupdateRetry: { onCodes: [], limit: 0 }, oopsWords: 'RMP violation' },
  planConversion: proceed,
  beforeRmpupdate: proceed,
  afterRmpupdate: proceed,
  beforeKvmWrite: proceed,
  onNotPresent: proceed,
  // Never asked: no store faults on the RMP.
  onRmpFault: () => plan({}),
  onNestedFault: earlyNestedHandler,
  onTeardown: proceed,
};
