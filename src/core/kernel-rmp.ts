/**
 * How the host kernel uses RMPUPDATE and PSMASH: the generation's care for the direct map before, its retry rule after, the event.
 */
import { asPfn, LEVEL_4K, type Pfn, REGION_PAGES } from './address.js';
import { RMPUPDATE_EXECUTIONS_MAX } from './config.js';
import type { Repair, RmpChange } from './generations/generation.js';
import { checkPsmash, checkRmpupdate, pagesOfSize, type RmpupdateInput, statusOf, storeRmpupdate, SUCCESS } from './instructions.js';
import type { Machine } from './machine.js';
import type { InstructionStatus } from './outcome.js';

// Not an instruction's code:
/** The generation tries again without bound, and it can never succeed. */
export const LIVELOCK = -1;
/** The host refuses the request, or keeps it waiting. */
export const EBUSY = -2;
export const EAGAIN = -3;
export const WAITS = -4;
/** No VMA is behind the page, so the host cannot map it and KVM_RUN fails with -EFAULT. */
export const NO_MAPPING = -5;
const HOST_STATUS: readonly InstructionStatus[] = ['SUCCESS', 'LIVELOCK', 'EBUSY', 'EAGAIN', 'WAITS', 'NESTED_FAULT'];

/** Name of an instruction's code, or of what kept the host from one. */
export function statusOfHost(code: number): InstructionStatus {
  return code < 0 ? HOST_STATUS[-code] : statusOf(code);
}

/** The input that gives a guest page to the VM's guest. */
export function toGuest(m: Machine, gfn: number, pfn: number, pageSize: 1 | 2): RmpupdateInput {
  return { pfn, assigned: true, gfn, gpaOffset: 0, asid: m.config.asid, pageSize, immutable: false };
}

/** The input that takes frames back for the host. */
export function toHost(pfn: number, pageSize: 1 | 2): RmpupdateInput {
  return { pfn, assigned: false, gfn: 0, gpaOffset: 0, asid: 0, pageSize, immutable: false };
}

/** One execution of the instruction, counted for injection: its code. */
export function executeRmpupdate(m: Machine, input: RmpupdateInput): number {
  return injectedCode(m) ?? forceRmpupdate(m, input);
}

/** Counts an execution; the code that it answers instead of running, or null. */
export function injectedCode(m: Machine): number | null {
  const ofVm = m.vmInject?.rmpupdateCode() ?? null;
  const ofOperation = m.operationInject?.rmpupdateCode() ?? null;
  return ofOperation ?? ofVm;
}

/** The instruction without injection. */
export function forceRmpupdate(m: Machine, input: RmpupdateInput): number {
  const code = checkRmpupdate(m, input);
  if (code !== SUCCESS) return code;
  storeRmpupdate(m.rmp, m.config.doubts, input);
  m.guest.forgetFrames(input.pfn, pagesOfSize(input.pageSize));
  if (!input.assigned) m.frames.mayBeFree(input.pfn);
  return code;
}

/** What the generation does to the direct map before an RMPUPDATE. */
export function beforeRmpupdate(m: Machine, input: RmpupdateInput): void {
  if (input.pfn >= m.layout.covered) return;
  const plan = m.generation.beforeRmpupdate(changeOf(input), m.view);
  if (plan !== null) for (const repair of plan.repairs) carryOutOnRmp(m, repair);
}

/** What it does after the bare instruction, which is never tried again and logs nothing: pages come back to the direct map. */
export function afterBareRmpupdate(m: Machine, input: RmpupdateInput, code: number): void {
  if (code !== SUCCESS) return;
  const plan = m.generation.afterRmpupdate(changeOf(input), code, 1, m.view);
  if (plan !== null) for (const repair of plan.repairs) carryOutOnRmp(m, repair);
}

const changeOf = (input: RmpupdateInput): RmpChange => ({ pfn: asPfn(input.pfn), pageSize: input.pageSize, assigned: input.assigned });

function splitDirectMap(m: Machine, pfn: number): void {
  if (m.rmp.isDirectMapSplit(pfn)) return;
  const base = asPfn(pfn - (pfn % REGION_PAGES));
  m.rmp.splitDirectMap(base);
  m.counters.directMapSplits += 1;
  m.emit({ seq: m.nextSeq(), type: 'direct-map-split', gfn: m.frames.gfnOf(base), pfn: base, pages: REGION_PAGES });
}

/** Carries out a repair of the RMP or the direct map. false: it failed. */
export function carryOutOnRmp(m: Machine, repair: Repair): boolean {
  switch (repair.kind) {
    case 'split-direct-map':
      splitDirectMap(m, repair.pfn);
      return true;
    case 'remove-direct-map':
      // set_direct_map_invalid_noflush works page by page, so a larger leaf is split first.
      splitDirectMap(m, repair.pfn);
      m.rmp.setDirectMapAbsent(repair.pfn, repair.pages, true);
      return true;
    case 'restore-direct-map':
      m.rmp.setDirectMapAbsent(repair.pfn, repair.pages, false);
      return true;
    case 'psmash':
      return smash(m, repair.pfn) === SUCCESS;
    case 'make-shared':
      return updateOne(m, toHost(repair.pfn, LEVEL_4K)) === SUCCESS;
    case 'make-private':
      return updateOne(m, toGuest(m, repair.gfn, repair.pfn, LEVEL_4K)) === SUCCESS;
    case 'prepare-private':
    case 'convert':
    case 'split-leaf':
    case 'allocate-table':
      throw new Error(`invariant broken: ${repair.kind} is no matter of the RMP alone`);
  }
}

/** rmptable_rmpupdate(): direct map, then the instruction by the generation's retry rule. A code, or LIVELOCK. No event. */
export function kernelRmpupdate(m: Machine, input: RmpupdateInput): number {
  beforeRmpupdate(m, input);
  const change = changeOf(input);
  for (let executions = 1; executions <= RMPUPDATE_EXECUTIONS_MAX; executions++) {
    const code = executeRmpupdate(m, input);
    const plan = m.generation.afterRmpupdate(change, code, executions, m.view);
    if (plan === null) return code;
    if (code !== SUCCESS) m.ruling = plan.rule;
    m.print(plan.dmesg);
    for (const repair of plan.repairs) carryOutOnRmp(m, repair);
    if (plan.then !== 'retry') return code;
  }
  return LIVELOCK;
}

/** Publishes a run of pages that RMPUPDATE changed alike. */
export function emitRmpUpdated(m: Machine, input: RmpupdateInput, pages: number): void {
  m.emit({
    seq: m.nextSeq(),
    type: 'rmp-updated',
    gfn: m.frames.gfnOf(input.pfn),
    pfn: asPfn(input.pfn),
    pages,
    assigned: input.assigned,
    immutable: input.immutable,
    asid: input.asid,
    pageSize: input.pageSize,
    // An un-assigned entry is all zero, whatever gpa the instruction was given.
    entryGfn: input.assigned ? input.gfn : 0,
  });
}

/** One RMPUPDATE of the kernel with its event. */
export function updateOne(m: Machine, input: RmpupdateInput): number {
  const code = kernelRmpupdate(m, input);
  if (code === SUCCESS) emitRmpUpdated(m, input, pagesOfSize(input.pageSize));
  return code;
}

/** PSMASH of the 2M entry over a page, with its event: the instruction's code. */
export function smash(m: Machine, pfn: number): number {
  const code = checkPsmash(m, pfn);
  if (code !== SUCCESS) return code;
  m.rmp.smash(pfn);
  m.guest.forgetFrames(pfn, REGION_PAGES);
  m.emit({ seq: m.nextSeq(), type: 'psmashed', gfn: m.frames.gfnOf(pfn), pfn: asPfn(pfn), pages: REGION_PAGES });
  return code;
}

export function baseOf(pfn: number): Pfn {
  return asPfn(pfn - (pfn % REGION_PAGES));
}
