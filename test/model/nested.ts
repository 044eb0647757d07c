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
import { blockStart, coveredFrames, REGION, slotOfGfn, vpnOfGfn } from './layout.js';
import { mapPage } from './mapping.js';
import { frameOf as ownFrame, injects, leafAt } from './naive-state.js';
import type { Entry, NaiveState } from './naive-state.js';
import { baseOf, describe, effectiveEntry, rmpLevel } from './rmp.js';
import { isMapped } from './vmas.js';

/** P | U. */
const PRESENT_USER = 5;
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

/** `null`: the guest would fault for ever. */
export function tryUntilDone<T>(
  state: NaiveState,
  log: EventLog,
  doing: Doing,
  step: (leaf: NestedLeaf) => { readonly done: T } | Refusal,
): T | null {
  let locked = state.config.doubts.D15 === 'once';
  for (let i = 0; i < TRIES_MAX; i++) {
    if (!hostMaps(state, log, doing.gfn)) break;
    const leaf = nestedLeaf(state, doing.gfn);
    if (locked && doing.encrypted && leaf.pfn < coveredFrames(state.config)) {
      locked = false;
      note(state, log, doing, leaf, { reason: 'locked' }, 'none', []);
      continue;
    }
    const answer = step(leaf);
    if ('done' in answer) return answer.done;
    const before = standing(state);
    const seen = describe(state, leaf.pfn);
    const repairs: EventLog = { bodies: [], group: '', lastGroup: '' };
    let action = hostActs(state, repairs, doing, leaf, answer.sizem === true);
    const zapped = zap(state, doing.gfn);
    if (zapped && action === 'none') action = 'zapped';
    note(state, log, doing, leaf, answer, action, repairs.bodies, seen);
    if (action === 'none' && before === standing(state)) break;
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
  const low = PRESENT_USER | (doing.access === 'write' ? 2 : 0) | (doing.access === 'execute' ? 16 : 0);
  const vmplOnly = why.reason === 'vmpl' && state.config.doubts.D8 === 'vmpl-only';
  let high = isAccess ? FINAL : 0;
  if (doing.encrypted) high |= ENC;
  if (why.sizem === true) high |= SIZEM;
  if (why.reason === 'vmpl') high |= VMPL | ((why.mask ?? 0) & 16 ? SSS : 0);
  const fault: NestedFault = {
    access: doing.access,
    gfn: asGfn(doing.gfn),
    pfn: asPfn(leaf.pfn),
    errorLow: vmplOnly ? low : low | RMP,
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
  return [state.directMap4k.size, ...pending].join(',');
}

/** The host side of the translation: a page that is not mapped is faulted in first. false: no VMA is there, so it cannot be. */
export function hostMaps(state: NaiveState, log: EventLog, gfn: number): boolean {
  const slot = slotOfGfn(state.config, gfn);
  if (slot === null) throw new Error(`guest page ${gfn} is outside every memslot`);
  const vpn = vpnOfGfn(slot, gfn);
  if (leafAt(state, vpn)?.present === true) return true;
  if (!isMapped(state, vpn)) return false;
  mapPage(state, log, slot, vpn, 'nested-fault');
  return true;
}

export function hostLevel(state: NaiveState, gfn: number): 1 | 2 | 3 {
  const slot = slotOfGfn(state.config, gfn);
  return slot === null ? 1 : (leafAt(state, vpnOfGfn(slot, gfn))?.level ?? 1);
}

export function frameOf(state: NaiveState, gfn: number): number {
  return state.nested.get(gfn)?.pfn ?? ownFrame(state, gfn);
}

/** Where the hypervisor has mapped the page itself, that; else the smaller of host and RMP level. */
export function nestedLeaf(state: NaiveState, gfn: number): NestedLeaf {
  const pfn = frameOf(state, gfn);
  const chosen = state.nested.get(gfn);
  if (chosen?.stretch === 1) return { pfn, level: 1 };
  if (chosen !== undefined) return { pfn, level: chosen.fixed ? 2 : rmpLevel(state, pfn) };
  const region = Array.from({ length: REGION }, (_, i) => state.nested.get(blockStart(gfn, REGION) + i));
  const cut = region.some((one) => one?.stretch === 1);
  return { pfn, level: hostLevel(state, gfn) > 1 && !cut ? rmpLevel(state, pfn) : 1 };
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

/** rfc-v1's #NPF handler; it resumes the guest whatever came of it. */
function hostActs(state: NaiveState, log: EventLog, doing: Doing, { pfn, level }: NestedLeaf, sizem: boolean): FaultAction {
  if (pfn >= coveredFrames(state.config) || lookupIsInjected(state, pfn)) return 'none';
  const entry = effectiveEntry(state, pfn);
  if (!entry.assigned) {
    if (!doing.encrypted) return 'none';
    return hostRmpupdate(state, log, { ...toPrivate(state, doing.gfn, 1), pfn }) === 0 ? 'made-private' : 'none';
  }
  if (!doing.encrypted) {
    if (entry.pageSize === 2) hostPsmash(state, log, baseOf(pfn));
    return hostRmpupdate(state, log, toShared(pfn, 1)) === 0 ? 'made-shared' : 'none';
  }
  const sizesDiffer = sizem || (entry.pageSize === 2 && level === 1);
  return sizesDiffer && hostPsmash(state, log, baseOf(pfn)) === 0 ? 'psmash' : 'none';
}
