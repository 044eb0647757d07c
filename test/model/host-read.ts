/** A hypervisor's load: the RMP never stops it, only the page table can. */
import type { HypervisorRead } from '../../src/core/command.js';
import { FAULTS_LISTED_MAX } from '../../src/core/config.js';
import { isRejection, reject } from '../../src/core/error.js';
import type { Rejection } from '../../src/core/error.js';
import type { AccessOutcome, ReadOutcome } from '../../src/core/outcome.js';
import {
  countDemand,
  cut,
  faultsIn,
  maybeKill,
  missingFault,
  noteFault,
  notPresentFault,
  noVmaFault,
  PAGE,
  refusedTouch,
  SIGSEGV,
} from './access.js';
import type { Piece } from './access.js';
import type { EventLog } from './event-log.js';
import { READ_FLAGS, USER_FLAG } from './handler.js';
import { slotOfVpn } from './layout.js';
import { mapPage } from './mapping.js';
import { frameOfVpn, isMissing, leafAt } from './naive-state.js';
import type { NaiveState } from './naive-state.js';
import { effectiveEntry } from './rmp.js';
import { isMapped } from './vmas.js';

export function hypervisorRead(state: NaiveState, log: EventLog, command: HypervisorRead): ReadOutcome | Rejection {
  const directMap = command.via === 'direct-map';
  if (command.target.space === 'pfn' && !directMap) return reject('invalid-field', '', 'pfn needs direct-map', '');
  const pieces = cut(state, command.target, command.size, directMap);
  if (isRejection(pieces)) return pieces;
  const bytes: number[] = [];
  let outcome: AccessOutcome = 'completed';
  for (const piece of pieces) {
    if (directMap && !state.killed && isMissing(state, piece.page)) {
      noteFault(log, missingFault(state, piece, 'read'));
      outcome = 'oops';
      break;
    }
    const pfn = directMap ? piece.page : loadUser(state, log, piece);
    if (typeof pfn !== 'number') {
      outcome = pfn;
      break;
    }
    const { assigned, asid } = effectiveEntry(state, pfn);
    const hidden = state.config.doubts.D14 === 'hidden' && assigned && asid > 0;
    const page = hidden ? new Uint8Array(PAGE).fill(255) : (state.contents.get(pfn) ?? new Uint8Array(PAGE));
    bytes.push(...page.subarray(piece.offset, piece.offset + piece.length));
  }
  const faults = faultsIn(log).slice(0, FAULTS_LISTED_MAX);
  maybeKill(state, log, outcome);
  return { op: 'hypervisor-read', outcome, bytesRead: bytes.length, data: Uint8Array.from(bytes), faults };
}

/** The frame behind the page, mapped if need be, or the signal. */
function loadUser(state: NaiveState, log: EventLog, piece: Piece): number | 'segv' | 'sigbus' {
  const place = { access: 'read', kernel: false, space: 'user' } as const;
  const slot = slotOfVpn(state.config, piece.page);
  const mapped = slot !== null && isMapped(state, piece.page);
  if (state.killed) return mapped ? frameOfVpn(state, piece.page) : 'segv';
  if (slot === null || !mapped) {
    state.pageFaults++;
    noteFault(log, { ...noVmaFault(state, place, piece), faultFlags: null, action: 'segv', signal: SIGSEGV });
    return 'segv';
  }
  const leaf = leafAt(state, piece.page);
  if (leaf === null || !leaf.present) {
    const fault = notPresentFault(state, place, piece);
    const refused = refusedTouch(state, place, piece);
    if (refused !== null) {
      state.pageFaults++;
      noteFault(log, { ...fault, faultFlags: null, ...refused });
      return 'sigbus';
    }
    noteFault(log, { ...fault, faultFlags: READ_FLAGS | USER_FLAG, action: 'mapped', signal: null });
    countDemand(state, piece.page);
    mapPage(state, log, slot, piece.page, 'fault');
  }
  return frameOfVpn(state, piece.page);
}
