/** In-place conversion's hold on the VMM's page table (generations.md 5): private pages leave it, a page that is shared again may be huge. */
import type { Memslot } from '../../src/core/config.js';
import { emit } from './event-log.js';
import type { EventLog } from './event-log.js';
import { isKept } from './kept.js';
import { blockStart, naturalLevel, REGION, sizeOf } from './layout.js';
import { setLeaves, where } from './mapping.js';
import { hasTable, leafAt } from './naive-state.js';
import type { NaiveState } from './naive-state.js';
import { isBlock } from './vmas.js';
import { zapRuns } from './zap.js';

/** Pages of one region are taken from the host, out of whatever huge leaf maps them. */
export function takeFromHost(state: NaiveState, log: EventLog, slot: Memslot, vpns: readonly number[]): void {
  const leaf = leafAt(state, vpns[0]);
  if (leaf === null && !hasTable(state, vpns[0])) return;
  if (leaf !== null && leaf.level > 1 && !(leaf.level === 2 && vpns.length === REGION)) {
    const start = blockStart(vpns[0], sizeOf(leaf.level));
    if (!leaf.present) {
      setLeaves(state, start, sizeOf(leaf.level), null);
      emit(log, {
        type: 'mapping-removed',
        level: leaf.level,
        cause: 'conversion',
        leaf: 'none',
        ...where(state, start, sizeOf(leaf.level)),
      });
      return;
    }
    state.splits++;
    setLeaves(state, start, sizeOf(leaf.level), { level: 1, present: true });
    if (leaf.level === 3) state.apart.add(start);
    emit(log, { type: 'mapping-split', from: leaf.level, level: 1, cause: 'conversion', ...where(state, start, sizeOf(leaf.level)) });
  }
  zapRuns(state, log, slot, vpns);
}

/** Once all of a huge page is shared again, the next touch may map it as one. */
export function merge(state: NaiveState, log: EventLog, slot: Memslot, vpn: number): void {
  const level = naturalLevel(slot, vpn);
  const start = blockStart(vpn, sizeOf(level));
  if (level === 1 || !isBlock(state, blockStart(vpn, REGION)) || isKept(state, slot, vpn)) return;
  const leaf = leafAt(state, vpn);
  const apart = level === 3 ? state.apart.has(start) : leaf !== null || hasTable(state, vpn);
  if (!apart || leaf?.level === level) return;
  state.apart.delete(start);
  setLeaves(state, start, sizeOf(level), null);
  for (let region = start; region < start + sizeOf(level); region += REGION) state.emptyTables.delete(region / REGION);
  emit(log, { type: 'mapping-removed', level: 1, cause: 'conversion', leaf: 'none', ...where(state, start, sizeOf(level)) });
}
