/** The mail's user #PF handler, decision table of generations.md 2.2, and what its verdict costs. */
import type { Level } from '../../src/core/address.js';
import type { Decision, FaultAction } from '../../src/core/outcome.js';
import { lookupIsInjected, splitIsInjected } from './between.js';
import { coveredFrames } from './layout.js';
import type { EventLog } from './event-log.js';
import { splitLeaf } from './mapping.js';
import { entryAt, frameOfVpn, hasTable, leafAt } from './naive-state.js';
import type { NaiveState } from './naive-state.js';
import { rmpLevel } from './rmp.js';
import type { Memslot } from '../../src/core/config.js';

/** What the bits of a swap or migration entry look like when read as a frame number. */
const GARBAGE_FRAME = 0xffffffffff;
/** WRITE | ALLOW_RETRY | KILLABLE | INTERRUPTIBLE, and for the user's own store USER. */
export const WRITE_FLAGS = 0x215;
export const READ_FLAGS = 0x214;
export const USER_FLAG = 0x40;
const PAGE_SPLIT_FLAG = 0x400;

export interface Verdict {
  readonly decision: Decision;
  readonly lookedUp: { readonly pfn: number; readonly assigned: boolean; readonly level: Level } | null;
  /** The frame whose look-up failed, for the alert line. */
  readonly alertPfn: number | null;
}

export function decide(state: NaiveState, vpn: number): Verdict {
  const leaf = leafAt(state, vpn);
  // A table has an empty entry here, a neighbouring memslot's or one that madvise has left: a leaf that is not present, no missing upper level.
  if (leaf === null && !hasTable(state, vpn)) return { decision: 'KILL', lookedUp: null, alertPfn: null };
  // A NUMA hint still has its frame.
  const pfn = leaf?.present === true || leaf?.gone === 'numa-hint' ? handlerFrame(state, vpn, leaf.level) : GARBAGE_FRAME;
  if (pfn >= coveredFrames(state.config) || lookupIsInjected(state, pfn)) return { decision: 'KILL', lookedUp: null, alertPfn: pfn };
  const lookedUp = { pfn, assigned: entryAt(state, pfn).assigned, level: rmpLevel(state, pfn) };
  const decision = lookedUp.assigned ? 'KILL' : (leaf?.level ?? 1) > lookedUp.level ? 'PAGE_SPLIT' : 'RETRY';
  return { decision, lookedUp, alertPfn: null };
}

/** `pfn |= (addr >> 12) & mask`, mask 511 for 2M; for 1G it leaves out the last nine bits: the head of the right 2M block. */
function handlerFrame(state: NaiveState, vpn: number, level: Level): number {
  const frame = frameOfVpn(state, vpn);
  return level === 3 ? frame - (frame % 512) : frame;
}

export interface Resolution {
  readonly action: FaultAction;
  readonly end: 'again' | 'sigbus' | 'efault';
  readonly faultFlags: number | null;
}

/** Carries the verdict out. Its events are put in `repairs`, since the fault itself comes first. */
export function resolve(state: NaiveState, repairs: EventLog, slot: Memslot, vpn: number, verdict: Verdict, kernel: boolean): Resolution {
  const ended = kernel ? 'efault' : 'sigbus';
  if (verdict.decision === 'KILL') return { action: ended, end: ended, faultFlags: null };
  if (verdict.decision === 'RETRY') return { action: 'none', end: 'again', faultFlags: null };
  const faultFlags = WRITE_FLAGS | PAGE_SPLIT_FLAG | (kernel ? 0 : USER_FLAG);
  const hugetlb = slot.backing === 'hugetlb-2M' || slot.backing === 'hugetlb-1G';
  const failed = !hugetlb && splitIsInjected(state);
  if (state.config.generation === 'rfc-v1-reply' && (hugetlb || failed)) return { action: 'split-failed', end: ended, faultFlags };
  if (hugetlb) return { action: 'none', end: 'again', faultFlags };
  if (failed) return { action: 'split-failed', end: 'again', faultFlags };
  const done = splitLeaf(state, repairs, slot, vpn, 'fault');
  return { action: done === 'nothing' ? 'none' : done, end: 'again', faultFlags };
}
