/**
 * PVALIDATE as the guest executes it (hardware.md 3.4). The doubts D6 and D7 decide sizes, and what happens below VMPL0; the nested faults on
 * the way are nested-fault.ts'.
 */
import { type Gfn, isAligned, REGION_PAGES } from './address.js';
import type { Pvalidate } from './command.js';
import { reject, type Rejection } from './error.js';
import { FAIL_INPUT, FAIL_PERMISSION, FAIL_SIZEMISMATCH, pagesOfSize, statusOf, SUCCESS } from './instructions.js';
import type { Slot } from './layout.js';
import type { Machine } from './machine.js';
import { ownershipRefusal, sizeRefusal, untilAnswered } from './nested-fault.js';
import { frameOf } from './nested-leaf.js';
import type { NestedFault, PvalidateOutcome, Result } from './outcome.js';
import { VALIDATED } from './region-bits.js';

/** `code`: the instruction's; carry where it ran. 'nested-fault': it can never complete. */
export type Validation = { readonly end: 'code'; readonly code: number; readonly carry: boolean } | { readonly end: 'nested-fault' };

export function pvalidate(m: Machine, c: Pvalidate): Result {
  const slot = m.layout.slotAtGfn(c.gfn);
  if (slot === null) return notInMemslot(c.gfn);
  m.begin(c.inject);
  if (c.vmpl !== 0) return belowVmpl0(m);
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

export function notInMemslot(gfn: number): Rejection {
  return reject(
    'address-out-of-range',
    '/gpa',
    `guest page 0x${gfn.toString(16)} is in no memslot`,
    'name a gpa inside the memslots that GET /v1/vms/{vm} lists',
  );
}

function belowVmpl0(m: Machine): Result {
  if (m.config.doubts.D7 === 'permission') {
    return finish(m, { outcome: 'completed', status: 'FAIL_PERMISSION', code: FAIL_PERMISSION, carry: null, faults: [] });
  }
  return finish(m, { outcome: 'exception', status: 'GENERAL_PROTECTION', code: null, carry: null, faults: [] });
}

function finish(m: Machine, outcome: Omit<PvalidateOutcome, 'op'>): Result {
  const dmesg = m.takePrinted();
  return { outcome: { op: 'pvalidate', ...outcome, ...(dmesg === null ? {} : { dmesg }) }, events: m.takeEvents() };
}

export function emitPvalidated(m: Machine, gfn: Gfn, pages: number, pageSize: 1 | 2, validated: boolean, carry: boolean): void {
  m.emit({ seq: m.nextSeq(), type: 'pvalidated', gfn, pfn: frameOf(m, gfn), pages, pageSize, validate: validated, carry });
}

const nothing = (): void => {};

/**
 * The instruction on one aligned page, with the host answering its nested faults until it completes or provably cannot. It publishes the
 * faults, not itself; `beforeEvent` lets the caller publish what came before them.
 */
export function validate(
  m: Machine,
  slot: Slot,
  gfn: Gfn,
  pageSize: 1 | 2,
  validated: boolean,
  faults: NestedFault[],
  beforeEvent: () => void = nothing,
): Validation {
  const answer = untilAnswered(m, slot, { gfn, access: 'pvalidate', encrypted: true, faults, beforeEvent }, (leaf) => {
    const refusal = ownershipRefusal(m, gfn, leaf.pfn) ?? sizeRefusal(m, leaf, pageSize);
    if (refusal === 'mismatch') return { code: FAIL_SIZEMISMATCH, carry: false };
    return refusal ?? { code: SUCCESS, carry: setValidated(m, leaf.pfn, validated) };
  });
  return typeof answer === 'string' ? { end: 'nested-fault' } : { end: 'code', ...answer };
}

/** The carry flag: nothing changed. */
function setValidated(m: Machine, pfn: number, validated: boolean): boolean {
  const bits = m.rmp.bitsAt(pfn);
  const carry = ((bits & VALIDATED) !== 0) === validated;
  if (carry) return true;
  m.rmp.setBits(pfn, validated ? bits | VALIDATED : bits & ~VALIDATED);
  m.guest.forgetFrames(pfn, m.rmp.isHuge(pfn) ? REGION_PAGES : 1);
  return false;
}
