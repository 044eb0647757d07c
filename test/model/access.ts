/** One host access cut into pages, the faults it takes, and the contents it leaves or finds. */
import { asGfn, asPfn } from '../../src/core/address.js';
import type { Target } from '../../src/core/command.js';
import { reject } from '../../src/core/error.js';
import type { Rejection } from '../../src/core/error.js';
import type { AccessOutcome, Fault, Signal } from '../../src/core/outcome.js';
import { emit } from './event-log.js';
import type { EventLog } from './event-log.js';
import { gfnOfVpn, isInPlace, ramFrames, slotOfGfn, slotOfVpn, vpnOfGfn } from './layout.js';
import { entryAt, frameOf, frameOfVpn, gfnOfFrame, leafAt } from './naive-state.js';
import type { NaiveState } from './naive-state.js';

export const PAGE = 4096;
const USER_END = 2 ** 35;
export const SIGBUS: Signal = { number: 7, name: 'SIGBUS', code: 2, codeName: 'BUS_ADRERR' };
export const SIGSEGV: Signal = { number: 11, name: 'SIGSEGV', code: 1, codeName: 'SEGV_MAPERR' };

export const ACCESS_SEGV: Signal = { ...SIGSEGV, code: 2, codeName: 'SEGV_ACCERR' };

/** The part of an access that lies in one page: `page` is a frame for the direct map, else a virtual page. */
export interface Piece {
  readonly page: number;
  readonly offset: number;
  readonly length: number;
  /** Bytes of the access before this piece. */
  readonly done: number;
}

export function cut(state: NaiveState, target: Target, size: number, directMap: boolean): readonly Piece[] | Rejection {
  const pieces: Piece[] = [];
  let offset = target.offset;
  for (let i = 0, done = 0; done < size; i++) {
    const page = pageOf(state, target, target.page + i, directMap);
    if (page === null) return reject('address-out-of-range', '', 'outside', '');
    const length = Math.min(PAGE - offset, size - done);
    pieces.push({ page, offset, length, done });
    done += length;
    offset = 0;
  }
  return pieces;
}

/** The page to access, null where the address makes no sense to this machine. */
function pageOf(state: NaiveState, target: Target, page: number, directMap: boolean): number | null {
  switch (target.space) {
    case 'hva':
      if (page >= USER_END) return null;
      return page;
    case 'gpa': {
      const slot = slotOfGfn(state.config, page);
      if (slot === null) return null;
      return directMap ? frameOf(state, page) : vpnOfGfn(slot, page);
    }
    case 'pfn':
      return page < ramFrames(state.config) ? page : null;
  }
}

export interface FaultPlace {
  readonly access: 'read' | 'write';
  readonly kernel: boolean;
  readonly space: 'user' | 'direct-map';
}

/** A fault's fields that do not depend on what kind it is. */
export function faultBase(place: FaultPlace, piece: Piece) {
  return {
    origin: place.kernel ? ('kernel' as const) : ('user' as const),
    access: place.access,
    space: place.space,
    page: piece.page,
    offset: piece.offset,
    repeats: 1,
    dmesg: [] as readonly string[],
  };
}

/** A fault without P: the page is not mapped, or no VMA covers it. */
export function notPresentFault(state: NaiveState, place: FaultPlace, piece: Piece): Omit<Fault, 'action' | 'signal' | 'faultFlags'> {
  const gfn = gfnOfVpn(state.config, piece.page);
  const slot = slotOfVpn(state.config, piece.page);
  return {
    ...faultBase(place, piece),
    kind: 'not-present',
    gfn: gfn === null ? null : asGfn(gfn),
    pfn: slot === null ? null : asPfn(frameOfVpn(state, piece.page)),
    errorCode: (place.access === 'write' ? 2 : 0) | (place.kernel ? 0 : 4),
    level: null,
    lookedUp: null,
    rmp: null,
    reason: null,
    decision: null,
  };
}

/** Nothing is mapped at the address and nothing may be: the guest page may be known, a frame is not. */
export function noVmaFault(state: NaiveState, place: FaultPlace, piece: Piece): ReturnType<typeof notPresentFault> {
  return { ...notPresentFault(state, place, piece), pfn: null };
}

/** With in-place conversion the host may not touch a private page; null where it may. */
export function refusedTouch(state: NaiveState, place: FaultPlace, piece: Piece) {
  if (!isInPlace(state.config) || !entryAt(state, frameOfVpn(state, piece.page)).assigned) return null;
  return place.kernel ? ({ action: 'efault', signal: null } as const) : ({ action: 'sigbus', signal: SIGBUS } as const);
}

/** The kernel's access to a frame that is missing in its direct map. */
export function missingFault(state: NaiveState, piece: Piece, access: 'read' | 'write'): Fault {
  const gfn = gfnOfFrame(state, piece.page);
  return {
    ...faultBase({ access, kernel: true, space: 'direct-map' }, piece),
    kind: 'not-present',
    gfn: gfn === null ? null : asGfn(gfn),
    pfn: asPfn(piece.page),
    errorCode: access === 'write' ? 2 : 0,
    level: null,
    lookedUp: null,
    rmp: null,
    reason: null,
    decision: null,
    faultFlags: null,
    action: 'oops',
    signal: null,
    dmesg: ['oops'],
  };
}

/** An ordinary fault at a user address: a swap-in is a major one. */
export function countDemand(state: NaiveState, vpn: number): void {
  state.pageFaults++;
  if (leafAt(state, vpn)?.gone === 'swap') state.majorFaults++;
  else state.minorFaults++;
}

/** Notes a fault; the same one in a row is one with `repeats`, whatever other threads did meanwhile. */
export function noteFault(log: EventLog, fault: Fault): void {
  const at = log.bodies.findLastIndex((body) => body.type === 'fault');
  const last = log.bodies[at];
  if (last?.type === 'fault' && JSON.stringify({ ...last.fault, repeats: 1 }) === JSON.stringify(fault)) {
    log.bodies[at] = { ...last, fault: { ...last.fault, repeats: last.fault.repeats + 1 } };
    return;
  }
  emit(log, { type: 'fault', fault, outcome: 'completed' });
}

export function faultsIn(log: EventLog): Fault[] {
  return log.bodies.flatMap((body) => (body.type === 'fault' ? [body.fault] : []));
}

/** The VMM dies of a signal unless signals are only reported, and of an oops always. */
export function maybeKill(state: NaiveState, log: EventLog, outcome: AccessOutcome): void {
  if (state.killed) return;
  const signalled = (outcome === 'sigbus' || outcome === 'segv') && state.config.onSigbus === 'kill';
  if (!signalled && outcome !== 'oops') return;
  state.killed = true;
  if (outcome === 'sigbus' || outcome === 'segv' || outcome === 'oops') emit(log, { type: 'vm-killed', cause: outcome });
}
