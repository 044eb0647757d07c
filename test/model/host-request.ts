/** What the host does for a request of the guest, page by page (api.md, effect table). */
import type { PageStateOperation } from '../../src/core/command.js';
import type { InstructionStatus } from '../../src/core/outcome.js';
import type { EventLog } from './event-log.js';
import { hostPsmash, hostRmpupdate, toPrivate, toShared } from './host-rmp.js';
import { hostLevel, hostMaps } from './host-side.js';
import { merge, takeFromHost } from './in-place.js';
import { rulesOf } from './kernel-rules.js';
import { isInPlace, isSeparate, naturalLevel, REGION, slotOfGfn, vpnOfGfn } from './layout.js';
import { entryAt, frameOf, isHeld, isPrivatePage } from './naive-state.js';
import type { NaiveState } from './naive-state.js';
import { attributeToPrivate, attributeToShared } from './private-memory.js';
import { anyAssigned, baseOf, rmpLevel } from './rmp.js';
import { isBlock } from './vmas.js';

/** No VMA is behind the page: KVM cannot map it, and the guest faults for ever. */
export const NO_MAPPING = -1;

/** One entry as the GHCB carries it: a single page of its size. */
export interface Unit {
  readonly entry: number;
  readonly gfn: number;
  readonly pageSize: 1 | 2;
  readonly operation: PageStateOperation;
}

export function pagesOf(unit: Unit): number[] {
  return Array.from({ length: unit.pageSize === 2 ? REGION : 1 }, (_, i) => unit.gfn + i);
}

/** The steps of the host for units of one entry and one 2M region, in order. */
export function* requested(state: NaiveState, log: EventLog, run: readonly Unit[]): Generator<Step> {
  const [{ operation }] = run;
  if (operation !== 'private' && operation !== 'shared') return;
  if (isSeparate(state.config)) {
    yield attributes(state, log, run);
    return;
  }
  if (isInPlace(state.config) && operation === 'private') takeRun(state, log, run);
  for (const unit of run) {
    if (!isInPlace(state.config) && !hostMaps(state, log, unit.gfn)) yield { code: NO_MAPPING, pages: 0 };
    else yield* operation === 'private' ? makePrivate(state, log, unit) : makeShared(state, log, unit);
  }
}

/** In place, what becomes private leaves the host first, up to a page that is in use. */
function takeRun(state: NaiveState, log: EventLog, run: readonly Unit[]): void {
  const pages = run.flatMap(pagesOf);
  const isTaken = (gfn: number): boolean => entryAt(state, frameOf(state, gfn)).assigned;
  const inUse = pages.findIndex((gfn) => isHeld(state, gfn) && (run[0].pageSize === 2 || !isTaken(gfn)));
  const end = inUse < 0 ? pages.length : run[0].pageSize === 2 ? 0 : inUse;
  const taken = pages.slice(0, end).filter((gfn) => !isTaken(gfn));
  for (const slot of state.config.memslots.toSorted((a, b) => a.gfn - b.gfn)) {
    const own = taken.filter((gfn) => gfn >= slot.gfn && gfn < slot.gfn + slot.pages).map((gfn) => vpnOfGfn(slot, gfn));
    if (own.length > 0) takeFromHost(state, log, slot, own);
  }
}

/** With pages of its own for private memory, the attribute is what is asked for, up to a page that KVM holds. */
function attributes(state: NaiveState, log: EventLog, run: readonly Unit[]): Step {
  const pages = run.flatMap(pagesOf);
  if (run[0].operation === 'shared') return { code: 0, pages: attributeToShared(state, log, pages) };
  const refusal = refusalOf(state);
  const whole = run[0].pageSize === 2;
  const stop = refusal === null ? -1 : pages.findIndex((gfn) => isHeld(state, gfn) && (whole || !isPrivatePage(state, gfn)));
  attributeToPrivate(state, log, stop < 0 ? pages : whole ? [] : pages.slice(0, stop));
  return { code: stop < 0 ? 0 : (refusal ?? 0), pages: 0 };
}

/** What the VMM does of its own, or at a guest's access that does not fit: one page. false: the host did not do it. */
export function convertOne(state: NaiveState, log: EventLog, gfn: number, isPrivate: boolean): boolean {
  return converted(state, log, { entry: 0, gfn, pageSize: 1, operation: isPrivate ? 'private' : 'shared' });
}

function converted(state: NaiveState, log: EventLog, unit: Unit): boolean {
  let changed = 0;
  let failed = false;
  for (const { code, pages } of requested(state, log, [unit])) {
    failed = code !== 0;
    if (failed) break;
    changed += pages;
  }
  const slot = slotOfGfn(state.config, unit.gfn);
  if (isInPlace(state.config) && unit.operation === 'shared' && changed > 0 && slot !== null)
    merge(state, log, slot, vpnOfGfn(slot, unit.gfn));
  return !failed;
}

/** Pages of guest_memfd that are about to be thrown away are un-assigned, region by region. */
export function takeFromGuest(state: NaiveState, log: EventLog, gfn: number, end: number): void {
  for (let from = gfn; from < end; ) {
    const to = Math.min(baseOf(from) + REGION, end);
    const whole = to - from === REGION;
    log.group = `hole ${from}`;
    const units = Array.from(
      { length: whole ? 1 : to - from },
      (_, i): Unit => ({
        entry: 0,
        gfn: from + i,
        pageSize: whole ? 2 : 1,
        operation: 'shared',
      }),
    );
    let changed = 0;
    for (const { code, pages } of requested(state, log, units)) {
      if (code !== 0) break;
      changed += pages;
    }
    log.group = '';
    const slot = slotOfGfn(state.config, from);
    if (changed > 0 && slot !== null) merge(state, log, slot, vpnOfGfn(slot, from));
    from = to;
  }
}

/** What the generation answers to a request for a private page that KVM holds; null: it goes on. */
function refusalOf(state: NaiveState): 'EBUSY' | 'EAGAIN' | 'WAITS' | null {
  const { heldPage } = rulesOf(state.config);
  if (heldPage === 'allowed') return null;
  return heldPage === 'refused' ? state.config.doubts.G7 : heldPage;
}

/** An instruction's code, one of the host's own, or a refusal. */
export type Code = number | Extract<InstructionStatus, 'EBUSY' | 'EAGAIN' | 'WAITS'>;

export interface Step {
  readonly code: Code;
  /** 4K pages whose entry the step changed. */
  readonly pages: number;
}

function* makePrivate(state: NaiveState, log: EventLog, unit: Unit): Generator<Step> {
  const pfn = frameOf(state, unit.gfn);
  const held = pagesOf(unit).some((gfn) => isHeld(state, gfn));
  const refusal = held && (unit.pageSize === 2 || !entryAt(state, pfn).assigned) ? refusalOf(state) : null;
  if (refusal !== null) {
    yield { code: refusal, pages: 0 };
    return;
  }
  if (unit.pageSize === 2 && !anyAssigned(state, pfn) && levelNow(state, unit.gfn) > 1) {
    yield { code: hostRmpupdate(state, log, toPrivate(state, unit.gfn, 2)), pages: REGION };
    return;
  }
  for (const gfn of pagesOf(unit)) {
    if (entryAt(state, frameOf(state, gfn)).assigned) continue;
    yield { code: hostRmpupdate(state, log, toPrivate(state, gfn, 1)), pages: 1 };
  }
}

/** How large a leaf has the page: the host's, or in place the one that guest_memfd could give. */
function levelNow(state: NaiveState, gfn: number): number {
  const slot = slotOfGfn(state.config, gfn);
  if (!isInPlace(state.config) || slot === null) return hostLevel(state, gfn);
  const vpn = vpnOfGfn(slot, gfn);
  const level = naturalLevel(slot, vpn);
  return level > 1 && isBlock(state, baseOf(vpn)) ? level : 1;
}

function* makeShared(state: NaiveState, log: EventLog, unit: Unit): Generator<Step> {
  const pfn = frameOf(state, unit.gfn);
  const oneFrame = pagesOf(unit).every((gfn) => frameOf(state, gfn) === pfn + gfn - unit.gfn);
  if (unit.pageSize === 2 && rmpLevel(state, pfn) === 2 && entryAt(state, pfn).assigned && oneFrame) {
    yield { code: hostRmpupdate(state, log, toShared(pfn, 2)), pages: REGION };
    return;
  }
  for (const gfn of pagesOf(unit)) {
    const page = frameOf(state, gfn);
    if (!entryAt(state, page).assigned) continue;
    if (rmpLevel(state, page) === 2) yield { code: hostPsmash(state, log, baseOf(page)), pages: 0 };
    yield { code: hostRmpupdate(state, log, toShared(frameOf(state, gfn), 1)), pages: 1 };
  }
}
