/** What another thread does between a fault and the look-up of its handler; and which inject fires when. */
import type { EventLog } from './event-log.js';
import { forcePrivate, forceRegionShared, forceShared } from './host-rmp.js';
import { isSeparate, slotOfGfn, vpnOfGfn } from './layout.js';
import { regionFrames } from './rmp.js';
import { collapse, evict, splitLeaf, unmap } from './mapping.js';
import { injects, privateFrame } from './naive-state.js';
import type { NaiveState } from './naive-state.js';
import type { BetweenChange, Inject } from '../../src/core/command.js';

/** Counts one RMP fault and lets the other threads run whose turn it is. */
export function afterRmpFault(state: NaiveState, log: EventLog, gfnWritten: number | null): void {
  for (const [thread, count] of injects(state).entries()) {
    count.faults++;
    const between = count.inject.between;
    if (between === undefined || between.nth !== count.faults) continue;
    const gfn = between.gfn ?? gfnWritten;
    if (gfn === null) continue;
    // What two threads did is two events, however well the runs fit.
    log.group = `between ${thread}`;
    change(state, log, between.change, gfn);
    log.group = '';
  }
}

function change(state: NaiveState, log: EventLog, what: BetweenChange, gfn: number): void {
  const slot = slotOfGfn(state.config, gfn);
  if (slot === null) return;
  const vpn = vpnOfGfn(slot, gfn);
  const pfn = privateFrame(state, gfn);
  switch (what) {
    case 'shared':
      setAttributes(state, [gfn], false);
      forceShared(state, log, pfn);
      break;
    case 'region-shared':
      setAttributes(state, regionFrames(gfn), false);
      forceRegionShared(state, log, pfn);
      break;
    case 'private':
      setAttributes(state, [gfn], true);
      forcePrivate(state, log, gfn);
      break;
    case 'unmapped':
      unmap(state, log, slot, vpn);
      break;
    case 'swapped':
      evict(state, log, vpn, 'swap');
      break;
    case 'migrating':
      evict(state, log, vpn, 'migration');
      break;
    case 'numa-hint':
      evict(state, log, vpn, 'numa-hint');
      break;
    case 'split':
      splitLeaf(state, log, slot, vpn, 'other-thread');
      break;
    case 'collapsed':
      collapse(state, log, slot, vpn);
      break;
  }
}

function setAttributes(state: NaiveState, gfns: readonly number[], isPrivate: boolean): void {
  if (!isSeparate(state.config)) return;
  for (const gfn of gfns) if (slotOfGfn(state.config, gfn) !== null) state.attributes.set(gfn, isPrivate);
}

/** Whether the split that is attempted now is to fail. */
export function splitIsInjected(state: NaiveState): boolean {
  let fails = false;
  for (const count of injects(state)) {
    count.splits++;
    if (count.inject.splitFailure?.nth === count.splits) fails = true;
  }
  return fails;
}

export function lookupIsInjected(state: NaiveState, pfn: number): boolean {
  return injects(state).some((count) => count.inject.lookupFailure?.pfn === pfn);
}

/** What of the counters can still change the future: a fired inject no longer counts. */
export function injectKey(state: NaiveState): string {
  const pending = (done: number, nth: number | undefined): string => (nth === undefined || done >= nth ? '-' : String(done));
  const key = (inject: Inject, splits: number, faults: number): string =>
    `${pending(splits, inject.splitFailure?.nth)},${pending(faults, inject.between?.nth)}`;
  return injects(state)
    .map((c) => key(c.inject, c.splits, c.faults))
    .join(';');
}
