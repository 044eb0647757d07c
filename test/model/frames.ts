/** Free frames and what becomes of those that a page leaves. */
import { asGfn, asPfn } from '../../src/core/address.js';
import { FREE_FRAMES_BASE } from '../../src/core/config.js';
import { emit } from './event-log.js';
import type { EventLog } from './event-log.js';
import { ordinaryFrames } from './layout.js';
import type { REGION } from './layout.js';
import { entryAt, frameOf, gfnOfFrame } from './naive-state.js';
import type { NaiveState } from './naive-state.js';

function isFree(state: NaiveState, pfn: number): boolean {
  return gfnOfFrame(state, pfn) === null && !state.held.has(pfn) && !entryAt(state, pfn).assigned;
}

/** The lowest `count` free frames in a row that begin at a multiple of `count`; null where there are none. */
export function freeFrames(state: NaiveState, count: 1 | typeof REGION): number | null {
  for (let pfn = FREE_FRAMES_BASE; pfn < ordinaryFrames(state.config); pfn += count) {
    if (Array.from({ length: count }, (_, i) => pfn + i).every((p) => isFree(state, p))) return pfn;
  }
  return null;
}

export function moveFrame(state: NaiveState, gfn: number, pfn: number): void {
  const old = frameOf(state, gfn);
  if (state.owners.get(old) === gfn) state.owners.set(old, null);
  if (!state.owners.has(old)) state.owners.set(old, null);
  state.frames.set(gfn, pfn);
  state.owners.set(pfn, gfn);
}

/** What is in a frame goes to another one, ciphertext or not. */
export function copyContents(state: NaiveState, from: number, to: number): void {
  const page = state.contents.get(from);
  state.contents.delete(to);
  if (page === undefined) return;
  state.contents.set(to, page);
  state.contents.delete(from);
}

/** Frames given up while assigned; those that follow one another are one event. */
export function freed(state: NaiveState, log: EventLog, lost: readonly (readonly [pfn: number, gfn: number])[]): void {
  const runs: [pfn: number, gfn: number, pages: number][] = [];
  for (const [pfn, gfn] of lost) {
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[2] === pfn && last[1] + last[2] === gfn) last[2]++;
    else runs.push([pfn, gfn, 1]);
  }
  for (const [pfn, gfn, pages] of runs) {
    state.leakedPages += pages;
    emit(log, { type: 'page-leaked', gfn: asGfn(gfn), pfn: asPfn(pfn), pages, cause: 'freed', code: null, dmesg: [] });
  }
}
