/**
 * The guest's own accesses and instructions: tried again and again while the host answers their #VMEXIT(NPF)s, until one has its answer or
 * provably never will.
 */
import { type Gfn, LEVEL_2M, LEVEL_4K } from './address.js';
import { isGuestStore } from './command.js';
import { FAULTS_LISTED_MAX, WRITE_ATTEMPTS_MAX } from './config.js';
import {
  NPF_ENC,
  NPF_FINAL_GPA,
  NPF_GUEST_TABLE,
  NPF_SIZEM,
  NPF_SSS,
  NPF_VMPL,
  PF_INSTRUCTION,
  PF_PRESENT,
  PF_RMP,
  PF_USER,
  PF_WRITE,
} from './fault-code.js';
import type { Draft } from './fault-list.js';
import type { Plan, Repair } from './generations/generation.js';
import { type Slot, vpnOf } from './layout.js';
import type { Machine } from './machine.js';
import { mapPage } from './mapping.js';
import { isMapped, isMappedByHost, type NestedLeaf, nestedLeaf } from './nested-leaf.js';
import type { FaultAction, NestedAccess, NestedFault, NestedReason } from './outcome.js';
import { ASSIGNED } from './region-bits.js';
import { carryOut } from './repair.js';

/** Why the hardware does not let the guest go on: the check that failed, in the words of APM2 table 15-38. */
export interface NestedRefusal {
  readonly refused: true;
  readonly reason: NestedReason;
  /** PVALIDATE or RMPADJUST asked 4K of a 2M entry. */
  readonly sizem?: boolean;
  /** The VMPL mask that forbids the access. */
  readonly mask?: number;
}

export interface GuestTry {
  readonly gfn: Gfn;
  readonly access: NestedAccess;
  /** The effective C-bit. */
  readonly encrypted: boolean;
  /** Faults are added as they are taken, at most FAULTS_LISTED_MAX. */
  readonly faults: NestedFault[];
  /** Called before anything is published. */
  beforeEvent?(): void;
}

/** 'stuck': the guest would fault for ever. 'exit': KVM hands the fault to the VMM. */
export type NoAnswer = 'stuck' | 'exit';

export function untilAnswered<T extends object>(
  m: Machine,
  slot: Slot,
  t: GuestTry,
  step: (leaf: NestedLeaf) => T | NestedRefusal,
): T | NoAnswer {
  const vpn = vpnOf(slot, t.gfn);
  let locked = m.config.doubts.D15 === 'once';
  for (let attempt = 0; attempt < WRITE_ATTEMPTS_MAX; attempt++) {
    const misfits = m.layout.privateBacking === 'separate' && m.attributes.isPrivate(t.gfn) !== t.encrypted;
    if (!misfits && isMappedByHost(m, t.gfn) && m.pageTable.presentLevel(vpn) === 0) {
      // Nothing can be mapped there: KVM_RUN fails with -EFAULT, and so it would again.
      if (m.vmas.at(vpn) === null) return 'stuck';
      t.beforeEvent?.();
      mapPage(m, slot, vpn, 'nested-fault');
    }
    const leaf = nestedLeaf(m, t.gfn, vpn);
    if (!isMapped(m, t.gfn, vpn)) {
      t.beforeEvent?.();
      const end = nestedFault(m, t, leaf, { refused: true, reason: 'not-present' });
      if (end !== 'moved') return end;
      continue;
    }
    if (locked && t.encrypted && leaf.pfn < m.layout.covered) {
      locked = false;
      t.beforeEvent?.();
      raise(m, t, leaf, { refused: true, reason: 'locked' });
      continue;
    }
    const answer = step(leaf);
    if (!isRefused(answer)) return answer;
    t.beforeEvent?.();
    const end = nestedFault(m, t, leaf, answer);
    if (end !== 'moved') return end;
  }
  return 'stuck';
}

export function isRefused(answer: object): answer is NestedRefusal {
  return 'refused' in answer;
}

/** One #VMEXIT(NPF) and the generation's answer; 'stuck': nothing moved. */
function nestedFault(m: Machine, t: GuestTry, leaf: NestedLeaf, why: NestedRefusal): 'moved' | NoAnswer {
  const fault = raise(m, t, leaf, why);
  const version = m.rmp.version + m.attributes.version;
  const injected = m.injectProgress();
  const { pfn, level } = leaf;
  const cause = { gfn: t.gfn, pfn, cBit: t.encrypted, sizem: why.sizem === true, nestedLevel: level };
  const plan = m.generation.onNestedFault(cause, m.view);
  if (plan !== null) answerNested(m, t, fault, plan);
  const zapped = m.guest.zap(t.gfn);
  if (zapped && fault.action === 'none') fault.action = 'zapped';
  if (zapped || m.rmp.version + m.attributes.version !== version || m.injectProgress() !== injected) return 'moved';
  return plan?.then === 'exit-to-vmm' ? 'exit' : 'stuck';
}

function raise(m: Machine, t: GuestTry, leaf: NestedLeaf, why: NestedRefusal): Draft<NestedFault> {
  const fault: Draft<NestedFault> = {
    access: t.access,
    gfn: t.gfn,
    pfn: leaf.pfn,
    errorLow: PF_USER | accessBits(t.access) | lowBits(m, why.reason),
    errorHigh: highBits(t, why),
    level: leaf.level,
    rmp: m.rmp.entryAt(leaf.pfn),
    reason: why.reason,
    action: 'none',
  };
  m.counters.nestedFaults += 1;
  m.emit({ seq: m.nextSeq(), type: 'nested-fault', fault });
  if (t.faults.length < FAULTS_LISTED_MAX) t.faults.push(fault);
  return fault;
}

function lowBits(m: Machine, reason: NestedReason): number {
  if (reason === 'not-present') return 0;
  return PF_PRESENT | (reason === 'vmpl' && m.config.doubts.D8 === 'vmpl-only' ? 0 : PF_RMP);
}

function accessBits(access: NestedAccess): number {
  if (isGuestStore(access)) return PF_WRITE;
  return access === 'execute' ? PF_INSTRUCTION : 0;
}

/** Bits 32 to 37 of EXITINFO1. Traces of PVALIDATE show bit 32 clear. */
function highBits(t: GuestTry, why: NestedRefusal): number {
  return (
    stageBit(t.access) |
    (t.encrypted ? NPF_ENC : 0) |
    (why.sizem === true ? NPF_SIZEM : 0) |
    (why.reason === 'vmpl' ? NPF_VMPL | ((why.mask ?? 0) & MASK_SSS ? NPF_SSS : 0) : 0)
  );
}

const MASK_SSS = 16;

/** What was being translated: the last address, or one of the guest's tables on the way. */
function stageBit(access: NestedAccess): number {
  switch (access) {
    case 'read':
    case 'write':
    case 'execute':
      return NPF_FINAL_GPA;
    case 'page-table-read':
    case 'page-table-write':
      return NPF_GUEST_TABLE;
    case 'pvalidate':
    case 'rmpadjust':
    case 'rmpquery':
      return 0;
  }
}

const ACTIONS: Readonly<Partial<Record<Repair['kind'], FaultAction>>> = {
  psmash: 'psmash',
  'make-private': 'made-private',
  'make-shared': 'made-shared',
  'prepare-private': 'made-private',
};

/** Where the fault is for the VMM, it converts the page and comes back. */
function answerNested(m: Machine, t: GuestTry, fault: Draft<NestedFault>, plan: Plan): void {
  m.ruling = plan.rule;
  m.print(plan.dmesg);
  if (plan.then === 'exit-to-vmm') {
    m.emit({ seq: m.nextSeq(), type: 'memory-fault-exit', gfn: t.gfn, pfn: fault.pfn, pages: 1, isPrivate: t.encrypted });
  }
  for (const repair of plan.repairs) fault.action = carryOut(m, repair) ? actionOf(repair) : 'none';
}

function actionOf(repair: Repair): FaultAction {
  if (repair.kind === 'convert') return repair.toPrivate ? 'made-private' : 'made-shared';
  return ACTIONS[repair.kind] ?? 'none';
}

// --- checks that instructions and accesses share ------------------------------------------------------------------------------

const refuse = (reason: NestedReason): NestedRefusal => ({ refused: true, reason });

/** Covered, Guest-Owned, Reverse-Map, Mutable: the first that fails, or null. */
export function ownershipRefusal(m: Machine, gfn: number, pfn: number): NestedRefusal | null {
  if (pfn >= m.layout.covered) return refuse('not-covered');
  const owner = m.rmp.ownerAt(pfn);
  if (!(m.rmp.bitsAt(pfn) & ASSIGNED) || owner.asid !== m.config.asid) return refuse('not-owned');
  if (owner.gfn !== gfn) return refuse('reverse-map');
  return m.rmp.isImmutable(pfn) ? refuse('immutable') : null;
}

/** What the sizes of PVALIDATE and RMPADJUST, RMP entry and nested leaf come to (doubt D6); null: they fit. */
export function sizeRefusal(m: Machine, leaf: NestedLeaf, pageSize: 1 | 2): NestedRefusal | 'mismatch' | null {
  const entry = m.rmp.isHuge(leaf.pfn) ? LEVEL_2M : LEVEL_4K;
  const ruling = m.config.doubts.D6 === 'rmp' ? entry : leaf.level;
  if (pageSize === LEVEL_4K && ruling === LEVEL_2M) return { refused: true, reason: 'page-size', sizem: true };
  if (pageSize === LEVEL_2M && ruling === LEVEL_4K) return 'mismatch';
  return entry === leaf.level ? null : refuse('page-size');
}
