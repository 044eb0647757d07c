/** PVALIDATE and the nested faults that the host answers on its way (hardware.md 3.4, generations.md 4). */
import { asGfn, asPfn } from '../../src/core/address.js';
import type { FaultAction, InstructionStatus, NestedFault } from '../../src/core/outcome.js';
import { lookupIsInjected } from './between.js';
import { emit } from './event-log.js';
import type { EventLog } from './event-log.js';
import { hostPsmash, hostRmpupdate, pagesAt, toPrivate } from './host-rmp.js';
import { isSeparate, privateFrame, REGION, slotOfGfn, vpnOfGfn } from './layout.js';
import { mapPage, takeFromHost } from './mapping.js';
import { attributeToPrivate, prepare } from './private-memory.js';
import { rulesOf } from './kernel-rules.js';
import { entryAt, injects, isHeld, isPrivatePage, leafAt } from './naive-state.js';
import type { NaiveState } from './naive-state.js';
import { baseOf, describe, effectiveEntry, rmpLevel } from './rmp.js';

/** P | U | RMP, then ENC, and SIZEM where it is set. */
const NPF_LOW = 0x80000005 | 0;
const ENC = 4;
const SIZEM = 8;
const TRIES_MAX = 64;

export interface Validation {
  readonly status: InstructionStatus;
  readonly code: number | null;
  readonly carry: boolean | null;
  readonly faults: readonly NestedFault[];
}

type Check = { readonly code: number } | { readonly sizem: boolean };

export function pvalidate(state: NaiveState, log: EventLog, gfn: number, offset: number, pageSize: 1 | 2, validate: boolean): Validation {
  const faults: NestedFault[] = [];
  const pfn = privateFrame(state.config, gfn);
  if (offset !== 0 || (pageSize === 2 && gfn % REGION !== 0)) return { status: 'FAIL_INPUT', code: 1, carry: null, faults };
  for (let i = 0; i < TRIES_MAX; i++) {
    if (isMappedByHost(state)) hostMaps(state, log, gfn);
    const check = checked(state, gfn, pageSize);
    if ('code' in check) {
      if (check.code !== 0) return { status: 'FAIL_SIZEMISMATCH', code: check.code, carry: null, faults };
      const carry = setValidated(state, pfn, validate);
      emit(log, { type: 'pvalidated', validate, pageSize, carry, ...pagesAt(state, pfn, pageSize) });
      return { status: 'SUCCESS', code: 0, carry, faults };
    }
    const before = pendingRmpupdates(state);
    const seen = { level: nestedLevel(state, gfn), rmp: describe(state, pfn) };
    const repairs: EventLog = { bodies: [], group: '', lastGroup: '' };
    const action = answer(state, repairs, gfn, check.sizem);
    const fault: NestedFault = {
      access: 'pvalidate',
      gfn: asGfn(gfn),
      pfn: asPfn(pfn),
      // Private memory of its own is first mapped by an ordinary fault.
      errorLow: isSeparate(state.config) && !seen.rmp.assigned ? 4 : NPF_LOW,
      errorHigh: check.sizem ? ENC | SIZEM : ENC,
      ...seen,
      action,
    };
    faults.push(fault);
    emit(log, { type: 'nested-fault', fault });
    for (const body of repairs.bodies) emit(log, body);
    if (action === 'none' && before === pendingRmpupdates(state)) break;
  }
  return { status: 'NESTED_FAULT', code: null, carry: null, faults };
}

/** The host side of the translation: a page that the VMM has not mapped is faulted in first. */
export function hostMaps(state: NaiveState, log: EventLog, gfn: number): void {
  const slot = slotOfGfn(state.config, gfn);
  if (slot === null) throw new Error(`guest page ${gfn} is outside every memslot`);
  const vpn = vpnOfGfn(slot, gfn);
  if (leafAt(state, vpn)?.present !== true) mapPage(state, log, slot, vpn, 'nested-fault');
}

export function hostLevel(state: NaiveState, gfn: number): 1 | 2 | 3 {
  const slot = slotOfGfn(state.config, gfn);
  return slot === null ? 1 : (leafAt(state, vpnOfGfn(slot, gfn))?.level ?? 1);
}

/** Whether the VMM's page table is what maps the guest's private pages. */
function isMappedByHost(state: NaiveState): boolean {
  return !isSeparate(state.config) && state.config.generation !== 'inplace';
}

/** The nested leaf is the smaller of host and RMP level; without the host the RMP's. */
function nestedLevel(state: NaiveState, gfn: number): 1 | 2 {
  const level = rmpLevel(state, privateFrame(state.config, gfn));
  return !isMappedByHost(state) || hostLevel(state, gfn) > 1 ? level : 1;
}

/** Owner, gpa, mutable; then the sizes (doubt D6 by its default: the RMP's size decides, a nested leaf that differs faults). */
function checked(state: NaiveState, gfn: number, pageSize: 1 | 2): Check {
  const pfn = privateFrame(state.config, gfn);
  const entry = effectiveEntry(state, pfn);
  if (!entry.assigned || entry.asid !== state.config.asid || entry.gfn !== gfn || entry.immutable) return { sizem: false };
  if (entry.pageSize === 2 && pageSize === 1) return { sizem: true };
  if (entry.pageSize === 1 && pageSize === 2) return { code: 6 };
  return nestedLevel(state, gfn) === entry.pageSize ? { code: 0 } : { sizem: false };
}

function setValidated(state: NaiveState, pfn: number, validate: boolean): boolean {
  const entry = entryAt(state, pfn);
  state.rmp.set(pfn, { ...entry, validated: validate });
  return entry.validated === validate;
}

/** The #NPF handler; it resumes the guest whatever came of it. From v7 on the VMM is asked first. */
function answer(state: NaiveState, log: EventLog, gfn: number, sizem: boolean): FaultAction {
  const pfn = privateFrame(state.config, gfn);
  if (lookupIsInjected(state, pfn)) return 'none';
  const entry = effectiveEntry(state, pfn);
  const { exits, heldPage } = rulesOf(state.config);
  if (!entry.assigned) {
    if (isSeparate(state.config) && isPrivatePage(state, gfn)) return prepare(state, log, gfn) === 0 ? 'made-private' : 'none';
    if (exits) emit(log, { type: 'memory-fault-exit', private: true, ...pagesAt(state, pfn, 1) });
    if (heldPage !== 'allowed' && isHeld(state, gfn)) return 'none';
    if (isSeparate(state.config)) {
      attributeToPrivate(state, log, [gfn]);
      return 'made-private';
    }
    const slot = slotOfGfn(state.config, gfn);
    if (state.config.generation === 'inplace' && slot !== null) takeFromHost(state, log, slot, [vpnOfGfn(slot, gfn)]);
    return hostRmpupdate(state, log, toPrivate(state, gfn, 1)) === 0 ? 'made-private' : 'none';
  }
  if (isSeparate(state.config) && !isPrivatePage(state, gfn)) {
    emit(log, { type: 'memory-fault-exit', private: true, ...pagesAt(state, pfn, 1) });
    if (heldPage !== 'allowed' && isHeld(state, gfn)) return 'none';
    attributeToPrivate(state, log, [gfn]);
    return 'made-private';
  }
  const sizesDiffer = sizem || (entry.pageSize === 2 && nestedLevel(state, gfn) === 1);
  return sizesDiffer && hostPsmash(state, log, baseOf(pfn)) === 0 ? 'psmash' : 'none';
}

/** How many RMPUPDATEs an inject has seen: where that has moved, trying again is no endless loop. */
function pendingRmpupdates(state: NaiveState): string {
  const pending = injects(state).map((c) => Math.min(c.rmpupdates, c.inject.rmpupdate?.nth ?? 0));
  return pending.join(',');
}
