/** `apply`, the one door to a machine: the one switch over commands. A rejected command changes nothing. */
import type { Command, Delete } from './command.js';
import { reject, type Rejection, unreachable } from './error.js';
import type { Event } from './event.js';
import { firmwareCommand } from './firmware.js';
import { ghcbRequest } from './ghcb.js';
import { guestAccess } from './guest-access.js';
import { checkInject } from './inject.js';
import { hostRead } from './host-read.js';
import { hostWrite } from './host-write.js';
import { kernelMap, kernelUnmap } from './kernel-maps.js';
import { khugepaged } from './khugepaged.js';
import { changeLeafStates } from './leaf-states.js';
import type { KillCause, Machine } from './machine.js';
import { mapNested } from './nested-map.js';
import { madvise } from './madvise.js';
import type { LifecycleOutcome, Result } from './outcome.js';
import { changePageStates } from './page-state-change.js';
import { pin } from './pin-command.js';
import { pvalidate } from './pvalidate.js';
import { psmash, rmpupdate } from './raw-instructions.js';
import { backToOrigin } from './snapshot.js';
import { tearDown } from './teardown.js';
import { mmap, mprotect, munmap } from './vma-commands.js';
import { rmpadjust, rmpquery, rmpread } from './rmp-permissions.js';
import { enterVcpu, exitVcpu } from './vcpu.js';

/** What a VM still does whose VMM has ended. */
const ALIVE_OR_NOT: readonly Command['op'][] = ['hypervisor-read', 'rmpread', 'reset', 'delete'];

/** What only a guest that runs can do. */
const OF_THE_GUEST: readonly Command['op'][] = [
  'page-state-change',
  'pvalidate',
  'guest-access',
  'rmpadjust',
  'rmpquery',
  'ghcb-request',
  'vcpu-enter',
];

/** Carries out one command, wholly or not at all. */
export function apply(m: Machine, command: Command): Result {
  const objection = objectionOfKilled(m, command.op) ?? objectionOfGuest(m, command.op);
  if (objection !== null) return objection;
  const wrong = 'inject' in command ? checkInject(m.layout, command.inject) : null;
  if (wrong !== null) return wrong;
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
    case 'guest-access':
      return guestAccess(m, command);
    case 'rmpadjust':
      return rmpadjust(m, command);
    case 'rmpquery':
      return rmpquery(m, command);
    case 'rmpread':
      return rmpread(m, command);
    case 'ghcb-request':
      return ghcbRequest(m, command);
    case 'firmware-command':
      return firmwareCommand(m, command);
    case 'nested-map':
      return mapNested(m, command);
    case 'vcpu-enter':
      return enterVcpu(m, command);
    case 'vcpu-exit':
      return exitVcpu(m, command);
    case 'mmap':
      return mmap(m, command);
    case 'munmap':
      return munmap(m, command);
    case 'mprotect':
      return mprotect(m, command);
    case 'madvise':
      return madvise(m, command);
    case 'khugepaged':
      return khugepaged(m, command);
    case 'pin':
      return pin(m, command);
    case 'leaf-state':
      return changeLeafStates(m, command);
    case 'kernel-map':
      return kernelMap(m, command);
    case 'kernel-unmap':
      return kernelUnmap(m, command);
    case 'reset':
      m.begin(undefined);
      backToOrigin(m);
      m.emit({ seq: m.nextSeq(), type: 'vm-reset' });
      return lifecycle(m, 'reset');
    case 'delete':
      m.begin(undefined);
      m.emit(deleted(m, command.cause));
      return lifecycle(m, 'delete');
    default:
      return unreachable(command);
  }
}

/** Why a command of this kind is refused because the VMM has ended, or null. */
export function objectionOfKilled(m: Machine, op: Command['op']): Rejection | null {
  return m.killedBy === null || ALIVE_OR_NOT.includes(op) ? null : killed(m.killedBy);
}

/** Why a command of this kind is refused because the firmware has launched no guest of the VM's ASID, or has decommissioned it. */
export function objectionOfGuest(m: Machine, op: Command['op']): Rejection | null {
  if (!OF_THE_GUEST.includes(op) || m.guest.firmware.ownerOfAsid(m.config.asid)?.state === 'running') return null;
  return reject(
    'guest-not-running',
    '',
    `no guest runs under ASID ${m.config.asid}`,
    'launch one with POST /v1/vms/{vm}/firmware-commands: GCTX_CREATE, LAUNCH_START, ACTIVATE, LAUNCH_FINISH; or create the VM without launch',
  );
}

const RESET = 'reset the VM, or create another';

function killed(cause: KillCause): Rejection {
  switch (cause) {
    case 'sigbus':
    case 'segv':
      return reject(
        'vm-killed',
        '',
        `the VMM process of this VM was ended by ${cause === 'sigbus' ? 'SIGBUS' : 'SIGSEGV'}`,
        `${RESET}; set onSigbus to report to go on after a signal`,
      );
    case 'oops':
      return reject('vm-killed', '', 'a fault of the kernel itself ended the VMM process of this VM', RESET);
    case 'guest-terminated':
      return reject(
        'vm-killed',
        '',
        'the guest of this VM has asked for its end',
        `${RESET}; leave strictGuest out to go on after a failed page-state change`,
      );
  }
}

/** What the teardown leaks is said before the VM is gone. */
function deleted(m: Machine, cause: Delete['cause']): Event {
  const teardown = tearDown(m);
  return { seq: m.nextSeq(), type: 'vm-deleted', cause, ...teardown };
}

function lifecycle(m: Machine, op: LifecycleOutcome['op']): Result {
  return { outcome: { op }, events: m.takeEvents() };
}
