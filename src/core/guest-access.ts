/**
 * A guest's load, store or fetch, page by page, against the nested page table and the RMP (hardware.md 4).
 *
 *     C=0 load        no check
 *     C=0 store       Hypervisor-Owned, of the 2 MiB where the nested leaf is 2M         NPF with bit 31
 *     C=1, any fetch, the guest's own tables
 *                     Covered, Guest-Owned, Reverse-Map, Mutable, Page-Size              NPF with bits 31 and 34
 *                     Validated                                                          #VC 0x404 inside the guest
 *                     VMPL mask                                                          NPF with bit 36
 *
 * The host answers an NPF by its generation, and the guest tries again, until the access completes or provably cannot.
 */
import { asGfn, asPfn, type Gfn, LEVEL_2M, LEVEL_4K, type Level, PAGE_BYTES, type Pfn, REGION_PAGES } from './address.js';
import { type GuestAccess, isGuestStore } from './command.js';
import { CONTENT_BYTES_MAX, READ_BYTES_MAX, WRITE_BYTES_MAX } from './config.js';
import { reject, type Rejection } from './error.js';
import { notValidated, raiseVc, reservedBit } from './guest-exception.js';
import { loadAsGuest, storeAsGuest } from './guest-memory.js';
import { checkRange, pagesTouched } from './host-access.js';
import { vpnOf } from './layout.js';
import type { Machine } from './machine.js';
import { type NestedRefusal, ownershipRefusal, untilAnswered } from './nested-fault.js';
import { frameOf, isMapped, type NestedLeaf, nestedLeaf } from './nested-leaf.js';
import type { GuestAccessEnd, GuestAccessOutcome, GuestException, GuestTranslation, NestedFault, Result } from './outcome.js';
import { VALIDATED } from './region-bits.js';

export function guestAccess(m: Machine, c: GuestAccess): Result {
  const wrong = check(m, c);
  if (wrong !== null) return wrong;
  m.begin(c.inject);
  const faults: NestedFault[] = [];
  const data = c.access === 'read' || c.access === 'page-table-read' ? new Uint8Array(c.size) : null;
  let outcome: GuestAccessEnd = 'completed';
  let exception: GuestException | null = null;
  let done = 0;
  let gfn: number = c.gfn;
  for (let { offset } = c; done < c.size; offset = 0, gfn++) {
    const length = Math.min(PAGE_BYTES - offset, c.size - done);
    const reached = reach(m, c, asGfn(gfn), faults);
    if (reached.end !== 'completed') {
      outcome = reached.end;
      if (outcome === 'vc-exception' || outcome === 'vmexit-vc') exception = notValidated(asGfn(gfn));
      if (outcome === 'page-fault') exception = reservedBit(c.access, asGfn(gfn));
      break;
    }
    const encrypted = isEncrypted(m, c, gfn);
    if (data !== null) loadAsGuest(m, encrypted, reached.pfn, offset, data.subarray(done, done + length));
    if (c.content !== undefined) {
      storeAsGuest(
        m,
        encrypted,
        reached.pfn,
        offset,
        length,
        typeof c.content === 'number' ? c.content : c.content.subarray(done, done + length),
      );
    }
    done += length;
  }
  const last = asGfn(Math.min(gfn, c.gfn + pagesTouched(c.offset, c.size) - 1));
  const end: GuestAccessOutcome = {
    op: 'guest-access',
    outcome,
    bytesDone: done,
    ...(data === null ? {} : { data: data.subarray(0, done) }),
    faults,
    exception,
    translation: translationOf(m, c, last),
    ...m.printedMember(),
  };
  return { outcome: end, events: m.takeEvents() };
}

function check(m: Machine, c: GuestAccess): Rejection | null {
  const most = isGuestStore(c.access) ? WRITE_BYTES_MAX : READ_BYTES_MAX;
  if (c.size < 1 || c.size > most) {
    const hint = 'split it into smaller accesses';
    return reject('limit-exceeded', '/size', `this access has 1 to ${most} bytes, not ${c.size}`, hint);
  }
  const wrong = checkRange(m, { space: 'gpa', page: c.gfn, offset: c.offset }, c.size);
  if (wrong !== null || c.content === undefined) return wrong;
  const fresh = new Set<number>();
  for (let i = 0; i < pagesTouched(c.offset, c.size); i++) {
    const pfn = frameToReach(m, c, c.gfn + i);
    if (!m.contents.has(pfn)) fresh.add(pfn);
  }
  if (m.contents.hasRoomFor(fresh.size)) return null;
  return reject(
    'content-limit',
    '',
    `the VM would keep more than ${CONTENT_BYTES_MAX} bytes of contents`,
    'store with size alone where the bytes do not matter, or reset the VM',
  );
}

/** Where the access will end: a page that is in the other state is converted first. */
function frameToReach(m: Machine, c: GuestAccess, gfn: number): number {
  if (m.layout.privateBacking === 'same' || m.guest.nestedMapAt(gfn) !== null) return frameOf(m, gfn);
  return isEncrypted(m, c, gfn) ? m.frames.privateOf(gfn) : m.frames.of(gfn);
}

/** The effective C-bit: fetches and the guest's tables have it always, vTOM decides for data, else the guest's mapping. */
export function isEncrypted(m: Machine, c: Pick<GuestAccess, 'access' | 'cBit'>, gfn: number): boolean {
  if (c.access !== 'read' && c.access !== 'write') return true;
  const top = m.config.sevFeatures?.virtualTom;
  return top === undefined ? (c.cBit ?? true) : gfn < top;
}

/** With vTOM the C-bit of the guest's tables is reserved. */
export function hasReservedBit(m: Machine, c: Pick<GuestAccess, 'cBit'>): boolean {
  return m.config.sevFeatures?.virtualTom !== undefined && c.cBit === true;
}

// --- one page ------------------------------------------------------------------------------------------------------------------

/** What the page came to, and the frame behind it. */
interface Reached {
  readonly end: GuestAccessEnd;
  readonly pfn: Pfn;
}

function reach(m: Machine, c: GuestAccess, gfn: Gfn, faults: NestedFault[]): Reached {
  if (hasReservedBit(m, c)) return { end: 'page-fault', pfn: asPfn(0) };
  const encrypted = isEncrypted(m, c, gfn);
  const answer = untilAnswered(m, m.layout.slotOf(gfn), { gfn, access: c.access, encrypted, faults }, (leaf): Reached | NestedRefusal => {
    if (encrypted) return encryptedAccess(m, c, gfn, leaf);
    return (isGuestStore(c.access) ? sharedRefusal(m, leaf) : null) ?? { end: 'completed', pfn: leaf.pfn };
  });
  if (answer === 'stuck') return { end: 'nested-fault', pfn: asPfn(0) };
  const pfn = nestedFrame(m, gfn);
  if (answer === 'exit') return { end: 'memory-fault-exit', pfn };
  return answer.end === 'vc-exception' ? { end: raiseVc(m, gfn, pfn, c.access), pfn } : answer;
}

function nestedFrame(m: Machine, gfn: Gfn): NestedLeaf['pfn'] {
  return nestedLeaf(m, gfn, vpnOf(m.layout.slotOf(gfn), gfn)).pfn;
}

/** Hypervisor-Owned, as the host's own stores are checked (APM2 table 15-38). */
function sharedRefusal(m: Machine, leaf: NestedLeaf): NestedRefusal | null {
  const owned = leaf.level === LEVEL_4K ? !m.rmp.isAssigned(leaf.pfn) : m.rmp.assignedAround(leaf.pfn) === 0;
  return owned ? null : { refused: true, reason: 'not-hypervisor-owned' };
}

function encryptedAccess(m: Machine, c: GuestAccess, gfn: Gfn, leaf: NestedLeaf): Reached | NestedRefusal {
  const { pfn } = leaf;
  const refusal = ownershipRefusal(m, gfn, pfn);
  if (refusal !== null) return refusal;
  if (m.rmp.isHuge(pfn) !== (leaf.level === LEVEL_2M)) return { refused: true, reason: 'page-size' };
  if ((m.rmp.bitsAt(pfn) & VALIDATED) === 0) return { end: 'vc-exception', pfn };
  const mask = (m.rmp.ownerAt(pfn).vmpl >>> (8 * c.vmpl)) & 0xff;
  const needed = neededBit(c);
  if (!(mask & needed) && !(staleMask(m, c, gfn, pfn) & needed)) return { refused: true, reason: 'vmpl', mask };
  fillTlb(m, c, gfn, leaf, mask);
  return { end: 'completed', pfn };
}

/** Bit of the VMPL mask (hardware.md 1.3). */
function neededBit(c: GuestAccess): number {
  switch (c.access) {
    case 'read':
    case 'page-table-read':
      return 1;
    case 'write':
    case 'page-table-write':
      return 2;
    case 'execute':
      return c.privilege === 'user' ? 4 : 8;
  }
}

// --- the guest's TLB (doubt D13) -------------------------------------------------------------------------------------------------

function staleMask(m: Machine, c: GuestAccess, gfn: Gfn, pfn: number): number {
  return m.config.doubts.D13 === 'stale-vmpl' ? (m.guest.translatedMask(c.vmpl, gfn, pfn) ?? 0) : 0;
}

function fillTlb(m: Machine, c: GuestAccess, gfn: Gfn, leaf: NestedLeaf, mask: number): void {
  if (m.config.doubts.D13 !== 'stale-vmpl' || m.guest.translatedMask(c.vmpl, gfn, leaf.pfn) !== null) return;
  const inPage = tlbLevel(c, leaf.level) === LEVEL_2M ? gfn % REGION_PAGES : 0;
  const pages = tlbLevel(c, leaf.level) === LEVEL_2M ? REGION_PAGES : 1;
  m.guest.translate({ vmpl: c.vmpl, gfn: gfn - inPage, pages, pfn: leaf.pfn - inPage, mask });
}

/** An entry of the TLB is as large as the smaller of the two leaves, and never larger than 2M while SNP is on. */
function tlbLevel(c: GuestAccess, nested: Level): Level {
  return c.guestLevel === LEVEL_4K ? LEVEL_4K : nested;
}

function translationOf(m: Machine, c: GuestAccess, gfn: Gfn): GuestTranslation | null {
  const vpn = vpnOf(m.layout.slotOf(gfn), gfn);
  if (!isMapped(m, gfn, vpn)) return null;
  const leaf = nestedLeaf(m, gfn, vpn);
  return { gfn, pfn: leaf.pfn, nestedLevel: leaf.level, tlbLevel: tlbLevel(c, leaf.level) };
}
