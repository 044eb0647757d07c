/** `apply`, the one door to a machine: the one switch over commands. A rejected command changes nothing. */
import type { Command } from './command.js';
import { reject, type Rejection, unreachable } from './error.js';
import { firmwareCommand } from './firmware.js';
import { ghcbRequest } from './ghcb.js';
import { pvalidate } from './guest.js';
import { guestAccess } from './guest-access.js';
import { checkInject } from './inject.js';
import { hostRead } from './host-read.js';
import { hostWrite } from './host-write.js';
import type { KillCause, Machine } from './machine.js';
import { mapNested } from './nested-map.js';
import type { LifecycleOutcome, Result } from './outcome.js';
import { changePageStates } from './page-state-change.js';
import { psmash, rmpupdate } from './raw-instructions.js';
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
  if (m.killedBy !== null && !ALIVE_OR_NOT.includes(command.op)) return killed(m.killedBy);
  if (OF_THE_GUEST.includes(command.op) && !guestRuns(m)) return noGuest(m);
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

/** The firmware has launched the guest of the VM's ASID, and has not decommissioned it. */
function guestRuns(m: Machine): boolean {
  return m.guest.firmware.ownerOfAsid(m.config.asid)?.state === 'running';
}

function noGuest(m: Machine): Rejection {
  return reject(
    'guest-not-running',
    '',
    `no guest runs under ASID ${m.config.asid}`,
    'Launch one with POST /v1/vms/{vm}/firmware-commands: GCTX_CREATE, LAUNCH_START, ACTIVATE, LAUNCH_FINISH; or create the VM without launch.',
  );
}

const RESET = 'Reset the VM, or create another';

function killed(cause: KillCause): Rejection {
  switch (cause) {
    case 'sigbus':
    case 'segv':
      return reject(
        'vm-killed',
        '',
        `the VMM process of this VM was ended by ${cause === 'sigbus' ? 'SIGBUS' : 'SIGSEGV'}`,
        `${RESET}; set onSigbus to report to go on after a signal.`,
      );
    case 'oops':
      return reject('vm-killed', '', 'a fault of the kernel itself ended the VMM process of this VM', `${RESET}.`);
    case 'guest-terminated':
      return reject(
        'vm-killed',
        '',
        'the guest of this VM has asked for its end',
        `${RESET}; leave strictGuest out to go on after a failed page-state change.`,
      );
  }
}

function lifecycle(m: Machine, op: LifecycleOutcome['op']): Result {
  return { outcome: { op }, events: m.takeEvents() };
}
