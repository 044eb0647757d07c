/** khugepaged and MADV_COLLAPSE (generations.md 8): anonymous memory is copied, a whole file page is only mapped anew. */
import type { MappingCause } from '../../src/core/event.js';
import type { Memslot } from '../../src/core/config.js';
import type { KhugepagedOutcome } from '../../src/core/outcome.js';
import type { EventLog } from './event-log.js';
import { copyContents, freed, freeFrames, moveFrame } from './frames.js';
import { blockStart, gfnOfVpn, isInPlace, REGION } from './layout.js';
import { mapHuge } from './mapping.js';
import { entryAt, frameOf, hasTable, leafAt } from './naive-state.js';
import type { NaiveState } from './naive-state.js';
import { isAnonymous, isBlock, wantsHuge } from './vmas.js';
import type { Area } from './vmas.js';
import { zap } from './zap.js';

/** khugepaged takes in at most so many swapped pages. */
const SWAPPED_MAX = 64;

type Verdict = 'no' | 'huge' | 'unsuitable' | 'pinned' | 'copy' | 'retract';

export function verdictOf(state: NaiveState, slot: Memslot, start: number, who: 'scan' | 'call'): Verdict {
  const anonymous = isAnonymous(state, slot);
  if ((!anonymous && slot.backing !== 'shmem-thp') || isInPlace(state.config) || !wantsHuge(state, slot, start)) return 'no';
  const pages = Array.from({ length: REGION }, (_, i) => start + i);
  const leaves = pages.map((vpn) => leafAt(state, vpn));
  const [head] = leaves;
  if (head?.level === 2) return head.present || head.gone === 'numa-hint' ? 'huge' : 'unsuitable';
  if (!hasTable(state, start) && (anonymous || who === 'scan')) return 'unsuitable';
  if (!anonymous && isBlock(state, start)) return 'retract';
  if (leaves.some((leaf) => leaf?.gone === 'migration')) return 'unsuitable';
  if (who === 'scan' && leaves.filter((leaf) => leaf?.gone === 'swap').length > SWAPPED_MAX) return 'unsuitable';
  if (anonymous && !leaves.some((leaf) => leaf?.present === true || leaf?.gone === 'numa-hint')) return 'unsuitable';
  const there = pages.filter((_, i) => !anonymous || leaves[i] !== null);
  return there.some((vpn) => !state.unpinned.has(gfnOfVpn(state.config, vpn) ?? -1)) ? 'pinned' : 'copy';
}

/** The region's pages in a new 2M frame; the old frames that were assigned. */
function copied(state: NaiveState, start: number): [number, number][] {
  const block = freeFrames(state, REGION);
  const first = gfnOfVpn(state.config, start);
  if (block === null || first === null) throw new Error('the host has frames left in every story');
  const lost: [number, number][] = [];
  for (let i = 0; i < REGION; i++) {
    const old = frameOf(state, first + i);
    if (entryAt(state, old).assigned) lost.push([old, first + i]);
    copyContents(state, old, block + i);
    moveFrame(state, first + i, block + i);
  }
  return lost;
}

export function collapse(
  state: NaiveState,
  log: EventLog,
  slot: Memslot,
  start: number,
  verdict: 'copy' | 'retract',
  cause: MappingCause,
): void {
  const lost = verdict === 'copy' ? copied(state, start) : [];
  if (cause === 'khugepaged' && !isAnonymous(state, slot)) zap(state, log, slot, start, start + REGION, 'khugepaged', 'free');
  else mapHuge(state, log, start, cause, verdict === 'copy');
  freed(state, log, lost);
}

export function khugepaged(state: NaiveState, log: EventLog, areas: Iterable<Area>): KhugepagedOutcome {
  const counts = { collapsed: 0, retracted: 0, pinned: 0, unsuitable: 0, noMemory: 0 };
  for (const { slot, from, to } of areas) {
    for (let start = blockStart(from + REGION - 1, REGION); start + REGION <= to; start += REGION) {
      const verdict = verdictOf(state, slot, start, 'scan');
      if (verdict === 'pinned') counts.pinned++;
      else if (verdict === 'unsuitable' && hasTable(state, start)) counts.unsuitable++;
      else if (verdict === 'copy' || verdict === 'retract') {
        collapse(state, log, slot, start, verdict, 'khugepaged');
        if (isAnonymous(state, slot)) counts.collapsed++;
        else counts.retracted++;
      }
    }
  }
  return { op: 'khugepaged', ...counts };
}
