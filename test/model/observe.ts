/** The model's answers to the questions that the core's queries answer: one page, one RMP entry, the sums. */
import { asPfn, asVpn } from '../../src/core/address.js';
import type { Event } from '../../src/core/event.js';
import type { RmpEntry } from '../../src/core/outcome.js';
import { blockStart, isSeparate, sizeOf, slotOfGfn, vpnOfGfn } from './layout.js';
import { directMapLevel, frameOf, frameOfVpn, hasTable, isMissing, isPrivatePage, leafAt, privateFrame } from './naive-state.js';
import type { NaiveState } from './naive-state.js';
import { isThere, nestedLeaf } from './nested.js';
import { areasIn } from './vmas.js';
import { describe } from './rmp.js';

export function modelEntry(state: NaiveState, pfn: number): RmpEntry {
  return describe(state, pfn);
}

/** A slot with nothing in it, of a page table that another page has brought back. */
const EMPTY_SLOT = { level: 1, present: false, pfn: asPfn(0), state: 'none' } as const;

export function modelPage(state: NaiveState, gfn: number) {
  const slot = slotOfGfn(state.config, gfn);
  if (slot === null) throw new Error(`guest page ${gfn} is outside every memslot`);
  const vpn = vpnOfGfn(slot, gfn);
  const pfn = frameOf(state, gfn);
  const leaf = leafAt(state, vpn);
  const isPrivate = isPrivatePage(state, gfn);
  const own = isSeparate(state.config) && isPrivate ? privateFrame(state, gfn) : pfn;
  const rmp = describe(state, own);
  const mapping =
    leaf === null
      ? hasTable(state, vpn)
        ? EMPTY_SLOT
        : null
      : {
          level: leaf.level,
          present: leaf.present,
          pfn: asPfn(leaf.present || leaf.gone === 'numa-hint' ? frameOfVpn(state, blockStart(vpn, sizeOf(leaf.level))) : 0),
          state: leaf.present ? 'present' : leaf.gone,
        };
  const nestedLevel = isThere(state, gfn) ? nestedLeaf(state, gfn).level : null;
  const contentBytes = state.contents.has(pfn) ? 4096 : 0;
  return {
    mapping,
    privatePfn: isSeparate(state.config) ? asPfn(privateFrame(state, gfn)) : null,
    privateAttribute: isPrivate,
    nestedLevel,
    directMapLevel: directMapLevel(state, pfn),
    directMapPresent: !isMissing(state, pfn),
    rmp,
    state: rmp.state,
    pfn: asPfn(pfn),
    vpn: asVpn(vpn),
    contentBytes,
    pinned: !state.unpinned.has(gfn),
    vma: modelVma(state, vpn),
  };
}

/** Protection and advice of the page's VMA; null where there is none. */
function modelVma(state: NaiveState, vpn: number) {
  const [area] = areasIn(state, vpn, vpn + 1);
  if (area === undefined) return null;
  return { protection: area.readOnly ? ('read-only' as const) : ('read-write' as const), hugePages: area.advice };
}

/** Pages of the memslots by RMP state and by mapping level, counted one by one. */
export function modelPages(state: NaiveState) {
  const rmpPages: Record<string, number> = {};
  const mappedPages = { '4K': 0, '2M': 0, '1G': 0, none: 0 };
  for (const slot of state.config.memslots) {
    for (let gfn: number = slot.gfn; gfn < slot.gfn + slot.pages; gfn++) {
      const frames = isSeparate(state.config) ? [frameOf(state, gfn), privateFrame(state, gfn)] : [frameOf(state, gfn)];
      for (const word of frames.map((pfn) => describe(state, pfn).state)) rmpPages[word] = (rmpPages[word] ?? 0) + 1;
      const leaf = leafAt(state, vpnOfGfn(slot, gfn));
      mappedPages[leaf === null || !leaf.present ? 'none' : leaf.level === 1 ? '4K' : leaf.level === 2 ? '2M' : '1G']++;
    }
  }
  return { rmpPages, mappedPages };
}

/** What a VM's totals must be by everything that it has published since it was made or reset. */
export function modelTotals(state: NaiveState, published: readonly Event[]) {
  const faults = { RETRY: 0, KILL: 0, PAGE_SPLIT: 0, FORCE_SHARED: 0, NONE: 0, notPresent: 0, protection: 0 };
  const signals = { SIGBUS: 0, SIGSEGV: 0 };
  for (const event of published) {
    if (event.type !== 'fault') continue;
    const { kind, decision, repeats, signal } = event.fault;
    faults[decision ?? (kind === 'protection' ? 'protection' : 'notPresent')] += repeats;
    if (signal !== null) signals[signal.name]++;
  }
  const count = (type: Event['type']): number => published.filter((event) => event.type === type).length;
  const directMapSplits = count('direct-map-split');
  const { pageFaults, minorFaults, majorFaults, splits, leakedPages } = state;
  const kernel = { pageFaults, minorFaults, majorFaults, thpSplitPmd: splits, directMapSplitPages: directMapSplits * 512, leakedPages };
  return { faults, signals, directMapSplits, nestedFaults: count('nested-fault'), splits, kernel };
}
