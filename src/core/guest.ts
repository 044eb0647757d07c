/**
 * PVALIDATE as the guest executes it, and what the host does with the #VMEXIT(NPF)s on the way.
 *
 * Order of checks: hardware.md 3.4. Decided by doubt D6: SIZEM and FAIL_SIZEMISMATCH by the size of the RMP entry; a nested leaf that is
 * smaller than the entry faults without SIZEM. The nested leaf is the smaller of host mapping and RMP entry.
 */
import { asVpn, type Gfn, isAligned, LEVEL_2M, LEVEL_4K, type Level, type Pfn } from './address.js';
import type { Pvalidate } from './command.js';
import { WRITE_ATTEMPTS_MAX } from './config.js';
import { reject } from './error.js';
import { NPF_ENC, NPF_SIZEM, PF_PRESENT, PF_RMP, PF_USER } from './fault-code.js';
import type { Draft } from './fault-list.js';
import type { Plan, Repair } from './generations/generation.js';
import { FAIL_SIZEMISMATCH, pagesOfSize, statusOf, SUCCESS } from './instructions.js';
import { carryOut } from './repair.js';
import type { Slot } from './layout.js';
import type { Machine } from './machine.js';
import { mapPage } from './mapping.js';
import type { FaultAction, NestedFault, PvalidateOutcome, Result } from './outcome.js';
import { IMMUTABLE, VALIDATED } from './region-bits.js';

const FAIL_INPUT = 1;

/** `code`: the instruction's; carry where it ran. 'nested-fault': it can never complete. */
export type Validation = { readonly end: 'code'; readonly code: number; readonly carry: boolean } | { readonly end: 'nested-fault' };

export function pvalidate(m: Machine, c: Pvalidate): Result {
  const slot = m.layout.slotAtGfn(c.gfn);
  if (slot === null) {
    return reject(
      'address-out-of-range',
      '/gpa',
      `guest page 0x${c.gfn.toString(16)} is in no memslot`,
      'Name a gpa inside the memslots that GET /v1/vms/{vm} lists.',
    );
  }
  m.begin(c.inject);
  if (c.vmpl !== 0) return finish(m, { outcome: 'exception', status: 'GENERAL_PROTECTION', code: null, carry: null, faults: [] });
  if (c.offset !== 0 || !isAligned(c.gfn, c.pageSize)) {
    return finish(m, { outcome: 'completed', status: 'FAIL_INPUT', code: FAIL_INPUT, carry: null, faults: [] });
  }
  const faults: NestedFault[] = [];
  const result = validate(m, slot, c.gfn, c.pageSize, c.validate, faults);
  if (result.end === 'nested-fault') return finish(m, { outcome: 'nested-fault', status: 'NESTED_FAULT', code: null, carry: null, faults });
  const { code, carry } = result;
  if (code === SUCCESS) emitPvalidated(m, c.gfn, pagesOfSize(c.pageSize), c.pageSize, c.validate, carry);
  return finish(m, { outcome: 'completed', status: statusOf(code), code, carry: code === SUCCESS ? carry : null, faults });
}

function finish(m: Machine, outcome: Omit<PvalidateOutcome, 'op'>): Result {
  const dmesg = m.takePrinted();
  return { outcome: { op: 'pvalidate', ...outcome, ...(dmesg === null ? {} : { dmesg }) }, events: m.takeEvents() };
}

export function emitPvalidated(m: Machine, gfn: Gfn, pages: number, pageSize: 1 | 2, validated: boolean, carry: boolean): void {
  m.emit({ seq: m.nextSeq(), type: 'pvalidated', gfn, pfn: m.layout.privateFrameOf(gfn), pages, pageSize, validate: validated, carry });
}

const nothing = (): void => {};

/**
 * The instruction on one aligned page, with the host answering its nested faults until it completes or provably cannot. It publishes the
 * faults, not itself; `beforeFault` lets the caller publish what came before them.
 */
export function validate(
  m: Machine,
  slot: Slot,
  gfn: Gfn,
  pageSize: 1 | 2,
  validated: boolean,
  faults: NestedFault[],
  beforeFault: () => void = nothing,
): Validation {
  const pfn = m.layout.privateFrameOf(gfn);
  for (let attempt = 0; attempt < WRITE_ATTEMPTS_MAX; attempt++) {
    const vpn = asVpn(gfn + slot.shift);
    if (isMappedByHost(m) && m.pageTable.presentLevel(vpn) === 0) {
      beforeFault();
      mapPage(m, slot, vpn, 'nested-fault');
    }
    const nested = nestedLevel(m, vpn, pfn);
    const cause = refusal(m, gfn, pfn, pageSize, nested);
    if (cause === 'mismatch') return { end: 'code', code: FAIL_SIZEMISMATCH, carry: false };
    if (cause === null) {
      const bits = m.rmp.bitsAt(pfn);
      const wasValidated = (bits & VALIDATED) !== 0;
      const carry = wasValidated === validated;
      if (!carry) m.rmp.setBits(pfn, validated ? bits | VALIDATED : bits & ~VALIDATED);
      return { end: 'code', code: SUCCESS, carry };
    }
    beforeFault();
    if (!nestedFault(m, gfn, pfn, nested, cause === 'sizem', faults)) return { end: 'nested-fault' };
  }
  return { end: 'nested-fault' };
}

/** Whether the guest's private pages are those that the VMM maps, and so are mapped through its page table. */
export function isMappedByHost(m: Machine): boolean {
  return m.generation.facts.conversionWritesRmp !== 'at-conversion' && m.layout.privateBacking === 'same';
}

/**
 * The smaller of the host's leaf and the RMP entry; 1G counts as 2M, as the nested table is built from 2M pieces. guest_memfd's pages are mapped
 * without the VMM, by the entry alone.
 */
export function nestedLevel(m: Machine, vpn: number, pfn: Pfn): Level {
  if (!isMappedByHost(m)) return m.rmp.isHuge(pfn) ? LEVEL_2M : LEVEL_4K;
  return sharedNestedLevel(m, vpn, pfn);
}

/** The nested leaf over a page that the VMM maps. */
export function sharedNestedLevel(m: Machine, vpn: number, pfn: Pfn): Level {
  const host = m.pageTable.presentLevel(vpn);
  return host === LEVEL_4K || !m.rmp.isHuge(pfn) ? LEVEL_4K : LEVEL_2M;
}

type Refusal = 'owner' | 'sizem' | 'nested-size' | 'mismatch';

/** Covered, owner, reverse map, mutable; then the page sizes. null: PVALIDATE may act. */
function refusal(m: Machine, gfn: Gfn, pfn: Pfn, pageSize: 1 | 2, nested: Level): Refusal | null {
  if (!m.rmp.isOwnedAt(pfn, gfn) || m.rmp.bitsAt(pfn) & IMMUTABLE) return 'owner';
  const huge = m.rmp.isHuge(pfn);
  if (pageSize === LEVEL_4K && huge) return 'sizem';
  if (pageSize === LEVEL_2M && !huge) return 'mismatch';
  return pageSize === LEVEL_2M && nested === LEVEL_4K ? 'nested-size' : null;
}

/** One #VMEXIT(NPF) and the generation's answer. false: nothing moved, so the guest would fault for ever. */
function nestedFault(m: Machine, gfn: Gfn, pfn: Pfn, level: Level, sizem: boolean, faults: NestedFault[]): boolean {
  const fault: Draft<NestedFault> = {
    access: 'pvalidate',
    gfn,
    pfn,
    // Private memory of its own is not in the nested table before its first access.
    errorLow: m.layout.privateBacking === 'separate' && !m.rmp.isAssigned(pfn) ? PF_USER : PF_PRESENT | PF_USER | PF_RMP,
    errorHigh: NPF_ENC | (sizem ? NPF_SIZEM : 0),
    level,
    rmp: m.rmp.entryAt(pfn),
    action: 'none',
  };
  m.counters.nestedFaults += 1;
  m.emit({ seq: m.nextSeq(), type: 'nested-fault', fault });
  faults.push(fault);
  const before = m.rmp.version + m.attributes.version;
  const injected = m.injectProgress();
  const plan = m.generation.onNestedFault({ gfn, pfn, cBit: true, sizem, nestedLevel: level }, m.view);
  if (plan !== null) answerNested(m, fault, plan);
  return m.rmp.version + m.attributes.version !== before || m.injectProgress() !== injected;
}

const NESTED_ACTIONS: Readonly<Partial<Record<Repair['kind'], FaultAction>>> = {
  psmash: 'psmash',
  'make-private': 'made-private',
  'make-shared': 'made-shared',
  'prepare-private': 'made-private',
  // PVALIDATE is a private access: the VMM can only convert the page to private.
  convert: 'made-private',
};

/** Where the fault is for the VMM, it converts the page and comes back. */
function answerNested(m: Machine, fault: Draft<NestedFault>, plan: Plan): void {
  m.ruling = plan.rule;
  m.print(plan.dmesg);
  if (plan.then === 'exit-to-vmm') {
    m.emit({ seq: m.nextSeq(), type: 'memory-fault-exit', gfn: fault.gfn, pfn: fault.pfn, pages: 1, private: true });
  }
  for (const repair of plan.repairs) fault.action = carryOut(m, repair) ? (NESTED_ACTIONS[repair.kind] ?? 'none') : 'none';
}
