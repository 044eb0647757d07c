/** RMPADJUST, RMPQUERY and RMPREAD: checks in the order of hardware.md 3.4, the first that fails is the answer. */
import { asGfn, asPfn, type Gfn, isAligned, LEVEL_2M, REGION_PAGES } from './address.js';
import type { Rmpadjust, Rmpquery, Rmpread } from './command.js';
import { notInMemslot } from './guest.js';
import { FAIL_INPUT, FAIL_PERMISSION, FAIL_SIZEMISMATCH, pagesOfSize, statusOf, SUCCESS } from './instructions.js';
import type { Machine } from './machine.js';
import { type NestedRefusal, type NoAnswer, ownershipRefusal, sizeRefusal, untilAnswered } from './nested-fault.js';
import { frameOf } from './nested-leaf.js';
import type { NestedFault, Result, RmpqueryOutcome } from './outcome.js';
import { VALIDATED, VMSA } from './region-bits.js';
import { raiseVc } from './guest-exception.js';

const READ = 1;
const USER_EXECUTE = 4;
const SUPERVISOR_EXECUTE = 8;
const SHADOW_STACK = 16;

/** A code of the instruction, or #VC because the page is not validated. */
type Answer<T extends object = object> = ({ readonly code: number } & T) | { readonly vc: true };

export function rmpadjust(m: Machine, c: Rmpadjust): Result {
  const slot = m.layout.slotAtGfn(c.gfn);
  if (slot === null) return notInMemslot(c.gfn);
  m.begin(c.inject);
  const faults: NestedFault[] = [];
  const refused = adjustRefusal(c);
  if (refused !== SUCCESS) return adjusted(m, c.gfn, { code: refused }, faults);
  const t = { gfn: c.gfn, access: 'rmpadjust', encrypted: true, faults } as const;
  const answer = untilAnswered(m, slot, t, (leaf): Answer | NestedRefusal => {
    const { pfn } = leaf;
    const unowned = ownershipRefusal(m, c.gfn, pfn);
    if (unowned !== null) return unowned;
    if (!(m.rmp.bitsAt(pfn) & VALIDATED)) return { vc: true };
    const sizes = sizeRefusal(m, leaf, c.pageSize);
    if (sizes === 'mismatch') return { code: FAIL_SIZEMISMATCH };
    if (sizes !== null) return sizes;
    if (c.mask & ~maskAt(m, pfn, c.vmpl)) return { code: FAIL_PERMISSION };
    adjust(m, c, pfn);
    return { code: SUCCESS };
  });
  return adjusted(m, c.gfn, answer, faults);
}

/** What needs no look at memory. */
function adjustRefusal(c: Rmpadjust): number {
  if (c.offset !== 0 || !isAligned(c.gfn, c.pageSize)) return FAIL_INPUT;
  if (c.targetVmpl <= c.vmpl) return FAIL_PERMISSION;
  const executes = c.mask & (USER_EXECUTE | SUPERVISOR_EXECUTE);
  const unreadable = !(c.mask & READ) && c.mask !== 0;
  const oddStack = (c.mask & SHADOW_STACK) !== 0 && executes !== 0;
  const supervisorAlone = executes === SUPERVISOR_EXECUTE;
  return unreadable || oddStack || supervisorAlone ? FAIL_INPUT : SUCCESS;
}

function maskAt(m: Machine, pfn: number, vmpl: number): number {
  return (m.rmp.ownerAt(pfn).vmpl >>> (8 * vmpl)) & 0xff;
}

function adjust(m: Machine, c: Rmpadjust, pfn: number): void {
  const shift = 8 * c.targetVmpl;
  const bits = m.rmp.bitsAt(pfn);
  const base = m.rmp.isHuge(pfn) ? pfn - (pfn % REGION_PAGES) : pfn;
  const owner = m.rmp.ownerAt(base);
  const vmpl = ((owner.vmpl & ~(0xff << shift)) | (c.mask << shift)) >>> 0;
  // Below VMPL0 the VMSA bit is ignored.
  const next = c.vmpl !== 0 ? bits : c.vmsa ? bits | VMSA : bits & ~VMSA;
  if (m.rmp.isHuge(pfn)) m.rmp.setHuge(base, next, { ...owner, vmpl });
  else m.rmp.setPage(base, next, { ...owner, vmpl });
  const { gfn, pageSize, targetVmpl, mask } = c;
  const vmsa = (next & VMSA) !== 0;
  const pages = pagesOfSize(pageSize);
  m.emit({ seq: m.nextSeq(), type: 'rmp-adjusted', gfn, pfn: asPfn(base), pages, pageSize, targetVmpl, mask, vmsa });
}

function adjusted(m: Machine, gfn: Gfn, answer: Answer | NoAnswer, faults: readonly NestedFault[]): Result {
  return { outcome: { op: 'rmpadjust', ...endOf(m, gfn, 'rmpadjust', answer), faults, ...m.printedMember() }, events: m.takeEvents() };
}

function endOf(m: Machine, gfn: Gfn, access: 'rmpadjust' | 'rmpquery', answer: Answer | NoAnswer) {
  if (typeof answer === 'string') return { outcome: 'nested-fault', status: 'NESTED_FAULT', code: null } as const;
  if ('code' in answer) return { outcome: 'completed', status: statusOf(answer.code), code: answer.code } as const;
  return { outcome: raiseVc(m, gfn, frameOf(m, gfn), access), status: 'VC_EXCEPTION', code: null } as const;
}

/** Whose permissions a lower VMPL has on a page. Only the ownership checks are made: no size is refused. */
export function rmpquery(m: Machine, c: Rmpquery): Result {
  const gfn = asGfn(c.pageSize === LEVEL_2M ? c.gfn - (c.gfn % REGION_PAGES) : c.gfn);
  const slot = m.layout.slotAtGfn(gfn);
  if (slot === null) return notInMemslot(gfn);
  m.begin(c.inject);
  const faults: NestedFault[] = [];
  if (c.targetVmpl <= c.vmpl) return queried(m, gfn, { code: FAIL_PERMISSION, answer: null }, faults);
  const t = { gfn, access: 'rmpquery', encrypted: true, faults } as const;
  const answer = untilAnswered(m, slot, t, (leaf): Answer<Queried> | NestedRefusal => {
    const unowned = ownershipRefusal(m, gfn, leaf.pfn);
    if (unowned !== null) return unowned;
    const bits = m.rmp.bitsAt(leaf.pfn);
    if (!(bits & VALIDATED)) return { vc: true };
    const pageSize = m.rmp.isHuge(leaf.pfn) ? 2 : 1;
    return { code: SUCCESS, answer: { mask: maskAt(m, leaf.pfn, c.targetVmpl), pageSize, vmsa: (bits & VMSA) !== 0 } };
  });
  return queried(m, gfn, answer, faults);
}

type Queried = Pick<RmpqueryOutcome, 'answer'>;

function queried(m: Machine, gfn: Gfn, answer: Answer<Queried> | NoAnswer, faults: readonly NestedFault[]): Result {
  const seen = typeof answer !== 'string' && 'answer' in answer ? answer.answer : null;
  return {
    outcome: { op: 'rmpquery', ...endOf(m, gfn, 'rmpquery', answer), faults, answer: seen, ...m.printedMember() },
    events: m.takeEvents(),
  };
}

/** The entry's own fields; a load, which counts for nothing. */
export function rmpread(m: Machine, c: Rmpread): Result {
  if (c.pfn >= m.layout.covered) {
    return { outcome: { op: 'rmpread', status: 'FAIL_INPUT', code: FAIL_INPUT, entry: null }, events: m.takeEvents() };
  }
  const { pfn, gfn, assigned, pageSize, immutable, asid } = m.rmp.entryAt(c.pfn);
  const others = m.rmp.assignedAround(pfn) - (assigned ? 1 : 0);
  const regionAssigned = isAligned(pfn, LEVEL_2M) && others > 0;
  const entry = { pfn, gfn, assigned, pageSize, regionAssigned, immutable, asid };
  return { outcome: { op: 'rmpread', status: 'SUCCESS', code: SUCCESS, entry }, events: m.takeEvents() };
}
