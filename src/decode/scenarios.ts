/**
 * Scenarios that a decoded incident can point to. The names are stable: the scenario library keeps them, and programs may
 * compare them. Each stands for a problem that people have reported, or for a case of hardware.md, W6.
 */
export const SCENARIOS = {
  'launch-after-finish': 'a launch command after SNP_LAUNCH_FINISH makes the kernel write a VMSA page that is private',
  'host-writes-private-page': 'the kernel or the VMM writes a page that belongs to a guest',
  'thp-split': 'the VMM writes a shared page through a 2M mapping whose neighbours are private',
  'direct-map': 'the kernel writes a shared page through a 2M leaf of its direct map whose neighbours are private',
  'page-not-reclaimed': 'a page that the firmware has used is touched without SNP_PAGE_RECLAIM',
  'kexec-after-snp': 'the next kernel touches pages that the first one left with the firmware',
  'hv-fixed-page': 'a page near the RMP table, which never changes hands, is given to a guest',
  'vmsa-in-use': 'memory is punched out from under a running vCPU: its VMSA is in use',
  'overlap-at-destroy': 'RMPUPDATE of a 4K page inside a 2M entry, tried again and again while a VM ends',
  'psmash-twice': 'two CPUs smash the same 2M entry',
  'rmp-covers-too-little': 'the RMP covers less than the memory of the machine',
  'dma-to-private-page': 'a device writes memory that belongs to a guest',
  'double-pvalidate': 'the guest validates, or writes, pages that it has just shared',
  'pvalidate-4k-in-2m': 'the guest validates 4K inside a 2M entry, and the host has to smash it',
  'pvalidate-size-mismatch': 'the guest validates 2M where the RMP has 4K entries',
  'page-state-change-refused': 'the host refuses a page-state change, and the guest ends itself',
  'remapped-page': 'the host maps another frame to a gpa',
  'unvalidated-access': 'the guest touches a page that it has not validated',
  'vmpl-denied': 'the guest touches a page that its VMPL may not',
  'memory-fault-exit': 'the guest uses a page in the other way than the VMM has said, and the VMM has to convert it',
  'memory-region-refused': 'a memslot that the kernel does not take',
  'bounce-buffers-full': 'the guest has less shared memory than its devices need',
  'launch-of-assigned-page': 'a launch command meets a page in a state that it does not take',
  'firmware-error-without-address': 'a launch command fails and does not say at which page',
} as const;

export type ScenarioName = keyof typeof SCENARIOS;
export const SCENARIO_NAMES = Object.keys(SCENARIOS) as readonly ScenarioName[];
