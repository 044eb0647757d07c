/** What operations are called, in the order in which one looks for them. One that is not here goes by its own name, at the end. */
export interface OpGroup {
  readonly name: string;
  readonly ops: Readonly<Record<string, string>>;
}

export const OP_GROUPS: readonly OpGroup[] = [
  {
    name: 'The hypervisor',
    ops: {
      'hypervisor-write': 'writes to memory',
      'hypervisor-read': 'reads memory',
      'kernel-map': 'KVM maps a page for writing',
      'kernel-unmap': 'KVM unmaps it',
      'nested-map': 'maps a guest page to another frame',
    },
  },
  {
    name: 'The guest',
    ops: {
      'page-state-change': 'asks for a page-state change',
      'guest-access': 'reads, writes or fetches',
      pvalidate: 'PVALIDATE',
      rmpadjust: 'RMPADJUST',
      rmpquery: 'RMPQUERY',
      'ghcb-request': 'sends raw GHCB bytes',
      'vcpu-enter': 'vCPU enters',
      'vcpu-exit': 'vCPU exits',
    },
  },
  {
    name: 'The host, by hand',
    ops: { rmpupdate: 'RMPUPDATE', psmash: 'PSMASH', rmpread: 'RMPREAD', 'firmware-command': 'firmware command' },
  },
  {
    name: 'The host’s memory',
    ops: {
      mmap: 'mmap',
      munmap: 'munmap',
      mprotect: 'mprotect',
      madvise: 'madvise',
      khugepaged: 'khugepaged scans',
      pin: 'pin or unpin',
      'leaf-state': 'swap, migrate, restore',
    },
  },
];

/** Such operations as `explain` takes. */
export const EXPLAINED: readonly string[] = ['hypervisor-write', 'hypervisor-read', 'pvalidate', 'rmpupdate', 'psmash'];

/** Fields that are asked for at once, although they may be left out. */
export const USUAL_FIELDS: readonly string[] = [
  'gpa',
  'size',
  'via',
  'pageSize',
  'pages',
  'operation',
  'access',
  'validate',
  'assigned',
  'asid',
];

/** What a field holds at first. `at` is the page that is selected. */
export function firstValue(
  op: string,
  field: string,
  choices: readonly string[],
  at: { readonly gpa: string; readonly pfn: string; readonly hva: string },
): string {
  switch (field) {
    case 'gpa':
      return op === 'khugepaged' ? '' : at.gpa;
    case 'vmsa':
      return at.gpa;
    case 'vcpu':
      return '0';
    case 'pfn':
    case 'page':
      return ['hypervisor-write', 'hypervisor-read'].includes(op) ? '' : op === 'psmash' ? regionOf(at.pfn) : at.pfn;
    case 'start':
      return at.hva;
    case 'size':
      return op.startsWith('hypervisor') || op === 'guest-access' ? '64' : op === 'khugepaged' ? '' : '4K';
    case 'validate':
    case 'assigned':
    case 'pinned':
      return 'true';
    case 'asid':
      return op === 'rmpupdate' ? '1' : '';
    case 'targetVmpl':
      return '1';
    case 'permissions':
      return 'read write';
    case 'access':
      return 'write';
    case 'form':
      return 'msr';
    case 'value':
      return '0x20000000001014';
    case 'command':
      return 'SNP_PAGE_RECLAIM';
    case 'pageSize':
    case 'operation':
    case 'advice':
    case 'change':
    case 'protection':
      return choices[0] ?? '';
    default:
      return '';
  }
}

function regionOf(pfn: string): string {
  return `0x${(BigInt(pfn) & ~0x1ffn).toString(16)}`;
}
