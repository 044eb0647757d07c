/** The bookkeeping in the first 16 KiB of the RMP: assigned pages by ASID (hardware.md 1.1). ACTIVATE needs 0. Counted when asked for. */
import { REGION_PAGES } from './address.js';
import type { Machine } from './machine.js';

/** ASIDs that have assigned 4K pages, ascending. */
export function asidCounters(m: Machine): readonly (readonly [asid: number, pages: number])[] {
  const counts = new Map<number, number>();
  const before = new Map<number, number>();
  const atFirst = m.layout.slots.reduce((sum, slot) => sum + (slot.initialState === 'private' ? slot.pages : 0), 0);
  for (const region of m.rmp.ledger.touchedRegions()) {
    m.rmp.addPagesByAsid(region * REGION_PAGES, counts);
    if (atFirst > 0) m.initialRmp().addPagesByAsid(region * REGION_PAGES, before);
  }
  const untouched = atFirst - (before.get(m.config.asid) ?? 0);
  if (untouched > 0) counts.set(m.config.asid, (counts.get(m.config.asid) ?? 0) + untouched);
  return [...counts].sort(([a], [b]) => a - b);
}

export function pagesOfAsid(m: Machine, asid: number): number {
  return asidCounters(m).find(([one]) => one === asid)?.[1] ?? 0;
}
