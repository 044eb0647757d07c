/** One scan of khugepaged: every eligible 2 MiB region with a page table, in the order of addresses. */
import { GIB_PAGES, REGION_PAGES } from './address.js';
import { collapseInScan, hasTable, scanRegion } from './collapse.js';
import type { Khugepaged } from './command.js';
import type { Machine } from './machine.js';
import { isAnonymous } from './mapping.js';
import type { KhugepagedOutcome, Result } from './outcome.js';
import { areasOf, checkPageRange } from './page-range.js';
import type { VmArea } from './vmas.js';

type Counts = { -readonly [K in Exclude<keyof KhugepagedOutcome, 'op'>]: number };

export function khugepaged(m: Machine, c: Khugepaged): Result {
  const wrong = c.range === undefined ? null : checkPageRange(m, c.range, `/${c.range.space}`);
  if (wrong !== null) return wrong;
  m.begin(undefined);
  const counts: Counts = { collapsed: 0, retracted: 0, pinned: 0, unsuitable: 0, noMemory: 0 };
  const areas = c.range === undefined ? m.vmas.all() : areasOf(m, c.range).areas;
  for (const area of areas) scanArea(m, area, counts);
  return { outcome: { op: 'khugepaged', ...counts }, events: m.takeEvents() };
}

function scanArea(m: Machine, { slot, vpn, end, advice }: VmArea, counts: Counts): void {
  if (advice === 'nohugepage') return;
  const first = Math.ceil(vpn / REGION_PAGES) * REGION_PAGES;
  for (let base = first; base + REGION_PAGES <= end; ) {
    // Memory of the 4k backing has page tables from the start; all other memory has them only where something was changed.
    if (slot.backing !== '4k' && m.pageTable.isUntouchedGib(base, slot) && base + GIB_PAGES <= end) {
      base += GIB_PAGES;
      continue;
    }
    scanOne(m, { slot, base }, counts);
    base += REGION_PAGES;
  }
}

function scanOne(m: Machine, { slot, base }: { readonly slot: VmArea['slot']; readonly base: number }, counts: Counts): void {
  const verdict = scanRegion(m, slot, base, false);
  switch (verdict) {
    case 'not-eligible':
    case 'huge':
      return;
    case 'unsuitable':
      if (hasTable(m, slot, base)) counts.unsuitable += 1;
      return;
    case 'pinned':
      counts.pinned += 1;
      return;
    case 'copy':
    case 'retract':
      if (!collapseInScan(m, slot, base, verdict)) counts.noMemory += 1;
      else if (isAnonymous(m, slot)) counts.collapsed += 1;
      else counts.retracted += 1;
  }
}
