/** Pages as the model's firmware sees them: by an entry's own fields (hardware.md 2.1, 7). */
import { asPfn } from '../../src/core/address.js';
import type { FirmwareChange } from '../../src/core/event.js';
import type { FirmwareStatus } from '../../src/core/firmware-request.js';
import type { RmpEntry } from '../../src/core/outcome.js';
import type { PageState } from '../../src/core/page-state.js';
import { memoryCipher } from '../../src/service/memory-cipher.js';
import { PAGE } from './access.js';
import { OWN } from './firmware-guests.js';
import type { Guest } from './firmware-guests.js';
import { forgetFrames } from './host-rmp.js';
import { coveredFrames, ramFrames, REGION } from './layout.js';
import { entryAt, ZERO_ENTRY } from './naive-state.js';
import type { Entry, NaiveState } from './naive-state.js';
import { describe, regionFrames, stateOf } from './rmp.js';

export interface Seen {
  readonly pfn: number;
  readonly own: RmpEntry;
  readonly state: PageState;
}

export function see(state: NaiveState, pfn: number): Seen {
  const own = describe(state, pfn);
  return { pfn, own, state: pfn < coveredFrames(state.config) ? stateOf(own) : 'default' };
}

export function exist(state: NaiveState, ...pfns: readonly number[]): boolean {
  return pfns.every((pfn) => pfn < ramFrames(state.config));
}

/** The guest of a context page. */
export function guestOf(state: NaiveState, gctx: number): Guest | null {
  const there = gctx === OWN || (exist(state, gctx) && see(state, gctx).state === 'context');
  return there ? (state.firmware.guests.get(gctx) ?? null) : null;
}

export function frameOfContext(state: NaiveState, gctx: number): number {
  return gctx === OWN ? ramFrames(state.config) : gctx;
}

/** Metadata pages name their guest's context, with a one above the frame's bits. */
export function metadataGfn(state: NaiveState, gctx: number): number {
  return 2 ** 36 + frameOfContext(state, gctx);
}

/** The first status whose condition does not hold; null: all do. */
export function firstFailing(...checks: readonly (readonly [holds: boolean, status: FirmwareStatus])[]): FirmwareStatus | null {
  return checks.find(([holds]) => !holds)?.[1] ?? null;
}

/** Rewrites an entry, 4K or with all its followers, and notes from which state to which. */
export function rewrite(state: NaiveState, changes: FirmwareChange[], page: Seen, change: Partial<Entry>, from = page.state): void {
  const huge = page.own.pageSize === 2 || change.pageSize === 2;
  const old = entryAt(state, page.pfn);
  if (huge) for (const pfn of regionFrames(page.pfn)) state.rmp.set(pfn, { ...ZERO_ENTRY, assigned: true });
  state.rmp.set(page.pfn, { ...old, ...change });
  const pages = huge ? REGION : 1;
  forgetFrames(state, page.pfn, pages);
  changes.push({ pfn: asPfn(page.pfn), pages, from, to: describe(state, page.pfn).state });
}

export function rawPage(state: NaiveState, pfn: number): Uint8Array {
  return state.contents.get(pfn) ?? new Uint8Array(PAGE);
}

/** The guest's plaintext moves, so that the bytes differ at another frame. */
export function moveText(state: NaiveState, from: number, to: number, pages: number): void {
  const cipher = memoryCipher(state.config.seed, state.config.asid);
  for (let i = 0; i < pages; i++) {
    const there = state.contents.get(from + i);
    if (there === undefined) {
      state.contents.delete(to + i);
      continue;
    }
    const plain = Uint8Array.from(cipher.decipher(asPfn(from + i), Uint8Array.from(there)));
    state.contents.set(to + i, Uint8Array.from(cipher.encipher(asPfn(to + i), plain)));
  }
}

/** What lies there becomes what the guest reads. */
export function encipherInPlace(state: NaiveState, pfn: number, pages: number): void {
  const cipher = memoryCipher(state.config.seed, state.config.asid);
  for (let i = 0; i < pages; i++)
    state.contents.set(pfn + i, Uint8Array.from(cipher.encipher(asPfn(pfn + i), Uint8Array.from(rawPage(state, pfn + i)))));
}

export function hex(state: NaiveState, pfn: number, pages: number): string {
  return Array.from({ length: pages }, (_, i) => Buffer.from(rawPage(state, pfn + i)).toString('hex')).join('');
}

/** Whether the ASID's guest runs: what it does itself is refused else. */
export function guestRuns(state: NaiveState): boolean {
  return [...state.firmware.guests.values()].find(({ asid }) => asid === state.config.asid)?.state === 'running';
}
