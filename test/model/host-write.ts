/** A hypervisor's store: walk, RMP check, handler, again; page by page (generations.md 10, engine step). */
import { asGfn, asPfn } from '../../src/core/address.js';
import type { HypervisorWrite } from '../../src/core/command.js';
import { FAULTS_LISTED_MAX, WRITE_ATTEMPTS_MAX } from '../../src/core/config.js';
import type { Memslot } from '../../src/core/config.js';
import { isRejection, reject } from '../../src/core/error.js';
import type { Rejection } from '../../src/core/error.js';
import type { AccessOutcome, Fault, WriteOutcome } from '../../src/core/outcome.js';
import {
  ACCESS_SEGV,
  countDemand,
  cut,
  faultBase,
  faultsIn,
  maybeKill,
  missingFault,
  noteFault,
  notPresentFault,
  noVmaFault,
  PAGE,
  refusedTouch,
  SIGBUS,
  SIGSEGV,
} from './access.js';
import type { FaultPlace, Piece } from './access.js';
import { afterRmpFault, injectKey, lookupIsInjected } from './between.js';
import { emit, newLog } from './event-log.js';
import type { EventLog } from './event-log.js';
import { decide, resolve, USER_FLAG, WRITE_FLAGS } from './handler.js';
import { hostPsmash, hostRmpupdate, toShared } from './host-rmp.js';
import { rulesOf } from './kernel-rules.js';
import { beforeKvmStore, printedIn } from './kvm.js';
import { gfnOfVpn, slotOfVpn } from './layout.js';
import { mapPage } from './mapping.js';
import { directMapLevel, entryAt, frameOfVpn, gfnOfFrame, isMissing, leafAt } from './naive-state.js';
import type { NaiveState } from './naive-state.js';
import { isMapped } from './vmas.js';
import { anyAssigned, baseOf, describe, effectiveEntry, inUse, regionFrames, rmpLevel } from './rmp.js';

export function hypervisorWrite(state: NaiveState, log: EventLog, command: HypervisorWrite): WriteOutcome | Rejection {
  const directMap = command.via === 'direct-map';
  if (command.target.space === 'pfn' && !directMap) return reject('invalid-field', '', 'pfn needs direct-map', '');
  const pieces = cut(state, command.target, command.size, directMap);
  if (isRejection(pieces)) return pieces;
  let bytesWritten = 0;
  let outcome: AccessOutcome = 'completed';
  let faults: Fault[] = [];
  for (const piece of pieces) {
    const before = faultsIn(log).length;
    const end = directMap ? { outcome: storeDirect(state, log, command, piece), cycle: before } : storeUser(state, log, command, piece);
    const taken = faultsIn(log);
    faults = [...taken.slice(0, before), ...taken.slice(end.cycle ?? before)].slice(0, FAULTS_LISTED_MAX);
    outcome = end.outcome;
    if (outcome !== 'completed') break;
    bytesWritten += piece.length;
  }
  maybeKill(state, log, outcome);
  return { op: 'hypervisor-write', outcome, bytesWritten, faults, ...printedIn(state) };
}

/** Whether hardware lets the host write this frame through a leaf of this level. */
function mayWrite(state: NaiveState, pfn: number, level: number): boolean {
  if (state.config.generation === 'no-snp') return true;
  if (level === 1 ? entryAt(state, pfn).assigned : anyAssigned(state, pfn)) return false;
  // Milan and Genoa: the 2M-aligned page in use stands for the region, unless it is mapped by itself.
  const first = pfn - (pfn % 512);
  return !inUse(state, first) || (level === 1 && pfn !== first);
}

/** How the store of one piece ended, and for a ping-pong the number of the fault at which its cycle began. */
interface StoreEnd {
  readonly outcome: AccessOutcome;
  readonly cycle?: number;
}

function storeUser(state: NaiveState, log: EventLog, command: HypervisorWrite, piece: Piece): StoreEnd {
  const place: FaultPlace = { access: 'write', kernel: command.via !== 'user', space: 'user' };
  const slot = slotOfVpn(state.config, piece.page);
  if (slot === null || !isMapped(state, piece.page)) return { outcome: noVma(state, log, command, place, piece) };
  const refused = command.via === 'kvm' ? beforeKvmStore(state, log, piece.page - slot.vpn + slot.gfn) : null;
  if (refused !== null) return { outcome: refused };
  if (state.readOnly.has(piece.page)) return { outcome: readOnly(state, log, command, place, piece) };
  const pfn = frameOfVpn(state, piece.page);
  const seen: { readonly key: string; readonly leafChanged: boolean; readonly fault: number }[] = [];
  for (let attempt = 0; attempt < WRITE_ATTEMPTS_MAX; attempt++) {
    const leaf = leafAt(state, piece.page);
    if (leaf === null || !leaf.present) {
      const end = demandMaps(state, log, command, place, piece, slot);
      if (end !== null) return { outcome: end };
      continue;
    }
    if (mayWrite(state, pfn, leaf.level)) {
      store(state, command, piece, pfn);
      return { outcome: 'completed' };
    }
    const key = futureKey(state, piece.page, pfn);
    const cycle = seen.slice(seen.findIndex((s) => s.key === key));
    if (seen.some((s) => s.key === key)) {
      return cycle.some((s) => s.leafChanged)
        ? { outcome: 'ping-pong', cycle: cycle[0].fault }
        : { outcome: withoutEnd(state, log, place) };
    }
    const fault = faultsIn(log).length;
    const end = rmpFault(state, log, command, piece, pfn);
    seen.push({ key, leafChanged: JSON.stringify(leafAt(state, piece.page)) !== JSON.stringify(leaf), fault });
    if (end !== 'again') return { outcome: end };
  }
  return { outcome: withoutEnd(state, log, place) };
}

/** D10: left alone, or the VMM gets a signal for its last fault. */
function withoutEnd(state: NaiveState, log: EventLog, place: FaultPlace): AccessOutcome {
  if (place.kernel || state.config.doubts.D10 === 'by-generation') return 'livelock';
  const at = log.bodies.findLastIndex((body) => body.type === 'fault');
  const last = log.bodies[at];
  if (last?.type !== 'fault') throw new Error('it has faulted');
  const { action } = last.fault;
  log.bodies[at] = { ...last, fault: { ...last.fault, action: action === 'none' ? 'sigbus' : action, signal: SIGBUS } };
  return 'sigbus';
}

function noVma(state: NaiveState, log: EventLog, command: HypervisorWrite, place: FaultPlace, piece: Piece): AccessOutcome {
  if (!command.pagefaultDisabled) state.pageFaults++;
  const end = place.kernel ? 'efault' : 'segv';
  noteFault(log, { ...noVmaFault(state, place, piece), faultFlags: null, action: end, signal: place.kernel ? null : SIGSEGV });
  return end;
}

/** A store into a read-only VMA: the page table refuses it before the RMP is asked. */
function readOnly(state: NaiveState, log: EventLog, command: HypervisorWrite, place: FaultPlace, piece: Piece): AccessOutcome {
  if (!command.pagefaultDisabled) state.pageFaults++;
  const end = place.kernel ? 'efault' : 'segv';
  const leaf = leafAt(state, piece.page);
  const fault = {
    ...notPresentFault(state, place, piece),
    faultFlags: null,
    action: end,
    signal: place.kernel ? null : ACCESS_SEGV,
  } as const;
  if (leaf === null || !leaf.present) noteFault(log, fault);
  else noteFault(log, { ...fault, kind: 'protection', errorCode: fault.errorCode | 1, level: leaf.level });
  return end;
}

/** The ordinary fault of a page that is not in memory: mapped (null), but where a fault may not sleep, or the page is the guest's alone. */
function demandMaps(
  state: NaiveState,
  log: EventLog,
  command: HypervisorWrite,
  place: FaultPlace,
  piece: Piece,
  slot: Memslot,
): 'efault' | 'sigbus' | null {
  const fault = notPresentFault(state, place, piece);
  if (command.pagefaultDisabled) {
    noteFault(log, { ...fault, faultFlags: null, action: 'efault', signal: null });
    return 'efault';
  }
  const refused = refusedTouch(state, place, piece);
  if (refused !== null) {
    state.pageFaults++;
    noteFault(log, { ...fault, faultFlags: null, ...refused });
    return refused.action;
  }
  noteFault(log, { ...fault, faultFlags: WRITE_FLAGS | (place.kernel ? 0 : USER_FLAG), action: 'mapped', signal: null });
  countDemand(state, piece.page);
  mapPage(state, log, slot, piece.page, 'fault');
  return null;
}

/** Everything that decides what the next tries of this store will do. */
function futureKey(state: NaiveState, vpn: number, pfn: number): string {
  const assigned = regionFrames(pfn).map((p) => (entryAt(state, p).assigned ? '1' : '0'));
  return `${JSON.stringify(leafAt(state, vpn))} ${assigned.join('')} ${entryAt(state, pfn - (pfn % 512)).pageSize} ${injectKey(state)}`;
}

function rmpFault(state: NaiveState, log: EventLog, command: HypervisorWrite, piece: Piece, pfn: number): 'again' | AccessOutcome {
  const slot = slotOfVpn(state.config, piece.page);
  const leaf = leafAt(state, piece.page);
  if (slot === null || leaf === null) throw new Error('an RMP fault needs a mapping');
  const kernel = command.via !== 'user';
  const gfn = gfnOfVpn(state.config, piece.page);
  const asHardwareSawIt = {
    ...faultBase({ access: 'write', kernel, space: 'user' }, piece),
    kind: 'rmp' as const,
    gfn: gfn === null ? null : asGfn(gfn),
    pfn: asPfn(pfn),
    errorCode: rmpErrorCode(kernel),
    level: leaf.level,
    rmp: describe(state, pfn),
    reason: reasonOf(state, pfn, leaf.level),
  };
  const others = newLog();
  const repairs = newLog();
  afterRmpFault(state, others, gfn);
  let fault: Fault;
  let end: 'again' | AccessOutcome;
  if (command.pagefaultDisabled) {
    fault = { ...asHardwareSawIt, lookedUp: null, decision: 'NONE', faultFlags: null, action: 'efault', signal: null };
    end = 'efault';
  } else {
    const verdict = decide(state, piece.page);
    state.pageFaults++;
    const resolution = resolve(state, repairs, slot, piece.page, verdict, kernel);
    end = resolution.end;
    if (end === 'again' && verdict.decision === 'PAGE_SPLIT') state.minorFaults++;
    fault = {
      ...asHardwareSawIt,
      lookedUp: verdict.lookedUp,
      decision: verdict.decision,
      faultFlags: resolution.faultFlags,
      action: resolution.action,
      signal: resolution.signal,
      dmesg: verdict.lines,
    };
  }
  noteFault(log, fault);
  for (const body of [...others.bodies, ...repairs.bodies]) emit(log, body);
  return end;
}

function rmpErrorCode(kernel: boolean): number {
  return (kernel ? 0x80000003 : 0x80000007) | 0;
}

function reasonOf(state: NaiveState, pfn: number, level: number): Fault['reason'] {
  if (entryAt(state, pfn).assigned) return 'page-assigned';
  return level > 1 && anyAssigned(state, pfn) ? 'mapping-overlaps-assigned' : 'page-in-use';
}

/** A store by the kernel's direct map: an oops where it faults, unless v2 forces the page shared. */
function storeDirect(state: NaiveState, log: EventLog, command: HypervisorWrite, piece: Piece): AccessOutcome {
  const pfn = piece.page;
  if (isMissing(state, pfn)) {
    noteFault(log, missingFault(state, piece, 'write'));
    return 'oops';
  }
  const level = directMapLevel(state, pfn);
  if (mayWrite(state, pfn, level)) {
    store(state, command, piece, pfn);
    return 'completed';
  }
  const gfn = gfnOfFrame(state, pfn);
  const fault: Fault = {
    ...faultBase({ access: 'write', kernel: true, space: 'direct-map' }, piece),
    kind: 'rmp',
    gfn: gfn === null ? null : asGfn(gfn),
    pfn: asPfn(pfn),
    errorCode: rmpErrorCode(true),
    level,
    rmp: describe(state, pfn),
    reason: reasonOf(state, pfn, level),
    lookedUp: null,
    decision: 'NONE',
    faultFlags: null,
    action: 'oops',
    signal: null,
    dmesg: ['oops'],
  };
  const repairs = newLog();
  const forced = forceShared(state, repairs, pfn, level);
  if (forced === null) noteFault(log, fault);
  else {
    const lookedUp = { pfn, assigned: forced.assigned, level: forced.level };
    noteFault(log, { ...fault, decision: 'FORCE_SHARED', lookedUp, ...(forced.done ? { action: 'made-shared' } : {}) });
  }
  for (const body of repairs.bodies) emit(log, body);
  if (forced?.done !== true) return 'oops';
  return storeDirect(state, log, command, piece);
}

interface Forced {
  readonly done: boolean;
  readonly assigned: boolean;
  readonly level: 1 | 2;
}

/** v2's handler of a kernel address (generations.md 3); null where it does not try. */
function forceShared(state: NaiveState, log: EventLog, pfn: number, level: 1 | 2): Forced | null {
  if (rulesOf(state.config).kernelStore !== 'force-shared' || lookupIsInjected(state, pfn)) return null;
  const entry = { assigned: entryAt(state, pfn).assigned, level: rmpLevel(state, pfn) };
  if (effectiveEntry(state, pfn).immutable || level > entry.level) return null;
  if (entry.level > level && hostPsmash(state, log, baseOf(pfn)) !== 0) return { done: false, ...entry };
  return { done: hostRmpupdate(state, log, toShared(pfn, 1)) === 0, ...entry };
}

function store(state: NaiveState, command: HypervisorWrite, piece: Piece, pfn: number): void {
  if (command.content === undefined) return;
  const page = state.contents.get(pfn) ?? new Uint8Array(PAGE);
  if (typeof command.content === 'number') page.fill(command.content, piece.offset, piece.offset + piece.length);
  else page.set(command.content.subarray(piece.done, piece.done + piece.length), piece.offset);
  state.contents.set(pfn, page);
}
