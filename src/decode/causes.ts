/** What an incident means: a title, its likely cause, and the scenario that shows it. Sources: hardware.md 3.2, 4, 5, 6, 7. */
import type { DecodedEntry } from './entry.js';
import type { Findings, IncidentKind } from './incident.js';
import type { ScenarioName } from './scenarios.js';

export interface Explanation {
  readonly title: string;
  readonly cause: string;
  readonly scenario: ScenarioName | null;
}

const because = (cause: string, scenario: ScenarioName | null) => ({ cause, scenario });
type Cause = ReturnType<typeof because>;

export function explain(kind: IncidentKind, f: Findings): Explanation {
  return { title: titleOf(kind, f), ...causeOf(kind, f) };
}

function titleOf(kind: IncidentKind, f: Findings): string {
  const page = f.pfn === undefined ? 'a page' : `PFN ${f.pfn}`;
  switch (kind) {
    case 'host-rmp-fault':
      return `host ${f.privilege === 'user' ? 'user' : 'kernel'} ${f.access ?? 'write'} met the RMP${f.pfn === undefined ? '' : ` at ${page}`}`;
    case 'rmp-dump':
      return `RMP entries around ${f.pfn === undefined ? `PFN ${f.region?.from ?? '?'}` : page}`;
    case 'rmpupdate-failed':
    case 'psmash-failed':
      return `${f.instruction} of ${page}${f.pageSize === undefined ? '' : ` (${f.pageSize})`} answered ${f.code}${f.status === undefined ? '' : `, ${f.status}`}`;
    case 'rmp-lookup-failed':
      return `the RMP entry of ${f.pfn === undefined ? `address ${f.address ?? '?'}` : page} could not be read`;
    case 'page-leaked':
      return `PFN ${f.leaked?.from} to ${f.leaked?.to} are lost to the kernel`;
    case 'process-killed':
      return `a process was ended for writing ${page}, which is assigned`;
    case 'nested-fault':
      return `nested page fault at gpa ${f.gpa ?? '?'}: ${f.errorCodeBits?.join(' ')}`;
    case 'unexpected-nested-fault':
      return `KVM did not expect the RMP fault at gpa ${f.gpa}`;
    case 'vc-exception':
      return `#VC with exit code 0x${f.exit?.code.toString(16)} in the guest`;
    case 'memory-fault-exit':
      return `KVM_EXIT_MEMORY_FAULT at gpa ${f.gpa}: ${f.private === true ? 'private' : 'shared'} access`;
    case 'unknown-exit':
      return `KVM_RUN ended with ${f.exit?.name ?? 'exit reason'} (${f.exit?.code}), which the VMM does not know`;
    case 'guest-termination':
      return `the guest ended itself: set ${f.termination?.reasonSet}, reason ${f.termination?.reason} (${f.termination?.name ?? 'unknown'})`;
    case 'firmware-error':
      return `${f.firmware?.command} failed${f.firmware?.code == null ? '' : `: 0x${f.firmware.code.toString(16)} ${f.firmware.status ?? 'unknown status'}`}`;
    case 'iommu-rmp-fault':
      return `DMA${f.device === undefined ? '' : ` of ${f.device}`} met the RMP at ${f.gpa}`;
    case 'rmp-table-refused':
      return 'the kernel does not take the RMP that the BIOS has set up';
    case 'memory-region-refused':
      return 'the kernel does not take a memslot';
    case 'bounce-buffers-full':
      return 'the bounce buffers of the guest are full';
  }
}

function causeOf(kind: IncidentKind, f: Findings): Cause {
  switch (kind) {
    case 'host-rmp-fault':
    case 'rmp-dump':
      return causeOfHostFault(f, kind === 'rmp-dump');
    case 'rmpupdate-failed':
      return causeOfRmpupdate(f);
    case 'psmash-failed':
      if (f.code === 7)
        return because(
          'the entry was no 2M guest entry any more: another CPU had smashed it. It is a race, and the guest goes on.',
          'psmash-twice',
        );
      if (f.code === 3)
        return because('another CPU was changing the entry, or the page was in use by a running vCPU: try again.', 'psmash-twice');
      return because('PSMASH wants the frame of an assigned 2M entry, aligned to 2M and covered by the RMP.', null);
    case 'rmp-lookup-failed':
      return f.pfn === undefined
        ? because('no page table entry leads from this address to a frame, so there is no entry to show.', null)
        : because('the frame is not covered by the RMP, or SNP is not on.', 'rmp-covers-too-little');
    case 'page-leaked':
      return because(
        'the kernel could not take the pages back: SNP_PAGE_RECLAIM or RMPUPDATE failed before. They stay assigned and are never used again.',
        'vmsa-in-use',
      );
    case 'process-killed':
      return because(
        'the VMM wrote a page that belongs to the guest; it has to wait until the guest has shared it.',
        'host-writes-private-page',
      );
    case 'nested-fault':
      return causeOfNestedFault(f.errorCodeBits ?? []);
    case 'unexpected-nested-fault':
      return because(
        'the guest used the page as private, and KVM holds it for shared, has no private memory behind it, or found its entry not assigned: memory attributes and RMP disagree.',
        'remapped-page',
      );
    case 'vc-exception':
      return f.exit?.code === 0x404
        ? because(
            'the guest touched a private page that it has not validated, or used the C-bit on a page that is shared.',
            'unvalidated-access',
          )
        : because('the guest left for something that its #VC handler does not emulate.', null);
    case 'memory-fault-exit':
      return because(
        `the guest used the page as ${f.private === true ? 'private' : 'shared'}, and its memory attribute says the other. The VMM should set the attribute with KVM_SET_MEMORY_ATTRIBUTES and run the vCPU again; ending there is the mistake.`,
        'memory-fault-exit',
      );
    case 'unknown-exit':
      if (f.exit?.code === 39)
        return because(
          'the guest used a page in the other way than its memory attribute says; this VMM does not convert it.',
          'memory-fault-exit',
        );
      if (f.exit?.code === 24)
        return because(
          'the guest asked to be ended (KVM_SYSTEM_EVENT_SEV_TERM): often a failed PVALIDATE. The kernel log of the host has the reason.',
          'pvalidate-size-mismatch',
        );
      return because('the kernel is newer than the VMM.', null);
    case 'guest-termination':
      return causeOfTermination(f);
    case 'firmware-error':
      return causeOfFirmwareError(f);
    case 'iommu-rmp-fault':
      return because(
        'the device wrote a page that is assigned to a guest or to the firmware: a DMA buffer was not shared, or was made private too early. The address is the one that the device used, not the frame.',
        'dma-to-private-page',
      );
    case 'rmp-table-refused':
      return because(
        'the RMP is missing or covers less than the memory of the machine: raise or enable its reservation in the BIOS.',
        'rmp-covers-too-little',
      );
    case 'memory-region-refused':
      return because(
        'kernel, VMM and slot do not agree: guest_memfd missing, sizes or alignments that differ, or slots that overlap.',
        'memory-region-refused',
      );
    case 'bounce-buffers-full':
      return because(
        'all DMA of the guest goes through shared memory, and there is too little of it: raise swiotlb= on its command line.',
        'bounce-buffers-full',
      );
  }
}

function causeOfHostFault(f: Findings, dumpOnly: boolean): Cause {
  const { entry } = f;
  if (entry !== undefined) return causeByEntry(entry, dumpOnly);
  if (f.neighbourPages !== undefined && f.neighbourPages > 0) {
    const guests = f.neighbours?.some(({ asid }) => asid > 0) === true;
    if (!guests)
      return because(
        'the page is the host’s own; its neighbours belong to the firmware, and the mapping that was written through covers them too.',
        'direct-map',
      );
    return because(
      `the page is the host’s own, and ${f.neighbourPages} page(s) of its 2M region are assigned: the write went through a mapping that covers them too. The mapping has to be split first.`,
      f.privilege === 'user' ? 'thp-split' : 'direct-map',
    );
  }
  if (f.region !== undefined) return because('nothing in the region is assigned: the entry changed between the fault and the dump.', null);
  return because(
    'the entry is not in the log. Either the page is assigned, or the mapping that was written through covers one that is.',
    'host-writes-private-page',
  );
}

function causeByEntry(entry: DecodedEntry, dumpOnly: boolean): Cause {
  switch (entry.state) {
    case 'guest-valid':
    case 'guest-invalid':
    case 'pre-guest':
    case 'pre-swap':
      if (entry.vmsa)
        return because(
          `the page is the VMSA of a vCPU (ASID ${entry.asid}), private since its launch: the kernel writes it when a launch command comes after SNP_LAUNCH_FINISH.`,
          'launch-after-finish',
        );
      return because(
        `the page belongs to the guest with ASID ${entry.asid} at gpa ${entry.gpa} (${entry.state}): the host may write it only after the guest has shared it.`,
        'host-writes-private-page',
      );
    case 'firmware':
    case 'context':
    case 'metadata':
      return because(
        `the page is the firmware’s (${entry.state}): SNP_PAGE_RECLAIM and a shared RMPUPDATE are missing.`,
        'page-not-reclaimed',
      );
    case 'firmware-iommu':
      return because(
        'the page was given to the IOMMU when SNP began: the kernel that started it has to end SNP with SNP_SHUTDOWN_EX before the next one runs.',
        'kexec-after-snp',
      );
    case 'reclaim':
      return because(
        'the page is assigned to nobody: it lies inside a 2M entry, whose owner stands in the 2M-aligned one, or was reclaimed and not yet made shared.',
        'page-not-reclaimed',
      );
    case 'hv-fixed':
    case 'hypervisor':
    case 'default':
      return dumpOnly
        ? because('the host may write this page.', null)
        : because(
            'the host may write this page: the mapping that was written through covers an assigned one, or the entry has changed since.',
            'direct-map',
          );
    case 'invalid':
      return because('no page has such an entry: the dump is damaged, or the layout is not that of Milan and Genoa.', null);
  }
}

function causeOfRmpupdate(f: Findings): Cause {
  switch (f.code ?? 0) {
    case 1:
      return because('the frame is not covered by the RMP, or frame and gpa are not aligned to the page size.', 'rmp-covers-too-little');
    case 2:
      return f.neighbours?.some(({ immutable }) => immutable) === true || f.entry?.immutable === true
        ? because(
            'the entry is immutable, and only the firmware changes those. Its neighbours hold the RMP table: the allocator has handed out a page that never can be a guest’s (fixed by reserving the 2M regions at both ends of the table).',
            'hv-fixed-page',
          )
        : because('the entry is immutable, or the instruction ran inside a guest.', 'hv-fixed-page');
    case 3:
      return because(
        'the page is in use by a running vCPU (its VMSA), or another CPU is changing the entry. It stays assigned; the next write to it faults.',
        'vmsa-in-use',
      );
    case 4:
      return because(
        '4K and 2M overlap: the page lies inside a 2M entry (PSMASH has to come first), or the 2M region has 4K pages that are assigned. Trying again does not help, unless the firmware held the region for a moment.',
        'overlap-at-destroy',
      );
    default:
      return because('the kernel gave up before or after the instruction: splitting the direct map, or too little memory.', null);
  }
}

function causeOfNestedFault(bits: readonly string[]): Cause {
  if (bits.includes('SIZEM'))
    return because(
      'PVALIDATE or RMPADJUST of 4K inside a 2M entry: the host has to PSMASH the entry and run the guest again.',
      'pvalidate-4k-in-2m',
    );
  if (bits.includes('VMPL')) return because('the VMPL of the guest has no permission for this access at this page.', 'vmpl-denied');
  if (!bits.includes('RMP'))
    return because('a private access to a page that is not mapped yet: the host has to make it private and map it.', 'memory-fault-exit');
  if (bits.includes('ENC'))
    return because(
      'a private access to a page whose entry is not assigned, has another owner or gpa, is immutable, or has another size than the nested mapping.',
      'remapped-page',
    );
  return because(
    'the guest wrote through a shared mapping to a page that is assigned: it has shared the page in its page table and not in the RMP, or validated it again.',
    'double-pvalidate',
  );
}

function causeOfTermination({ termination }: Findings): Cause {
  switch (`${termination?.reasonSet}:${termination?.reason}`) {
    case '1:1':
      return because('the host refused a page-state change.', 'page-state-change-refused');
    case '1:2':
      return because(
        'PVALIDATE failed or found the page validated before: sizes that do not fit, or a page that the host has changed.',
        'pvalidate-size-mismatch',
      );
    case '1:3':
      return because('the guest runs below VMPL0 and expects to be at it.', 'vmpl-denied');
    default:
      return because('the guest does not trust, or does not support, what the host offers.', null);
  }
}

function causeOfFirmwareError({ firmware }: Findings): Cause {
  const command = firmware?.command ?? '';
  if (firmware?.code === 0)
    return because(
      'the firmware has not refused anything: the kernel failed before the command or after it, and does not say at which page. Look for its own lines, and for pages that are assigned already.',
      'firmware-error-without-address',
    );
  switch (firmware?.status ?? '') {
    case 'INVALID_PAGE_STATE':
    case 'INVALID_PAGE_SIZE':
    case 'INVALID_PAGE_OWNER':
      return because(
        'the page is not in the state, size or ownership that the command takes: look at its RMP entry.',
        command.includes('LAUNCH') ? 'launch-of-assigned-page' : 'page-not-reclaimed',
      );
    case 'INVALID_GUEST_STATE':
      return because('the guest is in another phase: launch commands end with SNP_LAUNCH_FINISH.', 'launch-after-finish');
    case 'INVALID_CONFIG':
    case 'RMP_INIT_FAILED':
    case 'RMP_INIT_REQUIRED':
      return because(
        'the RMP is not set up as the firmware wants it, or pages of the ASID are still assigned.',
        command === 'SNP_INIT' ? 'rmp-covers-too-little' : null,
      );
    default:
      return command === 'SNP_PAGE_RECLAIM'
        ? because('the page could not be taken back from the firmware, and stays assigned.', 'page-not-reclaimed')
        : because(`the firmware’s status says why${firmware?.status === null ? ', and it is none that is known here' : ''}.`, null);
  }
}
