/**
 * Linux 6.11 and later. do_user_addr_fault() has no test of bit 31: a live user mapping of an assigned page would fault without end, which
 * cannot be built with guest_memfd, as private memory has pages of its own. guest_memfd writes the RMP at the next private access, 4K only, and
 * takes pages back when a hole is punched. The direct map is split where a 4K RMPUPDATE needs it. A kernel store to an assigned page oopses.
 *
 * Source: generations.md 6 and 10, column up; hardware.md 6. arch/x86/mm/fault.c, arch/x86/virt/svm/sev.c, arch/x86/kvm/svm/sev.c,
 * virt/kvm/guest_memfd.c.
 */
import { rmpupdateFailedLine } from '../dmesg.js';
import { FAIL_OVERLAP, plan, triesAgain } from './common.js';
import type { GenerationFacts } from './facts.js';
import { generationFromFacts } from './from-facts.js';
import type { PlanOrProceed, RmpChange, View } from './generation.js';
import { PROCEED } from './generation.js';
import { NO_USER_HANDLER } from './user-handler.js';
import { V7_FACTS } from './v7.js';

export const UPSTREAM_FACTS: GenerationFacts = {
  ...V7_FACTS,
  ...NO_USER_HANDLER,
  kvmWritesPrivate: 'other-page',
  conversionOfHeldPage: 'allowed',
  privatePages: '4K',
  directMap: 'split-if-4k',
  rmpupdateRetry: { onCodes: [FAIL_OVERLAP], executionsPerCpu: null },
  oopsWords: 'RMP violation',
};

/** rmpupdate(): again on FAIL_OVERLAP without bound; what fails otherwise is logged with the entry. */
export function afterRmpupdate({ pfn, pageSize }: RmpChange, code: number, executions: number, view: View): PlanOrProceed {
  if (code === 0) return PROCEED;
  if (triesAgain(UPSTREAM_FACTS.rmpupdateRetry, code, executions, view)) return plan('rmpupdateRetry', {});
  return plan('rmpupdateRetry', { then: 'go-on', dmesg: [rmpupdateFailedLine(pfn, pageSize, code), ...view.dumpEntry(pfn)] });
}

export const upstream = generationFromFacts(
  {
    name: 'upstream',
    title: 'Linux 6.11 and later: guest_memfd, no user handler',
    source: 'torvalds/linux: arch/x86/mm/fault.c, arch/x86/virt/svm/sev.c, arch/x86/kvm/svm/sev.c, virt/kvm/guest_memfd.c',
    facts: UPSTREAM_FACTS,
    derived: ['userHandler'],
    sources: {
      userHandler: 'arch/x86/mm/fault.c, do_user_addr_fault and access_error',
      kernelFault: 'arch/x86/mm/fault.c, show_fault_oops',
      directMap: 'arch/x86/virt/svm/sev.c, adjust_direct_map',
      rmpupdateRetry: 'arch/x86/virt/svm/sev.c, rmpupdate',
      implicitConversion: 'arch/x86/kvm/svm/sev.c, sev_handle_rmp_fault; arch/x86/kvm/mmu/mmu.c',
      conversionWritesRmp: 'arch/x86/kvm/svm/sev.c, sev_gmem_prepare and sev_gmem_invalidate',
      unassignFailure: 'arch/x86/virt/svm/sev.c, snp_leak_pages',
      privateBacking: 'virt/kvm/guest_memfd.c',
    },
  },
  { afterRmpupdate },
);
