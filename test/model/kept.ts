/** In-place conversion: what the host may not map (generations.md 5). */
import type { Memslot } from '../../src/core/config.js';
import { blockStart, isInPlace, REGION, sizeOf } from './layout.js';
import { entryAt, frameOfVpn } from './naive-state.js';
import type { NaiveState } from './naive-state.js';

/** A page under the largest leaf that could map this one is the guest's. */
export function isKept(state: NaiveState, slot: Memslot, vpn: number): boolean {
  if (!isInPlace(state.config)) return false;
  const size = slot.backing === 'hugetlb-1G' ? sizeOf(3) : REGION;
  const start = blockStart(vpn, size);
  for (let page = Math.max(start, slot.vpn); page < Math.min(start + size, slot.vpn + slot.pages); page++) {
    if (entryAt(state, frameOfVpn(state, page)).assigned) return true;
  }
  return false;
}
