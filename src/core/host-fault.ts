/** A fault of a host access, from the moment it is raised to what its generation made of it. */
import { type Gfn, type Level, type Pfn, type Vpn } from './address.js';
import { changeBetween } from './between.js';
import { oopsLines } from './dmesg.js';
import { PF_PRESENT, PF_RMP, PF_USER, PF_WRITE, storeFlags } from './fault-code.js';
import type { FaultDraft, FaultList } from './fault-list.js';
import type { Plan, Repair, Then, UserFault } from './generations/generation.js';
import type { InjectCounters } from './inject.js';
import { carryOutOnRmp } from './kernel-rmp.js';
import { gfnAt, type Slot } from './layout.js';
import type { Machine } from './machine.js';
import { isHugetlb, mapPage, splitLeaf } from './mapping.js';
import type { AccessOutcome, Signal, StoreRefusal } from './outcome.js';

export interface StoreMode {
  readonly kernelMode: boolean;
  readonly pagefaultDisabled: boolean;
}

/** The access goes on, or this is what it came to. */
export type End = 'retry' | Exclude<AccessOutcome, 'completed' | 'livelock' | 'ping-pong'>;

const SIGBUS: Signal = { number: 7, name: 'SIGBUS', code: 2, codeName: 'BUS_ADRERR' };
/** do_sigbus() with a stray HWPOISON bit. */
const SIGBUS_HWPOISON: Signal = { number: 7, name: 'SIGBUS', code: 4, codeName: 'BUS_MCEERR_AR' };
const SEGV_MAPERR: Signal = { number: 11, name: 'SIGSEGV', code: 1, codeName: 'SEGV_MAPERR' };
const SEGV_ACCERR: Signal = { number: 11, name: 'SIGSEGV', code: 2, codeName: 'SEGV_ACCERR' };

// --- the kinds of fault ----------------------------------------------------------------------------------------------------

/** The hardware refused a store through a present leaf: #PF with bit 31. */
export function rmpFault(
  m: Machine,
  faults: FaultList,
  mode: StoreMode,
  slot: Slot,
  vpn: Vpn,
  offset: number,
  level: Level,
  reason: StoreRefusal,
): End {
  const pfn = m.frames.of(vpn - slot.shift);
  const gfn = gfnAt(slot, vpn);
  const fault: FaultDraft = {
    kind: 'rmp',
    origin: mode.kernelMode ? 'kernel' : 'user',
    access: 'write',
    space: 'user',
    page: vpn,
    offset,
    gfn,
    pfn,
    errorCode: PF_RMP | PF_WRITE | PF_PRESENT | (mode.kernelMode ? 0 : PF_USER),
    level,
    lookedUp: null,
    rmp: m.rmp.entryAt(pfn),
    reason,
    decision: 'NONE',
    faultFlags: null,
    action: 'none',
    signal: null,
    dmesg: NO_LINES,
    repeats: 1,
  };
  faults.raise(fault);
  interfere(m, m.vmInject, gfn);
  interfere(m, m.operationInject, gfn);
  countFault(m, mode);
  const { kernelMode, pagefaultDisabled } = mode;
  const cause: UserFault = { space: 'user', vpn, gfn, offset, kernelMode, pagefaultDisabled, backing: slot.backing };
  const plan = m.generation.onRmpFault(cause, m.view);
  m.counters.faults[plan.decision] += 1;
  fault.decision = plan.decision;
  return answer(m, faults, fault, plan, slot, vpn);
}

function interfere(m: Machine, inject: InjectCounters | null, gfn: Gfn): void {
  const between = inject === null ? null : inject.between();
  if (between !== null) changeBetween(m, between, gfn);
}

/** The leaf is absent: an ordinary fault, which the generation may answer in its own way. */
export function notPresent(
  m: Machine,
  faults: FaultList,
  mode: StoreMode,
  slot: Slot,
  vpn: Vpn,
  offset: number,
  access: 'read' | 'write',
): End {
  const fault = ordinaryFault(mode, vpn, offset, access);
  const gfn = gfnAt(slot, vpn);
  fault.gfn = gfn;
  fault.pfn = m.frames.of(gfn);
  m.counters.faults.notPresent += 1;
  faults.raise(fault);
  countFault(m, mode);
  if (mode.pagefaultDisabled) return end(m, fault, 'efault', mode);
  const plan = m.generation.onNotPresent({ space: 'user', vpn, gfn, offset, ...mode, backing: slot.backing }, m.view);
  if (plan !== null) return answer(m, faults, fault, plan, slot, vpn);
  fault.faultFlags = storeFlags(mode.kernelMode) & (access === 'write' ? -1 : ~1);
  fault.action = 'mapped';
  demandMap(m, slot, vpn);
  return 'retry';
}

/** handle_mm_fault on what is not present: a swap-in is a major fault, all else a minor one. */
function demandMap(m: Machine, slot: Slot, vpn: Vpn): void {
  if (m.pageTable.leafAt(vpn, slot).state === 'swap') m.counters.majorFaults += 1;
  else m.counters.minorFaults += 1;
  mapPage(m, slot, vpn, 'fault');
}

/** Nothing is mapped at the address and nothing may be: SIGSEGV, or -EFAULT for the kernel's copy. */
export function noVma(m: Machine, faults: FaultList, mode: StoreMode, vpn: Vpn, offset: number, access: 'read' | 'write'): AccessOutcome {
  const fault = ordinaryFault(mode, vpn, offset, access);
  const slot = m.layout.slotAtVpn(vpn);
  if (slot !== null) fault.gfn = gfnAt(slot, vpn);
  m.counters.faults.notPresent += 1;
  faults.raise(fault);
  return badArea(m, fault, mode, SEGV_MAPERR);
}

/** A store into a read-only VMA, whether a leaf is there or not: the hardware asks the page table before the RMP. */
export function readOnly(m: Machine, faults: FaultList, mode: StoreMode, slot: Slot, vpn: Vpn, offset: number): AccessOutcome {
  const fault = ordinaryFault(mode, vpn, offset, 'write');
  fault.gfn = gfnAt(slot, vpn);
  fault.pfn = m.frames.of(fault.gfn);
  const level = m.pageTable.presentLevel(vpn);
  if (level !== 0) {
    fault.kind = 'protection';
    fault.errorCode |= PF_PRESENT;
    fault.level = level;
  }
  m.counters.faults[level === 0 ? 'notPresent' : 'protection'] += 1;
  faults.raise(fault);
  return badArea(m, fault, mode, SEGV_ACCERR);
}

/** bad_area: a signal for a user store, the exception table's -EFAULT for a kernel one. */
function badArea(m: Machine, fault: FaultDraft, mode: StoreMode, signal: Signal): AccessOutcome {
  countFault(m, mode);
  if (mode.kernelMode) {
    fault.action = 'efault';
    return 'efault';
  }
  fault.action = 'segv';
  fault.signal = signal;
  m.counters.signals.SIGSEGV += 1;
  return 'segv';
}

/** perf's page-faults: every fault at a user address, but those where the handler may not sleep (generations.md 2.1). */
function countFault(m: Machine, mode: StoreMode): void {
  if (!mode.pagefaultDisabled) m.counters.pageFaults += 1;
}

/** A store through the kernel's direct map that the hardware refused. */
export function directMapFault(
  m: Machine,
  faults: FaultList,
  pfn: Pfn,
  offset: number,
  level: Level,
  reason: StoreRefusal,
): 'retry' | 'oops' {
  const fault: FaultDraft = {
    ...ordinaryFault({ kernelMode: true, pagefaultDisabled: false }, pfn, offset, 'write'),
    kind: 'rmp',
    space: 'direct-map',
    gfn: m.frames.gfnOf(pfn),
    pfn,
    errorCode: PF_RMP | PF_WRITE | PF_PRESENT,
    level,
    rmp: m.rmp.entryAt(pfn),
    reason,
  };
  faults.raise(fault);
  const plan = m.generation.onRmpFault({ space: 'direct-map', pfn, offset }, m.view);
  m.counters.faults[plan.decision] += 1;
  fault.decision = plan.decision;
  fault.lookedUp = plan.lookedUp;
  m.ruling = plan.rule;
  const then = repairAll(fault, plan, (repair) => carryOutOnRmp(m, repair));
  fault.dmesg = [...plan.dmesg, ...(m.takePrinted() ?? NO_LINES)];
  if (then === 'retry') return 'retry';
  fault.action = 'oops';
  fault.dmesg = [...fault.dmesg, ...oopsLines(m, fault)];
  return 'oops';
}

/** The kernel's access to a page that its generation took out of the direct map: no RMP check is reached, and nothing is dumped. */
export function directMapAbsent(m: Machine, faults: FaultList, pfn: Pfn, offset: number, access: 'read' | 'write'): 'oops' {
  const fault: FaultDraft = {
    ...ordinaryFault({ kernelMode: true, pagefaultDisabled: false }, pfn, offset, access),
    space: 'direct-map',
    gfn: m.frames.gfnOf(pfn),
    pfn,
    action: 'oops',
  };
  m.counters.faults.notPresent += 1;
  m.ruling = 'directMap';
  faults.raise(fault);
  fault.dmesg = oopsLines(m, fault);
  return 'oops';
}

const NO_LINES: readonly string[] = [];

function ordinaryFault(mode: StoreMode, page: number, offset: number, access: 'read' | 'write'): FaultDraft {
  return {
    kind: 'not-present',
    origin: mode.kernelMode ? 'kernel' : 'user',
    access,
    space: 'user',
    page,
    offset,
    gfn: null,
    pfn: null,
    errorCode: (access === 'write' ? PF_WRITE : 0) | (mode.kernelMode ? 0 : PF_USER),
    level: null,
    lookedUp: null,
    rmp: null,
    reason: null,
    decision: null,
    faultFlags: null,
    action: 'none',
    signal: null,
    dmesg: NO_LINES,
    repeats: 1,
  };
}

// --- carrying a plan out -----------------------------------------------------------------------------------------------------

function answer(m: Machine, faults: FaultList, fault: FaultDraft, plan: Plan, slot: Slot, vpn: Vpn): End {
  fault.lookedUp = plan.lookedUp;
  fault.faultFlags = plan.faultFlags;
  fault.dmesg = plan.dmesg;
  m.ruling = plan.rule;
  const then = repairAll(fault, plan, (repair) => carryOut(m, fault, repair, slot, plan.ifRepairFails));
  const result = conclude(m, fault, then, slot, vpn);
  if (result !== 'retry') return result;
  // The mail's split is done inside handle_mm_fault, which counts the fault where it does not fail.
  if (plan.repairs.some(({ kind }) => kind === 'split-leaf')) m.counters.minorFaults += 1;
  faults.settle(fault);
  return result;
}

/** Does the repairs up to the first that fails, and says what follows. */
function repairAll(fault: FaultDraft, plan: Plan, act: (repair: Repair) => boolean): Then {
  let { then } = plan;
  for (const repair of plan.repairs) {
    if (repair.kind === 'make-shared') fault.action = 'made-shared';
    if (act(repair)) continue;
    then = plan.ifRepairFails;
    break;
  }
  return then;
}

/** Does one repair and notes it as the fault's action. false: it failed. */
function carryOut(m: Machine, fault: FaultDraft, repair: Repair, slot: Slot, ifItFails: Then): boolean {
  switch (repair.kind) {
    case 'split-leaf':
      return split(m, fault, repair.vpn, slot, ifItFails);
    case 'allocate-table':
      // __pte_alloc: an empty table where the split left nothing, so that what comes back is 4K.
      m.pageTable.allocateTable(repair.vpn, slot);
      return true;
    case 'prepare-private':
    case 'convert':
    case 'make-shared':
    case 'make-private':
    case 'psmash':
    case 'split-direct-map':
    case 'remove-direct-map':
    case 'restore-direct-map':
      throw new Error('invariant broken: no handler of a user fault touches the RMP or the direct map');
  }
}

function split(m: Machine, fault: FaultDraft, vpn: Vpn, slot: Slot, ifItFails: Then): boolean {
  const hugetlb = isHugetlb(slot);
  // hugetlb_fault owns the VMA and is reached before the split hook: no split is attempted there.
  const failsOnDemand = !hugetlb && [m.vmInject?.splitFails(), m.operationInject?.splitFails()].includes(true);
  const result = failsOnDemand ? 'failed' : splitLeaf(m, slot, vpn, 'fault');
  switch (result) {
    case 'split':
    case 'cleared':
      fault.action = result;
      return true;
    case 'nothing':
      return true;
    case 'failed':
      fault.action = 'split-failed';
      return false;
    case 'impossible':
      // Where the generation just tries again, hugetlb_fault found nothing to do and reported success.
      fault.action = ifItFails === 'retry' ? 'none' : 'split-failed';
      return false;
  }
}

function conclude(m: Machine, fault: FaultDraft, then: Then, slot: Slot, vpn: Vpn): End {
  const mode: StoreMode = { kernelMode: fault.origin === 'kernel', pagefaultDisabled: false };
  switch (then) {
    case 'retry':
      return 'retry';
    case 'normal-fault':
      return normalFault(m, fault, slot, vpn, mode);
    case 'sigbus':
    case 'hwpoison':
    case 'efault':
    case 'ebusy':
    case 'oops':
      return end(m, fault, then, mode);
    case 'out-of-memory':
      // pagefault_out_of_memory() may end some process and returns; a kernel store has its exception table.
      return mode.kernelMode ? end(m, fault, 'efault', mode) : 'retry';
    case 'eagain':
    case 'wait':
    case 'go-on':
    case 'exit-to-vmm':
      throw new Error(`invariant broken: a host store does not end in ${then}`);
  }
}

/** handle_mm_fault: nothing to do where the leaf is present, else what an ordinary fault on the page comes to. */
function normalFault(m: Machine, fault: FaultDraft, slot: Slot, vpn: Vpn, mode: StoreMode): End {
  if (m.pageTable.presentLevel(vpn) !== 0) {
    if (m.config.doubts.G1 === 'sigbus') return end(m, fault, 'sigbus', mode);
    m.counters.minorFaults += 1;
    return 'retry';
  }
  const { offset } = fault;
  const refusal = m.generation.onNotPresent({ space: 'user', vpn, gfn: gfnAt(slot, vpn), offset, ...mode, backing: slot.backing }, m.view);
  if (refusal !== null) return conclude(m, fault, refusal.then, slot, vpn);
  fault.action = 'mapped';
  demandMap(m, slot, vpn);
  return 'retry';
}

type Ending = 'sigbus' | 'efault' | 'ebusy' | 'oops';

/** do_sigbus: a signal for a user store, the exception table's -EFAULT for a kernel one. */
function end(m: Machine, fault: FaultDraft, how: Ending | 'hwpoison', mode: StoreMode): Ending {
  const killed = how === 'hwpoison' ? 'sigbus' : how;
  const outcome = killed === 'sigbus' && mode.kernelMode ? 'efault' : killed;
  if (fault.action === 'none') fault.action = outcome;
  if (outcome === 'sigbus') {
    fault.signal = how === 'hwpoison' ? SIGBUS_HWPOISON : SIGBUS;
    m.counters.signals.SIGBUS += 1;
  }
  return outcome;
}

/** A signal for the last fault of a store, which no handler of the generation would ever have sent (doubt D10). */
export function faultsForNothing(m: Machine, faults: FaultList): AccessOutcome {
  return end(m, faults.last(), 'sigbus', { kernelMode: false, pagefaultDisabled: false });
}
