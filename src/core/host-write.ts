/**
 * A hypervisor write, the emulator's main story: walk, check the RMP, fault, let the generation decide, carry it out, try again.
 *
 *     page of the range ──walk──▶ leaf ──RMP check of its region──▶ stored
 *         ▲                 │ not present        │ assigned
 *         │                 ▼                    ▼
 *         └───retry──── ordinary fault    #PF with bit 31 → generation → plan
 *
 * A 4K leaf is checked as its page; 2M and 1G leaves as the 512 pages of the 2M (generations.md 1). A try that ends where an earlier
 * one stood can never succeed: where nothing moved that is `livelock`, else `ping-pong`.
 */
import { LEVEL_2M, LEVEL_4K, type Level, PAGE_BYTES, type Pfn, type Vpn } from './address.js';
import type { HypervisorWrite } from './command.js';
import { CONTENT_BYTES_MAX, WRITE_ATTEMPTS_MAX, WRITE_BYTES_MAX } from './config.js';
import { type Rejection, reject } from './error.js';
import { FaultList } from './fault-list.js';
import { checkDirectMap, checkRange, pagesTouched, pfnAt, vpnAt } from './host-access.js';
import { directMapAbsent, directMapFault, faultsForNothing, noVma, notPresent, readOnly, rmpFault, type StoreMode } from './host-fault.js';
import { beforeKvmWrite } from './kvm-write.js';
import { gfnAt, type Slot } from './layout.js';
import { type Machine, NO_EVENTS } from './machine.js';
import type { AccessOutcome, Fault, Result } from './outcome.js';
import { storeRefusal } from './store-check.js';

const NO_FAULTS: readonly Fault[] = [];

export function hostWrite(m: Machine, c: HypervisorWrite): Result {
  const wrong = checkWrite(m, c);
  if (wrong !== null) return wrong;
  m.begin(c.inject);
  let faults: FaultList | null = null;
  let outcome: AccessOutcome = 'completed';
  let done = 0;
  let { offset } = c.target;
  for (let i = 0; done < c.size; i++) {
    const length = Math.min(PAGE_BYTES - offset, c.size - done);
    if (!storesAtOnce(m, c, i)) {
      faults ??= new FaultList(m);
      outcome = storeWithFaults(m, faults, c, i, offset);
      if (outcome !== 'completed') break;
    }
    if (c.content !== undefined) keep(m, frameAt(m, c, i), offset, length, c.content, done);
    done += length;
    offset = 0;
  }
  return finish(m, faults, outcome, done);
}

function finish(m: Machine, faults: FaultList | null, outcome: AccessOutcome, bytesWritten: number): Result {
  if (faults === null) return { outcome: { op: 'hypervisor-write', outcome, bytesWritten, faults: NO_FAULTS }, events: NO_EVENTS };
  endAccess(m, faults, outcome);
  const dmesg = m.takePrinted();
  const result = { op: 'hypervisor-write', outcome, bytesWritten, faults: faults.listed } as const;
  return { outcome: dmesg === null ? result : { ...result, dmesg }, events: m.takeEvents() };
}

/** Gives the faults their outcome, and the VMM its end where one is due. */
export function endAccess(m: Machine, faults: FaultList, outcome: AccessOutcome): void {
  faults.close(outcome);
  if (outcome === 'oops') m.kill('oops');
  else if ((outcome === 'sigbus' || outcome === 'segv') && m.config.onSigbus === 'kill') m.kill(outcome);
}

/** Why a write makes no sense for this machine, or null. */
export function checkWrite(m: Machine, c: HypervisorWrite): Rejection | null {
  if (c.size < 1 || c.size > WRITE_BYTES_MAX) {
    return reject('limit-exceeded', '/size', `a write has 1 to ${WRITE_BYTES_MAX} bytes, not ${c.size}`, 'split it into smaller writes');
  }
  const wrong = checkRange(m, c.target, c.size) ?? (c.via === 'direct-map' ? checkDirectMap(m, c.target, c.size) : null);
  if (wrong !== null || c.content === undefined) return wrong;
  const pages = pagesTouched(c.target.offset, c.size);
  let fresh = 0;
  for (let i = 0; i < pages; i++) {
    const pfn = pfnAt(m, c.target, i);
    if (pfn !== null && !m.contents.has(pfn)) fresh += 1;
  }
  if (m.contents.hasRoomFor(fresh)) return null;
  return reject(
    'content-limit',
    '',
    `the VM would keep more than ${CONTENT_BYTES_MAX} bytes of contents`,
    'write with size alone where the bytes do not matter, or reset the VM',
  );
}

function frameAt(m: Machine, c: HypervisorWrite, i: number): Pfn {
  const pfn = pfnAt(m, c.target, i);
  if (pfn === null) throw new Error('invariant broken: a store without a frame');
  return pfn;
}

function keep(m: Machine, pfn: Pfn, offset: number, length: number, content: number | Uint8Array, from: number): void {
  m.contents.store(pfn, offset, length, typeof content === 'number' ? content : content.subarray(from, from + length));
}

// --- one page ------------------------------------------------------------------------------------------------------------

/** Whether the i-th page takes the store without a fault: what happens to most. */
function storesAtOnce(m: Machine, c: HypervisorWrite, i: number): boolean {
  if (c.via === 'direct-map') return mayStoreDirect(m, frameAt(m, c, i));
  if (c.via === 'kvm') return false;
  const vpn = vpnAt(m, c.target, i);
  const slot = m.layout.slotAtVpn(vpn);
  if (slot === null) return false;
  const level = m.pageTable.presentLevel(vpn);
  return level !== 0 && storeRefusal(m, m.frames.of(vpn - slot.shift), level) === null && !m.vmas.isReadOnly(vpn);
}

function storeWithFaults(m: Machine, faults: FaultList, c: HypervisorWrite, i: number, offset: number): AccessOutcome {
  if (c.via === 'direct-map') return storeDirect(m, faults, frameAt(m, c, i), offset);
  const mode: StoreMode = { kernelMode: c.via !== 'user', pagefaultDisabled: c.pagefaultDisabled };
  const vpn = vpnAt(m, c.target, i);
  const slot = m.layout.slotAtVpn(vpn);
  if (slot === null || m.vmas.at(vpn) === null) return noVma(m, faults, mode, vpn, offset, 'write');
  const refused = c.via === 'kvm' ? beforeKvmWrite(m, gfnAt(slot, vpn)) : null;
  if (refused !== null) return refused;
  if (m.vmas.isReadOnly(vpn)) return readOnly(m, faults, mode, slot, vpn, offset);
  return storeAgainAndAgain(m, faults, mode, slot, vpn, offset);
}

/** Where a store stood when a try began. The next try can only end otherwise if one of these differs. */
interface Mark {
  readonly leaf: number;
  readonly rmp: number;
  readonly inject: number;
  /** Faults listed by then. */
  readonly faults: number;
}

function storeAgainAndAgain(m: Machine, faults: FaultList, mode: StoreMode, slot: Slot, vpn: Vpn, offset: number): AccessOutcome {
  const pfn = m.frames.of(vpn - slot.shift);
  const marks: Mark[] = [];
  for (let attempt = 0; attempt < WRITE_ATTEMPTS_MAX; attempt++) {
    const level = m.pageTable.presentLevel(vpn);
    const refusal = level === 0 ? null : storeRefusal(m, pfn, level);
    if (level !== 0 && refusal === null) return 'completed';
    const leaf = m.pageTable.leafKey(vpn, slot);
    const rmp = m.rmp.version;
    const inject = m.injectProgress();
    const listedBefore = faults.listed.length;
    const end =
      level === 0 || refusal === null
        ? notPresent(m, faults, mode, slot, vpn, offset, 'write')
        : rmpFault(m, faults, mode, slot, vpn, offset, level, refusal);
    if (end !== 'retry') return end;
    marks.push({ leaf, rmp, inject, faults: listedBefore });
    const stuck = recurrence(m, faults, marks, slot, vpn);
    if (stuck !== null) return stuck === 'livelock' ? endlessFault(m, faults, mode) : stuck;
  }
  return endlessFault(m, faults, mode);
}

/** Whether a store that faults for ever is left to do so is doubt D10. */
function endlessFault(m: Machine, faults: FaultList, mode: StoreMode): AccessOutcome {
  return m.config.doubts.D10 === 'sigbus' && !mode.kernelMode ? faultsForNothing(m, faults) : 'livelock';
}

/**
 * Whether the store stands where an earlier try began. Where the last one did, nothing moved: a livelock. Further back, with a leaf to store
 * through, it goes in a circle, and the answer lists that circle alone.
 */
function recurrence(m: Machine, faults: FaultList, marks: readonly Mark[], slot: Slot, vpn: Vpn): 'livelock' | 'ping-pong' | null {
  const leaf = m.pageTable.leafKey(vpn, slot);
  const inject = m.injectProgress();
  const before = marks.findLastIndex((mark) => mark.leaf === leaf && mark.rmp === m.rmp.version && mark.inject === inject);
  if (before < 0) return null;
  if (before === marks.length - 1) return 'livelock';
  if (m.pageTable.presentLevel(vpn) === 0) return null;
  faults.forget(marks[0].faults, marks[before].faults);
  return 'ping-pong';
}

function directMapLevel(m: Machine, pfn: Pfn): Level {
  return m.rmp.isDirectMapSplit(pfn) ? LEVEL_4K : LEVEL_2M;
}

function mayStoreDirect(m: Machine, pfn: Pfn): boolean {
  return !m.rmp.isDirectMapAbsent(pfn) && storeRefusal(m, pfn, directMapLevel(m, pfn)) === null;
}

/** By the direct map: an oops, unless the generation mends the page. */
function storeDirect(m: Machine, faults: FaultList, pfn: Pfn, offset: number): AccessOutcome {
  for (let attempt = 0; attempt < WRITE_ATTEMPTS_MAX; attempt++) {
    if (m.rmp.isDirectMapAbsent(pfn)) return directMapAbsent(m, faults, pfn, offset, 'write');
    const level = directMapLevel(m, pfn);
    const refusal = storeRefusal(m, pfn, level);
    if (refusal === null) return 'completed';
    if (directMapFault(m, faults, pfn, offset, level, refusal) === 'oops') return 'oops';
  }
  return 'livelock';
}
