/** `apply`, the one door to a machine: the one switch over commands. A rejected command changes nothing. */
import type { Command } from './command.js';
import { reject, unreachable } from './error.js';
import { pvalidate } from './guest.js';
import { hostRead } from './host-read.js';
import { hostWrite } from './host-write.js';
import { kernelMap, kernelUnmap } from './kernel-maps.js';
import type { Machine } from './machine.js';
import type { LifecycleOutcome, Result } from './outcome.js';
import { changePageStates } from './page-state-change.js';
import { psmash, rmpupdate } from './raw-instructions.js';

/** What a VM still does whose VMM has ended. */
const ALIVE_OR_NOT: readonly Command['op'][] = ['hypervisor-read', 'reset', 'delete'];

/** Carries out one command, wholly or not at all. */
export function apply(m: Machine, command: Command): Result {
  if (m.state === 'killed' && !ALIVE_OR_NOT.includes(command.op)) {
    return reject(
      'vm-killed',
      '',
      'the VMM process of this VM has ended',
      'Reset the VM, or create another; set onSigbus to report to go on after a SIGBUS.',
    );
  }
  switch (command.op) {
    case 'hypervisor-write':
      return hostWrite(m, command);
    case 'hypervisor-read':
      return hostRead(m, command);
    case 'page-state-change':
      return changePageStates(m, command);
    case 'pvalidate':
      return pvalidate(m, command);
    case 'rmpupdate':
      return rmpupdate(m, command);
    case 'psmash':
      return psmash(m, command);
    case 'kernel-map':
      return kernelMap(m, command);
    case 'kernel-unmap':
      return kernelUnmap(m, command);
    case 'reset':
      m.begin(undefined);
      m.clear();
      m.emit({ seq: m.nextSeq(), type: 'vm-reset' });
      return lifecycle(m, 'reset');
    case 'delete':
      m.begin(undefined);
      m.emit({ seq: m.nextSeq(), type: 'vm-deleted', cause: command.cause });
      return lifecycle(m, 'delete');
    default:
      return unreachable(command);
  }
}

function lifecycle(m: Machine, op: LifecycleOutcome['op']): Result {
  return { outcome: { op }, events: m.takeEvents() };
}
