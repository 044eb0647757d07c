/**
 * The guest's translation and the nested faults that the host answers on its way (hardware.md 4, 5.5; generations.md 4), for whatever the
 * guest does: try, fault, let the host act, try again.
 */
import { asGfn, asPfn } from '../../src/core/address.js';
import { FAULTS_LISTED_MAX } from '../../src/core/config.js';
import type { FaultAction, NestedAccess, NestedFault, NestedReason } from '../../src/core/outcome.js';
import { lookupIsInjected } from './between.js';
import { emit } from './event-log.js';
import type { EventLog } from './event-log.js';
import { hostPsmash, hostRmpupdate, toPrivate, toShared } from './host-rmp.js';
import { rulesOf } from './kernel-rules.js';
import { blockStart, coveredFrames, isInPlace, isSeparate, REGION, slotOfGfn, vpnOfGfn } from './layout.js';
import { entryAt, frameOf as ownFrame, injects, isHeld, isPrivatePage, leafAt, privateFrame } from './naive-state.js';
import type { Entry, NaiveState } from './naive-state.js';
import { convertOne } from './host-request.js';
import { hostLevel, hostMaps } from './host-side.js';
import { prepare } from './private-memory.js';
import { baseOf, describe, effectiveEntry, rmpLevel } from './rmp.js';

/** P | U. */
const PRESENT_USER = 5;
const USER = 4;
const RMP = 0x80000000 | 0;
const FINAL = 1;
const ENC = 4;
const SIZEM = 8;
const VMPL = 16;
const SSS = 32;
const TRIES_MAX = 64;

export interface NestedLeaf {
  readonly pfn: number;
  readonly level: 1 | 2;
}

export interface Refusal {
  readonly reason: NestedReason;
  readonly sizem?: boolean;
  readonly mask?: number;
}

export interface Doing {
  readonly gfn: number;
  readonly access: NestedAccess;
  readonly encrypted: boolean;
  readonly faults: NestedFault[];
}

/** `null`: the guest would fault for ever; 'exit': so it would, and the VMM was asked last. */
export function tryUntilDone<T>(
  state: NaiveState,
  log: EventLog,
  doing: Doing,
  step: (leaf: NestedLeaf) => { readonly done: T } | Refusal,
): T | null | 'exit' {
  let locked = state.config.doubts.D15 === 'once';
  for (let i = 0; i < TRIES_MAX; i++) {
    const fits = !isSeparate(state.config) || isPrivatePage(state, doing.gfn) === doing.encrypted;
    if (fits && isMappedByHost(state, doing.gfn) && !hostMaps(state, log, doing.gfn)) break;
    const leaf = nestedLeaf(state, doing.gfn);
    const there = isThere(state, doing.gfn);
    if (there && locked && doing.encrypted && leaf.pfn < coveredFrames(state.config)) {
      locked = false;
      note(state, log, doing, leaf, { reason: 'locked' }, 'none', []);
      continue;
    }
    const answer: { readonly done: T } | Refusal = there ? step(leaf) : { reason: 'not-present' };
    if ('done' in answer) return answer.done;
    const before = standing(state);
    const seen = describe(state, leaf.pfn);
    const repairs: EventLog = { bodies: [], group: '', lastGroup: '' };
    const [done, asked] = hostActs(state, repairs, doing, leaf, answer.sizem === true);
    const zapped = zap(state, doing.gfn);
    const action = zapped && done === 'none' ? 'zapped' : done;
    note(state, log, doing, leaf, answer, action, repairs.bodies, seen);
    if (action === 'none' && before === standing(state)) return asked === 'exit' ? 'exit' : null;
  }
  return null;
}

function note(
  state: NaiveState,
  log: EventLog,
  doing: Doing,
  leaf: NestedLeaf,
  why: Refusal,
  action: FaultAction,
  repairs: EventLog['bodies'],
  rmp = describe(state, leaf.pfn),
): void {
  const isAccess = ['read', 'write', 'execute'].includes(doing.access);
  const ofTables = doing.access.startsWith('page-table');
  const low =
    (why.reason === 'not-present' ? USER : PRESENT_USER) | (doing.access.endsWith('write') ? 2 : 0) | (doing.access === 'execute' ? 16 : 0);
  const vmplOnly = why.reason === 'vmpl' && state.config.doubts.D8 === 'vmpl-only';
  let high = isAccess ? FINAL : ofTables ? 2 : 0;
  if (doing.encrypted) high |= ENC;
  if (why.sizem === true) high |= SIZEM;
  if (why.reason === 'vmpl') high |= VMPL | ((why.mask ?? 0) & 16 ? SSS : 0);
  const fault: NestedFault = {
    access: doing.access,
    gfn: asGfn(doing.gfn),
    pfn: asPfn(leaf.pfn),
    errorLow: vmplOnly || why.reason === 'not-present' ? low : low | RMP,
    errorHigh: high,
    level: leaf.level,
    rmp,
    reason: why.reason,
    action,
  };
  if (doing.faults.length < FAULTS_LISTED_MAX) doing.faults.push(fault);
  emit(log, { type: 'nested-fault', fault });
  for (const body of repairs) emit(log, body);
}

/** What the host's doings can have moved: the direct map, and an RMPUPDATE that an inject is waiting for. */
function standing(state: NaiveState): string {
  const pending = injects(state).map((c) => Math.min(c.rmpupdates, c.inject.rmpupdate?.nth ?? 0));
  const holes = [...state.missing.values()].filter((missing) => missing).length;
  return [state.directMap4k.size, holes, ...pending].join(',');
}

export function frameOf(state: NaiveState, gfn: number): number {
  const own = isSeparate(state.config) && isPrivatePage(state, gfn) ? privateFrame(state, gfn) : ownFrame(state, gfn);
  return state.nested.get(gfn)?.pfn ?? own;
}

/** Whether the VMM's page table is what maps the page for the guest; guest_memfd's pages need no VMM. */
function isMappedByHost(state: NaiveState, gfn: number): boolean {
  return isSeparate(state.config) ? !isPrivatePage(state, gfn) : !isInPlace(state.config);
}

/** Whether the guest reaches the page as things are. */
export function isThere(state: NaiveState, gfn: number): boolean {
  if (isSeparate(state.config) && state.nested.has(gfn)) return true;
  const slot = slotOfGfn(state.config, gfn);
  if (isMappedByHost(state, gfn)) return slot !== null && leafAt(state, vpnOfGfn(slot, gfn))?.present === true;
  return isInPlace(state.config) || entryAt(state, privateFrame(state, gfn)).assigned;
}

/** Where the hypervisor has mapped the page itself, that; else the smaller of host and RMP level. */
export function nestedLeaf(state: NaiveState, gfn: number): NestedLeaf {
  const pfn = frameOf(state, gfn);
  const chosen = state.nested.get(gfn);
  if (chosen?.stretch === 1) return { pfn, level: 1 };
  if (chosen !== undefined) return { pfn, level: chosen.fixed ? 2 : rmpLevel(state, pfn) };
  const region = Array.from({ length: REGION }, (_, i) => state.nested.get(blockStart(gfn, REGION) + i));
  const cut = region.some((one) => one?.stretch === 1);
  const small = cut || (isMappedByHost(state, gfn) && isThere(state, gfn) && hostLevel(state, gfn) === 1);
  return { pfn, level: small ? 1 : rmpLevel(state, pfn) };
}

/** A 2M leaf that the hypervisor insisted on is rebuilt as the RMP allows. */
function zap(state: NaiveState, gfn: number): boolean {
  if (state.nested.get(gfn)?.fixed !== true) return false;
  const start = blockStart(gfn, REGION);
  for (let i = start; i < start + REGION; i++) {
    const one = state.nested.get(i);
    if (one !== undefined) state.nested.set(i, { ...one, fixed: false });
  }
  forgetPages(state, start, REGION);
  return true;
}

/** Translations of guest pages that are mapped otherwise now, and whatever was translated with them. */
export function forgetPages(state: NaiveState, gfn: number, pages: number): void {
  const gone = new Set(state.tlb.filter((t) => t.gfn >= gfn && t.gfn < gfn + pages).map((t) => t.group));
  state.tlb = state.tlb.filter((t) => !gone.has(t.group));
}

/** Covered, owner, reverse map, mutable; null where the page passes. */
export function ownership(state: NaiveState, gfn: number, pfn: number): Refusal | null {
  if (pfn >= coveredFrames(state.config)) return { reason: 'not-covered' };
  const entry: Entry = effectiveEntry(state, pfn);
  if (!entry.assigned || entry.asid !== state.config.asid) return { reason: 'not-owned' };
  if (entry.gfn !== gfn) return { reason: 'reverse-map' };
  return entry.immutable ? { reason: 'immutable' } : null;
}

/** Page size asked, RMP entry and nested leaf (doubt D6). */
export function sizes(state: NaiveState, leaf: NestedLeaf, pageSize: 1 | 2): Refusal | 'mismatch' | null {
  const entry = rmpLevel(state, leaf.pfn);
  const judge = state.config.doubts.D6 === 'rmp' ? entry : leaf.level;
  if (judge > pageSize) return { reason: 'page-size', sizem: true };
  if (judge < pageSize) return 'mismatch';
  return entry === leaf.level ? null : { reason: 'page-size' };
}

/** Whether a request to make the page private would have to wait, or be refused. */
function isRefused(state: NaiveState, doing: Doing): boolean {
  return doing.encrypted && rulesOf(state.config).heldPage !== 'allowed' && isHeld(state, doing.gfn);
}

/** What the kernel does at the #NPF, and whether it has asked the VMM. It resumes the guest whatever came of it. */
function hostActs(
  state: NaiveState,
  log: EventLog,
  doing: Doing,
  leaf: NestedLeaf,
  sizem: boolean,
): [action: FaultAction, asked: 'exit' | null] {
  return rulesOf(state.config).exits ? byVmm(state, log, doing, leaf, sizem) : [byKvm(state, log, doing, leaf, sizem), null];
}

function smashIfNeeded(state: NaiveState, log: EventLog, { pfn, level }: NestedLeaf, sizem: boolean): FaultAction {
  const sizesDiffer = sizem || (effectiveEntry(state, pfn).pageSize === 2 && level === 1);
  return sizesDiffer && hostPsmash(state, log, baseOf(pfn)) === 0 ? 'psmash' : 'none';
}

/** Up to v6 the kernel itself converts. */
function byKvm(state: NaiveState, log: EventLog, doing: Doing, leaf: NestedLeaf, sizem: boolean): FaultAction {
  const { pfn } = leaf;
  if (pfn >= coveredFrames(state.config) || lookupIsInjected(state, pfn)) return 'none';
  if (!effectiveEntry(state, pfn).assigned) {
    if (!doing.encrypted || isRefused(state, doing)) return 'none';
    return hostRmpupdate(state, log, { ...toPrivate(state, doing.gfn, 1), pfn }) === 0 ? 'made-private' : 'none';
  }
  return doing.encrypted ? smashIfNeeded(state, log, leaf, sizem) : share(state, log, pfn);
}

function share(state: NaiveState, log: EventLog, pfn: number): FaultAction {
  if (effectiveEntry(state, pfn).pageSize === 2) hostPsmash(state, log, baseOf(pfn));
  return hostRmpupdate(state, log, toShared(pfn, 1)) === 0 ? 'made-shared' : 'none';
}

/** From v7 on what does not fit the page's attribute is for the VMM, which converts it and comes back. */
function byVmm(
  state: NaiveState,
  log: EventLog,
  doing: Doing,
  leaf: NestedLeaf,
  sizem: boolean,
): [action: FaultAction, asked: 'exit' | null] {
  const { gfn, encrypted } = doing;
  const { pfn } = leaf;
  if (isPrivatePage(state, gfn) === encrypted) {
    if (!encrypted || pfn >= coveredFrames(state.config) || lookupIsInjected(state, pfn)) return ['none', null];
    if (effectiveEntry(state, pfn).assigned) return [smashIfNeeded(state, log, leaf, sizem), null];
    if (!isSeparate(state.config)) {
      return [hostRmpupdate(state, log, { ...toPrivate(state, gfn, 1), pfn }) === 0 ? 'made-private' : 'none', null];
    }
    const isDone = entryAt(state, privateFrame(state, gfn)).assigned;
    return [!isDone && prepare(state, log, gfn) === 0 ? 'made-private' : 'none', null];
  }
  emit(log, { type: 'memory-fault-exit', gfn: asGfn(gfn), pfn: asPfn(pfn), pages: 1, isPrivate: encrypted });
  if (isRefused(state, doing)) return ['none', 'exit'];
  if (isSeparate(state.config) || isInPlace(state.config)) {
    const done = convertOne(state, log, gfn, encrypted);
    return [!done ? 'none' : encrypted ? 'made-private' : 'made-shared', 'exit'];
  }
  if (pfn >= coveredFrames(state.config) || lookupIsInjected(state, pfn)) return ['none', 'exit'];
  if (!encrypted) return [share(state, log, pfn), 'exit'];
  return [hostRmpupdate(state, log, { ...toPrivate(state, gfn, 1), pfn }) === 0 ? 'made-private' : 'none', 'exit'];
}
