/** What the VMM has mapped, page by page; a VMA is a run of pages that are alike. */
import type { Memslot } from '../../src/core/config.js';
import type { HugeAdvice } from '../../src/core/vmas.js';
import { blockStart, isInPlace, placedForHuge, REGION, slotOfVpn } from './layout.js';
import { frameOfVpn } from './naive-state.js';
import type { NaiveState } from './naive-state.js';

export interface Area {
  readonly slot: Memslot;
  readonly number: number;
  readonly from: number;
  readonly to: number;
  readonly readOnly: boolean;
  readonly advice: HugeAdvice;
}

export function isMapped(state: NaiveState, vpn: number): boolean {
  return slotOfVpn(state.config, vpn) !== null && !state.unmapped.has(vpn);
}

export function adviceAt(state: NaiveState, slot: Memslot, vpn: number): HugeAdvice {
  return state.advice.get(vpn) ?? (slot.backing === '4k' ? 'nohugepage' : 'default');
}

/** The parts of VMAs in [from, to), ascending. */
export function areasIn(state: NaiveState, from: number, to: number): Area[] {
  const areas: Area[] = [];
  const slots = [...state.config.memslots.entries()].sort(([, a], [, b]) => a.vpn - b.vpn);
  for (const [number, slot] of slots) {
    for (let vpn = Math.max(from, slot.vpn); vpn < Math.min(to, slot.vpn + slot.pages); vpn++) {
      if (state.unmapped.has(vpn)) continue;
      const [readOnly, advice] = [state.readOnly.has(vpn), adviceAt(state, slot, vpn)];
      const last = areas.at(-1);
      if (last !== undefined && last.to === vpn && last.slot === slot && last.readOnly === readOnly && last.advice === advice) {
        areas[areas.length - 1] = { ...last, to: vpn + 1 };
      } else areas.push({ slot, number, from: vpn, to: vpn + 1, readOnly, advice });
    }
  }
  return areas;
}

/** In place all memory is guest_memfd's, which is a file. */
export const isAnonymous = (state: NaiveState, slot: Memslot): boolean =>
  !isInPlace(state.config) && (slot.backing === 'thp' || slot.backing === '4k');
export const isHugetlb = (slot: Memslot): boolean => slot.backing.startsWith('hugetlb');

/** Place, VMA and advice allow a 2M leaf. */
export function wantsHuge(state: NaiveState, slot: Memslot, vpn: number): boolean {
  if (slot.backing === 'hugetlb-1G' || !placedForHuge(slot, vpn)) return false;
  if (slot.backing === 'hugetlb-2M') return true;
  const start = blockStart(vpn, REGION);
  for (let page = start; page < start + REGION; page++) {
    const alike = state.readOnly.has(page) === state.readOnly.has(start) && adviceAt(state, slot, page) === adviceAt(state, slot, start);
    if (!alike || !isMapped(state, page)) return false;
  }
  return slot.backing === 'dax-2M' || adviceAt(state, slot, start) !== 'nohugepage';
}

/** The 512 pages have one 2M frame. */
export function isBlock(state: NaiveState, vpn: number): boolean {
  const start = blockStart(vpn, REGION);
  const first = frameOfVpn(state, start);
  if (first % REGION !== 0) return false;
  for (let i = 1; i < REGION; i++) if (frameOfVpn(state, start + i) !== first + i) return false;
  return true;
}
