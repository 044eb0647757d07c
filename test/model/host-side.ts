/** The VMM's side of a guest page: how it is mapped there, and that it is faulted in for the guest. */
import type { EventLog } from './event-log.js';
import { slotOfGfn, vpnOfGfn } from './layout.js';
import { mapPage } from './mapping.js';
import { leafAt } from './naive-state.js';
import type { NaiveState } from './naive-state.js';
import { isMapped } from './vmas.js';

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
