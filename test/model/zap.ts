/** Leaves that go, page by page; and pages whose frames go with them. */
import type { MappingCause } from '../../src/core/event.js';
import type { Level } from '../../src/core/address.js';
import type { Memslot } from '../../src/core/config.js';
import { emit } from './event-log.js';
import type { EventLog } from './event-log.js';
import { freed, freeFrames, moveFrame } from './frames.js';
import { blockStart, gfnOfVpn, placedForHuge, REGION, sizeOf } from './layout.js';
import { dropEmptyTable, forceSplit, setLeaves, where } from './mapping.js';
import { entryAt, frameOf, hasTable, leafAt } from './naive-state.js';
import type { NaiveState } from './naive-state.js';
import { isHugetlb } from './vmas.js';

export type Gone = 'none' | 'swap' | 'migration' | 'numa-hint';

/** Leaves that went alike: those that follow one another at one level are one event. */
export class Removed {
  private readonly runs: { from: number; pages: number; level: Level }[] = [];

  constructor(
    private readonly state: NaiveState,
    private readonly cause: MappingCause,
    private readonly leaf: Gone,
  ) {}

  add(vpn: number, level: Level): void {
    const last = this.runs.at(-1);
    if (last !== undefined && last.level === level && last.from + last.pages === vpn) last.pages += sizeOf(level);
    else this.runs.push({ from: vpn, pages: sizeOf(level), level });
  }

  publish(log: EventLog): void {
    for (const { from, pages, level } of this.runs.splice(0)) {
      emit(log, { type: 'mapping-removed', level, cause: this.cause, leaf: this.leaf, ...where(this.state, from, pages) });
    }
  }
}

/** A 2M leaf over a border that is none of its own is split. */
export function splitAt(state: NaiveState, log: EventLog, slot: Memslot, vpn: number, cause: MappingCause): void {
  const inside = vpn % REGION !== 0 && vpn > slot.vpn && vpn < slot.vpn + slot.pages;
  if (inside && !isHugetlb(slot) && leafAt(state, vpn)?.level === 2) forceSplit(state, log, slot, vpn, cause);
}

export function zap(
  state: NaiveState,
  log: EventLog,
  slot: Memslot,
  from: number,
  to: number,
  cause: MappingCause,
  tables: 'free' | 'keep',
): void {
  splitAt(state, log, slot, from, cause);
  splitAt(state, log, slot, to, cause);
  const removed = new Removed(state, cause, 'none');
  const withTable = new Set<number>();
  for (let vpn = from; vpn < to; vpn++) {
    const start = blockStart(vpn, REGION);
    if ((vpn === from || vpn === start) && hasTable(state, vpn)) withTable.add(start);
    const leaf = leafAt(state, vpn);
    if (leaf === null) continue;
    removed.add(vpn, leaf.level);
    setLeaves(state, vpn, sizeOf(leaf.level), null);
    vpn += sizeOf(leaf.level) - 1;
  }
  for (const start of withTable) {
    state.emptyTables.add(start / REGION);
    if (tables === 'free') dropEmptyTable(state, start);
  }
  removed.publish(log);
}

/** Pages of one region, ascending, run by run, with what is left of their tables; the runs. */
export function zapRuns(state: NaiveState, log: EventLog, slot: Memslot, vpns: readonly number[]): [from: number, to: number][] {
  const runs: [number, number][] = [];
  for (const vpn of vpns) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === vpn) last[1]++;
    else runs.push([vpn, vpn + 1]);
  }
  for (const [from, to] of runs) zap(state, log, slot, from, to, 'conversion', 'keep');
  return runs;
}

/** Pages that are given up: what nobody holds comes back zeroed where it was, all else in another frame. */
export function dropPages(state: NaiveState, log: EventLog, slot: Memslot, from: number, to: number): void {
  const lost: [number, number][] = [];
  for (let vpn = from; vpn < to; ) {
    const whole = vpn % REGION === 0 && vpn + REGION <= to && placedForHuge(slot, vpn);
    const gfns = Array.from({ length: whole ? REGION : 1 }, (_, i) => gfnOfVpn(state.config, vpn + i) ?? -1);
    const moving = gfns.filter((gfn) => !state.unpinned.has(gfn) || entryAt(state, frameOf(state, gfn)).assigned);
    const block = whole && moving.length === REGION ? freeFrames(state, REGION) : null;
    for (const [i, gfn] of gfns.entries()) {
      const old = frameOf(state, gfn);
      const pinned = !state.unpinned.has(gfn);
      if (!moving.includes(gfn)) {
        state.contents.delete(old);
        continue;
      }
      const frame = block === null ? freeFrames(state, 1) : block + i;
      if (frame === null) throw new Error('the host has frames left in every story');
      moveFrame(state, gfn, frame);
      state.contents.delete(frame);
      if (pinned) state.held.set(old, gfn);
      else lost.push([old, gfn]);
    }
    vpn += gfns.length;
  }
  for (let vpn = from; vpn < to; vpn++) state.unpinned.add(gfnOfVpn(state.config, vpn) ?? -1);
  freed(state, log, lost);
}
