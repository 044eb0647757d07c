/** Swap, migration and NUMA hints of leaves (generations.md 8, hardware's not-present entries). */
import type { ChangeLeafState } from '../../src/core/command.js';
import type { Memslot } from '../../src/core/config.js';
import type { LeafStateOutcome } from '../../src/core/outcome.js';
import type { EventLog } from './event-log.js';
import { copyContents, freed, freeFrames, moveFrame } from './frames.js';
import { blockStart, gfnOfVpn, isInPlace, sizeOf } from './layout.js';
import { forceSplit, mapPage, setLeaves } from './mapping.js';
import { entryAt, frameOf, hasTable, leafAt } from './naive-state.js';
import type { NaiveState, PageLeaf } from './naive-state.js';
import { isAnonymous, isHugetlb } from './vmas.js';
import type { Area } from './vmas.js';
import { Removed } from './zap.js';

export function leafState(state: NaiveState, log: EventLog, command: ChangeLeafState, areas: Iterable<Area>): LeafStateOutcome {
  const counts = { pages: 0, pinned: 0, unsuitable: 0 };
  for (const area of areas) {
    if (command.change === 'restore') restore(state, log, area, counts);
    else take(state, log, area, command.change, counts);
  }
  return { op: 'leaf-state', ...counts };
}

interface Counts {
  pages: number;
  pinned: number;
  unsuitable: number;
}

function restore(state: NaiveState, log: EventLog, { slot, from, to }: Area, counts: Counts): void {
  for (let vpn = from; vpn < to; vpn++) {
    const leaf = leafAt(state, vpn);
    if (leaf === null || leaf.present) continue;
    mapPage(state, log, slot, vpn, 'leaf-state');
    counts.pages += sizeOf(leaf.level);
  }
}

type Change = Exclude<ChangeLeafState['change'], 'restore'>;
const GONE = { 'swap-out': 'swap', migrate: 'migration', 'numa-hint': 'numa-hint' } as const;

function take(state: NaiveState, log: EventLog, { slot, from, to }: Area, change: Change, counts: Counts): void {
  const toNothing = change === 'swap-out' && !isAnonymous(state, slot);
  const removed = new Removed(state, 'leaf-state', toNothing ? 'none' : GONE[change]);
  let lost: [number, number][] = [];
  const publish = (): void => {
    removed.publish(log);
    freed(state, log, lost);
    lost = [];
  };
  const takeLeaf = (vpn: number, leaf: PageLeaf): void => {
    if (change !== 'numa-hint') lost.push(...elsewhere(state, vpn, sizeOf(leaf.level)));
    if (toNothing && leaf.level === 1 && hasTable(state, vpn)) state.emptyTables.add(Math.floor(vpn / 512));
    setLeaves(state, vpn, sizeOf(leaf.level), toNothing ? null : { level: leaf.level, present: false, gone: GONE[change] });
    removed.add(vpn, leaf.level);
    counts.pages += sizeOf(leaf.level);
  };
  for (let vpn = from; vpn < to; vpn++) {
    const leaf = leafAt(state, vpn);
    if (leaf === null) continue;
    const [start, size] = [blockStart(vpn, sizeOf(leaf.level)), sizeOf(leaf.level)];
    vpn = start + size - 1;
    const pages = Array.from({ length: size }, (_, i) => start + i);
    if (!leaf.present || !allowed(state, slot, leaf, change)) counts.unsuitable += size;
    else if (change !== 'numa-hint' && pages.some((page) => !state.unpinned.has(gfnOfVpn(state.config, page) ?? -1))) counts.pinned += size;
    else if (change === 'swap-out' && leaf.level === 2 && isAnonymous(state, slot)) {
      publish();
      forceSplit(state, log, slot, start, 'leaf-state');
      for (const page of pages) takeLeaf(page, { level: 1, present: true });
    } else takeLeaf(start, leaf);
  }
  publish();
}

function allowed(state: NaiveState, slot: Memslot, leaf: PageLeaf, change: Change): boolean {
  if (slot.backing === 'dax-2M' || leaf.level === 3) return false;
  if (isInPlace(state.config) && change !== 'numa-hint') return false;
  return change === 'migrate' || !isHugetlb(slot);
}

/** The pages go to other frames; the old ones that were assigned. */
function elsewhere(state: NaiveState, vpn: number, pages: number): [number, number][] {
  const target = freeFrames(state, pages === 1 ? 1 : 512);
  const first = gfnOfVpn(state.config, vpn);
  if (target === null || first === null) throw new Error('the host has frames left in every story');
  const lost: [number, number][] = [];
  for (let i = 0; i < pages; i++) {
    const old = frameOf(state, first + i);
    if (entryAt(state, old).assigned) lost.push([old, first + i]);
    copyContents(state, old, target + i);
    moveFrame(state, first + i, target + i);
  }
  return lost;
}
