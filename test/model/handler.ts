/** The mail's user #PF handler, decision table of generations.md 2.2, and what its verdict costs. */
import type { Level } from '../../src/core/address.js';
import type { Decision, FaultAction, Signal } from '../../src/core/outcome.js';
import { SIGBUS } from './access.js';
import { lookupIsInjected, splitIsInjected } from './between.js';
import { coveredFrames, isInPlace } from './layout.js';
import type { EventLog } from './event-log.js';
import { mapPage, putTable, splitLeaf } from './mapping.js';
import { rulesOf } from './kernel-rules.js';
import type { KernelRules } from './kernel-rules.js';
import { entryAt, frameOfVpn, hasTable, leafAt } from './naive-state.js';
import type { NaiveState, PageLeaf } from './naive-state.js';
import { rmpLevel } from './rmp.js';
import type { Memslot } from '../../src/core/config.js';

/** What the bits of a swap or migration entry look like when read as a frame number. */
const GARBAGE_FRAME = 0xffffffffff;
/** WRITE | ALLOW_RETRY | KILLABLE | INTERRUPTIBLE, and for the user's own store USER. */
export const WRITE_FLAGS = 0x215;
export const READ_FLAGS = 0x214;
export const USER_FLAG = 0x40;

export interface Verdict {
  readonly decision: Decision;
  readonly lookedUp: { readonly pfn: number; readonly assigned: boolean; readonly level: Level } | null;
  /** What the kernel prints; the model knows that it does, not the words. */
  readonly lines: readonly string[];
}

export function decide(state: NaiveState, vpn: number): Verdict {
  const rules = rulesOf(state.config);
  if (!rules.handler) return { decision: 'NONE', lookedUp: null, lines: [] };
  const leaf = walked(state, vpn);
  // A NUMA hint still has its frame.
  const hasFrame = leaf?.present === true || leaf?.gone === 'numa-hint';
  if (rules.goneLeaf === 'retry' && !hasFrame) return { decision: 'RETRY', lookedUp: null, lines: [] };
  if (leaf === null) return { decision: 'KILL', lookedUp: null, lines: [] };
  const kills = rules.killLine && state.config.doubts.G11 === 'logged' ? ['fatal'] : [];
  const garbage = state.config.doubts.G12 === '0x0' ? 0 : GARBAGE_FRAME;
  const pfn = hasFrame ? handlerFrame(state, rules, vpn, leaf.level) : garbage;
  if (pfn >= coveredFrames(state.config) || lookupIsInjected(state, pfn)) {
    return { decision: 'KILL', lookedUp: null, lines: rules.alert ? ['alert'] : kills };
  }
  const lookedUp = { pfn, assigned: entryAt(state, pfn).assigned, level: rmpLevel(state, pfn) };
  const decision = lookedUp.assigned ? 'KILL' : leaf.level > lookedUp.level ? 'PAGE_SPLIT' : 'RETRY';
  return { decision, lookedUp, lines: decision === 'KILL' ? kills : [] };
}

/** As lookup_address_in_mm finds it: a page of a table is there, even an empty slot of it, a neighbouring memslot's or one that madvise has left. */
function walked(state: NaiveState, vpn: number): PageLeaf | null {
  return leafAt(state, vpn) ?? (hasTable(state, vpn) ? { level: 1, present: false } : null);
}

/** `pfn |= (addr >> 12) & mask`, mask 511 for 2M; for 1G it leaves out the last nine bits: the head of the right 2M block. */
function handlerFrame(state: NaiveState, rules: KernelRules, vpn: number, level: Level): number {
  const frame = frameOfVpn(state, vpn);
  return level === 3 && rules.frame1G === 'wrong' ? frame - (frame % 512) : frame;
}

export interface Resolution {
  readonly action: FaultAction;
  readonly end: 'again' | 'sigbus' | 'efault';
  readonly signal: Signal | null;
  readonly faultFlags: number | null;
}

/** Carries the verdict out. Its events are put in `repairs`, since the fault itself comes first. */
export function resolve(state: NaiveState, repairs: EventLog, slot: Memslot, vpn: number, verdict: Verdict, kernel: boolean): Resolution {
  const rules = rulesOf(state.config);
  const ended = { action: kernel ? 'efault' : 'sigbus', end: kernel ? 'efault' : 'sigbus', signal: kernel ? null : SIGBUS } as const;
  const again = { action: 'none', end: 'again', signal: null } as const;
  const flags = WRITE_FLAGS | (kernel ? 0 : USER_FLAG);
  switch (verdict.decision) {
    case 'KILL':
      return { ...killed(state, ended, again, kernel), faultFlags: null };
    case 'RETRY':
      return { ...again, faultFlags: null };
    case 'NONE': {
      const leaf = leafAt(state, vpn);
      if (leaf?.present === true) {
        if (state.config.doubts.G1 === 'sigbus') return { ...ended, faultFlags: flags };
        state.minorFaults++;
        return { ...again, faultFlags: flags };
      }
      if (isInPlace(state.config) && entryAt(state, frameOfVpn(state, vpn)).assigned) return { ...ended, faultFlags: flags };
      if (leaf?.gone === 'swap') state.majorFaults++;
      else state.minorFaults++;
      mapPage(state, repairs, slot, vpn, 'fault');
      return { ...again, action: 'mapped', faultFlags: flags };
    }
    case 'PAGE_SPLIT':
    case 'FORCE_SHARED':
      break;
  }
  const faultFlags = flags | rules.splitFlag;
  const hugetlb = slot.backing === 'hugetlb-2M' || slot.backing === 'hugetlb-1G';
  const failed = !hugetlb && splitIsInjected(state);
  const signals = rules.failedSplit === 'signal' || (hugetlb && state.config.doubts.G1 === 'sigbus');
  if ((hugetlb || failed) && signals) return { ...ended, action: 'split-failed', faultFlags };
  if (hugetlb) return { ...again, faultFlags };
  if (failed) return { ...again, action: 'split-failed', faultFlags };
  const done = splitLeaf(state, repairs, slot, vpn, 'fault');
  if (rules.table) putTable(state, vpn);
  return { ...again, action: done === 'nothing' ? 'none' : done, faultFlags };
}

type Ended = Omit<Resolution, 'faultFlags'>;

/** Doubt G2: an uninitialised `fault` may carry bits that win over SIGBUS. */
function killed(state: NaiveState, ended: Ended, again: Ended, kernel: boolean): Ended {
  const { strayBits } = rulesOf(state.config);
  const { G2 } = state.config.doubts;
  if (G2 === 'oom' && strayBits === 'both') return kernel ? ended : again;
  if (G2 === 'hwpoison' && strayBits !== 'none' && !kernel) return { ...ended, signal: { ...SIGBUS, code: 4, codeName: 'BUS_MCEERR_AR' } };
  return ended;
}
