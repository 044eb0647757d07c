/** KVM's own stores to guest memory, and the maps that it holds (generations.md 3, rows 29 and 33 of 9). */
import type { KernelMapOutcome } from '../../src/core/outcome.js';
import { KERNEL_MAPS_MAX } from '../../src/core/config.js';
import { reject } from '../../src/core/error.js';
import type { Rejection } from '../../src/core/error.js';
import { lookupIsInjected } from './between.js';
import { emit } from './event-log.js';
import type { EventLog } from './event-log.js';
import { hostPsmash, hostRmpupdate, toShared } from './host-rmp.js';
import { rulesOf } from './kernel-rules.js';
import { coveredFrames, isSeparate, slotOfGfn } from './layout.js';
import { entryAt, frameOf, isPrivatePage } from './naive-state.js';
import type { NaiveState } from './naive-state.js';
import { baseOf, rmpLevel } from './rmp.js';

/** Why KVM may not write the page, null where it may. */
export function beforeKvmStore(state: NaiveState, log: EventLog, gfn: number): 'ebusy' | 'efault' | 'oops' | null {
  const pfn = frameOf(state, gfn);
  const { kvmStore } = rulesOf(state.config);
  if (kvmStore === 'ebusy' && isSeparate(state.config)) return isPrivatePage(state, gfn) ? 'ebusy' : null;
  if (kvmStore === 'unguarded' || !entryAt(state, pfn).assigned) return null;
  if (kvmStore === 'efault') return 'efault';
  if (pfn >= coveredFrames(state.config) || lookupIsInjected(state, pfn)) return null;
  if (kvmStore === 'ebusy') return 'ebusy';
  state.printed.push('write to a private page');
  if (rmpLevel(state, pfn) === 2 && hostPsmash(state, log, baseOf(pfn)) !== 0) return 'oops';
  return hostRmpupdate(state, log, toShared(pfn, 1)) === 0 ? null : 'oops';
}

export function kernelMap(state: NaiveState, log: EventLog, gfn: number): KernelMapOutcome | Rejection {
  if (slotOfGfn(state.config, gfn) === null) return reject('address-out-of-range', '/gpa', 'outside', '');
  if (state.maps.size >= KERNEL_MAPS_MAX) return reject('limit-exceeded', '', 'maps', '');
  const refused = beforeKvmStore(state, log, gfn);
  if (refused === 'oops') {
    state.killed = true;
    emit(log, { type: 'vm-killed', cause: 'oops' });
  }
  if (refused === null) {
    state.lastMap++;
    state.maps.set(state.lastMap, gfn);
  }
  return { op: 'kernel-map', outcome: refused ?? 'completed', map: refused === null ? state.lastMap : null, ...printedIn(state) };
}

/** The lines that belong to no fault, as an outcome shows them. */
export function printedIn(state: NaiveState): { readonly dmesg?: readonly string[] } {
  return state.printed.length === 0 ? {} : { dmesg: state.printed };
}
