/**
 * The oracle: the machine's semantics a second time, from the specification alone. A Map of pages, no regions, no counters;
 * whatever the real core counts or remembers is worked out anew here. Slow on purpose.
 */
import type { Command } from '../../src/core/command.js';
import type { MachineConfig } from '../../src/core/config.js';
import { isRejection, reject } from '../../src/core/error.js';
import type { Rejection } from '../../src/core/error.js';
import type { AccessOutcome, Outcome, Result } from '../../src/core/outcome.js';
import { emit, newLog, numbered } from './event-log.js';
import type { EventLog } from './event-log.js';
import { firmwareCommand } from './firmware.js';
import { guestRuns } from './firmware-books.js';
import { ghcbRequest } from './ghcb.js';
import { enterVcpu, exitVcpu, guestAccess, mapNested, rmpadjust, rmpquery, rmpread } from './guest.js';
import { hypervisorRead } from './host-read.js';
import { hostPsmash, rawRmpupdate } from './host-rmp.js';
import { hypervisorWrite } from './host-write.js';
import { kernelMap, printedIn } from './kvm.js';
import { coveredFrames, slotOfGfn } from './layout.js';
import { freshState, newCount } from './naive-state.js';
import type { NaiveState } from './naive-state.js';
import { memoryCommand } from './memory.js';
import { pageStateChange } from './page-state-change.js';
import { oneByOne, pvalidate } from './pvalidate.js';
import { CODE_NAMES } from './rmp.js';
import { tearDown } from './teardown.js';

export interface Naive {
  readonly state: NaiveState;
  apply(command: Command): Result;
}

export function createNaive(config: MachineConfig): Naive {
  const state = freshState(config);
  let seq = 1;
  return {
    state,
    apply(command) {
      const log = newLog();
      state.printed = [];
      state.operationInject = newCount('inject' in command ? command.inject : undefined);
      const outcome = carryOut(state, log, command);
      state.operationInject = null;
      if (isRejection(outcome)) return outcome;
      const events = numbered(log, seq, accessOutcome(outcome));
      seq += events.length;
      return { outcome, events };
    },
  };
}

function accessOutcome(outcome: Outcome): AccessOutcome | null {
  return outcome.op === 'hypervisor-write' || outcome.op === 'hypervisor-read' ? outcome.outcome : null;
}

/** Only a guest that runs does these. */
const OF_THE_GUEST: readonly Command['op'][] = [
  'page-state-change',
  'pvalidate',
  'guest-access',
  'rmpadjust',
  'rmpquery',
  'ghcb-request',
  'vcpu-enter',
];

function carryOut(state: NaiveState, log: EventLog, command: Command): Outcome | Rejection {
  const onDeadVm = command.op === 'reset' || command.op === 'rmpread' || command.op === 'delete' || command.op === 'hypervisor-read';
  if (state.killed && !onDeadVm) return reject('vm-killed', '', 'the VM was killed', '');
  if (OF_THE_GUEST.includes(command.op) && !guestRuns(state)) return reject('guest-not-running', '', 'no guest', '');
  const lookup = 'inject' in command ? command.inject?.lookupFailure : undefined;
  if (lookup !== undefined && lookup.pfn >= coveredFrames(state.config)) return reject('address-out-of-range', '', 'no RMP entry', '');
  switch (command.op) {
    case 'hypervisor-write':
      return hypervisorWrite(state, log, command);
    case 'hypervisor-read':
      return hypervisorRead(state, log, command);
    case 'page-state-change':
      return pageStateChange(state, log, command);
    case 'pvalidate': {
      if (slotOfGfn(state.config, command.gfn) === null) return reject('address-out-of-range', '/gpa', 'outside', '');
      if (command.vmpl !== 0 && state.config.doubts.D7 === 'permission')
        return { op: 'pvalidate', outcome: 'completed', status: 'FAIL_PERMISSION', code: 2, carry: null, faults: [], fallbackPages: 0 };
      if (command.vmpl !== 0)
        return {
          op: 'pvalidate',
          outcome: 'exception',
          status: 'GENERAL_PROTECTION',
          code: null,
          carry: null,
          faults: [],
          fallbackPages: 0,
        };
      const first = pvalidate(state, log, command.gfn, command.offset, command.pageSize, command.validate);
      const falls = command.fallback === true && first.status === 'FAIL_SIZEMISMATCH';
      const answer = falls ? oneByOne(state, log, command.gfn, command.validate, first.faults) : { ...first, fallbackPages: 0 };
      return {
        op: 'pvalidate',
        outcome: answer.status === 'NESTED_FAULT' ? 'nested-fault' : 'completed',
        ...answer,
        ...printedIn(state),
      };
    }
    case 'rmpupdate': {
      const code = rawRmpupdate(state, log, command, command.directMap);
      return { op: 'rmpupdate', status: CODE_NAMES[code] ?? 'SUCCESS', code };
    }
    case 'psmash': {
      const code = hostPsmash(state, log, command.pfn);
      return { op: 'psmash', status: CODE_NAMES[code] ?? 'SUCCESS', code };
    }
    case 'guest-access':
      return { ...guestAccess(state, log, command), ...printedIn(state) };
    case 'rmpadjust':
      return { ...rmpadjust(state, log, command), ...printedIn(state) };
    case 'rmpquery':
      return { ...rmpquery(state, log, command), ...printedIn(state) };
    case 'rmpread':
      return rmpread(state, command);
    case 'ghcb-request':
      return { ...ghcbRequest(state, log, command), ...printedIn(state) };
    case 'nested-map':
      return mapNested(state, log, command);
    case 'vcpu-enter':
      return enterVcpu(state, log, command);
    case 'vcpu-exit':
      return exitVcpu(state, log, command);
    case 'firmware-command':
      return firmwareCommand(state, log, command.request);
    case 'kernel-map':
      return kernelMap(state, log, command.gfn);
    case 'kernel-unmap':
      if (!state.maps.delete(command.map)) return reject('unknown-map', 'map', 'no such map', '');
      return { op: 'kernel-unmap' };
    case 'reset':
      Object.assign(state, freshState(state.config));
      emit(log, { type: 'vm-reset' });
      return { op: 'reset' };
    case 'delete':
      emit(log, { type: 'vm-deleted', cause: command.cause, ...tearDown(state, log) });
      return { op: 'delete' };
    case 'mmap':
    case 'munmap':
    case 'mprotect':
    case 'madvise':
    case 'khugepaged':
    case 'pin':
    case 'leaf-state':
      return memoryCommand(state, log, command);
  }
}
