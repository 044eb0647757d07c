/**
 * PVALIDATE as the guest executes it (hardware.md 3.4). Doubt D6 decides sizes; the nested faults on the way are nested-fault.ts'.
 */
import { type Gfn, REGION_PAGES } from './address.js';
import { reject, type Rejection } from './error.js';
import { FAIL_SIZEMISMATCH, SUCCESS } from './instructions.js';
import type { Slot } from './layout.js';
import type { Machine } from './machine.js';
import { ownershipRefusal, sizeRefusal, untilAnswered } from './nested-fault.js';
import { frameOf } from './nested-leaf.js';
import type { NestedFault } from './outcome.js';
import { VALIDATED } from './region-bits.js';

/** `code`: the instruction's; carry where it ran. 'nested-fault': it can never complete. */
export type Validation = { readonly end: 'code'; readonly code: number; readonly carry: boolean } | { readonly end: 'nested-fault' };

export function notInMemslot(gfn: number): Rejection {
  return reject(
    'address-out-of-range',
    '/gpa',
    `guest page 0x${gfn.toString(16)} is in no memslot`,
    'name a gpa inside the memslots that GET /v1/vms/{vm} lists',
  );
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
