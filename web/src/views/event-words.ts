/** An event in a line of words. */
import type { EventObject } from '../../../src/client/browser.js';
import { pages } from '../ui/format.js';

export function eventWords(event: EventObject): string {
  switch (event.type) {
    case 'vm-created':
      return event.origin === undefined ? 'the VM was made' : `the VM was made by ${event.origin.kind}`;
    case 'vm-reset':
      return 'the VM was reset';
    case 'vm-killed':
      return `the VMM ended: ${event.cause}`;
    case 'vm-deleted':
      return 'the VM was deleted';
    case 'fault':
      return `host ${event.fault.access} fault ${event.fault.errorCode}: ${event.fault.decision ?? event.fault.kind}, ${event.fault.action}`;
    case 'nested-fault':
      return `nested fault of ${event.fault.access}: ${event.fault.reason}, ${event.fault.action}`;
    case 'vc-exception':
      return `#VC inside the guest on ${event.access}`;
    case 'memory-fault-exit':
      return `exit to the VMM: ${event.private ? 'private' : 'shared'} page wanted`;
    case 'mapping-installed':
      return `mapped ${event.level} by ${event.cause}`;
    case 'mapping-split':
      return `mapping split from ${event.from} to ${event.level} by ${event.cause}`;
    case 'mapping-collapsed':
      return `mappings collapsed to ${event.level} by ${event.cause}${event.copied ? ', copied' : ''}`;
    case 'mapping-removed':
      return `mapping ${event.level} removed by ${event.cause}${event.leaf === 'none' ? '' : `, leaves ${event.leaf}`}`;
    case 'direct-map-split':
      return 'direct map split to 4K';
    case 'vma-mapped':
      return `mmap, ${pages(event.pages)} ${event.protection}`;
    case 'vma-unmapped':
      return `munmap, ${pages(event.pages)}`;
    case 'vma-protected':
      return `mprotect ${event.protection}, huge pages ${event.hugePages}`;
    case 'rmp-updated':
      return `RMPUPDATE ${event.pageSize}: ${event.assigned ? `assigned, ASID ${event.asid}` : 'not assigned'}${event.immutable ? ', immutable' : ''}`;
    case 'psmashed':
      return 'PSMASH: the 2M entry became 4K entries';
    case 'pvalidated':
      return `PVALIDATE(${event.validate ? 1 : 0}) ${event.pageSize}, CF=${event.carry ? 1 : 0}`;
    case 'page-state-changed':
      return `page-state change to ${event.change} ${event.pageSize}: ${event.status}`;
    case 'page-leaked':
      return `leaked: ${event.cause}`;
    case 'rmp-adjusted':
      return `RMPADJUST of VMPL${event.targetVmpl}: ${event.permissions.join(' ') || 'nothing'}${event.vmsa ? ', VMSA' : ''}`;
    case 'nested-mapped':
      return `nested mapping to ${event.pfn}`;
    case 'vcpu-entered':
      return `vCPU ${event.vcpu} entered`;
    case 'vcpu-exited':
      return `vCPU ${event.vcpu} exited`;
    case 'firmware-command':
      return `${event.command}: ${event.status}`;
  }
}
