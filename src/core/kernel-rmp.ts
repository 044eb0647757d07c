/**
 * How the host kernel uses RMPUPDATE and PSMASH: the generation's care for the direct map before, its retry rule after, the event.
 */
import { asPfn, type Pfn, REGION_PAGES } from './address.js';
import { RMPUPDATE_EXECUTIONS_MAX } from './config.js';
import { checkPsmash, checkRmpupdate, pagesOfSize, type RmpupdateInput, storeRmpupdate, SUCCESS } from './instructions.js';
import type { Machine } from './machine.js';

/** Not an instruction's code: the generation tries again without bound, and it can never succeed. */
export const LIVELOCK = -1;
/** Not an instruction's code: the direct map could not be split, so RMPUPDATE was not run. */
const NOT_RUN = 1;

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

/** What the generation does to the direct map before an RMPUPDATE. false: it failed and RMPUPDATE is not to run. */
export function repairDirectMap(m: Machine, input: RmpupdateInput): boolean {
  if (input.pfn >= m.layout.covered) return true;
  const plan = m.generation.beforeRmpupdate({ pfn: asPfn(input.pfn), pageSize: input.pageSize, assigned: input.assigned }, m.view);
  if (plan === null) return true;
  for (const repair of plan.repairs) if (repair.kind === 'split-direct-map') splitDirectMap(m, repair.pfn);
  return plan.then === 'retry';
}

function splitDirectMap(m: Machine, pfn: number): void {
  const base = asPfn(pfn - (pfn % REGION_PAGES));
  m.rmp.splitDirectMap(base);
  m.counters.directMapSplits += 1;
  m.emit({ seq: m.nextSeq(), type: 'direct-map-split', gfn: m.frames.gfnOf(base), pfn: base, pages: REGION_PAGES });
}

/** rmptable_rmpupdate(): direct map, then the instruction by the generation's retry rule. A code, or LIVELOCK. No event. */
export function kernelRmpupdate(m: Machine, input: RmpupdateInput): number {
  if (!repairDirectMap(m, input)) return NOT_RUN;
  const change = { pfn: asPfn(input.pfn), pageSize: input.pageSize, assigned: input.assigned };
  for (let executions = 1; executions <= RMPUPDATE_EXECUTIONS_MAX; executions++) {
    const code = executeRmpupdate(m, input);
    const plan = m.generation.afterRmpupdate(change, code, executions, m.view);
    if (plan === null || plan.then !== 'retry') return code;
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
