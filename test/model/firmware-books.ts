/** What the model's firmware keeps, and pages as it sees them: by an entry's own fields (hardware.md 2.1, 7). */
import { asPfn } from '../../src/core/address.js';
import type { FirmwareChange } from '../../src/core/event.js';
import type { FirmwareStatus } from '../../src/core/firmware-request.js';
import type { RmpEntry } from '../../src/core/outcome.js';
import type { PageState } from '../../src/core/page-state.js';
import { memoryCipher } from '../../src/service/memory-cipher.js';
import { PAGE } from './access.js';
import { forgetFrames } from './host-rmp.js';
import { coveredFrames, ramFrames, REGION } from './layout.js';
import { entryAt, ZERO_ENTRY } from './naive-state.js';
import type { Entry, NaiveState } from './naive-state.js';
import { describe, regionFrames, stateOf } from './rmp.js';

/** The guest that the VM was created with has no context page of this host. */
export const OWN = -1;

export interface Guest {
  readonly state: 'init' | 'launch' | 'running';
  readonly asid: number | null;
  readonly policy: number;
  readonly digest: string;
  readonly swaps: number;
}

/** What SWAP_OUT leaves of a page: its entry, and the bytes that it expects again. */
export interface Swapped {
  readonly gctx: number;
  readonly metadata: boolean;
  readonly pageSize: 1 | 2;
  readonly entry: Entry;
  readonly bytes: string;
  readonly inner: ReadonlyMap<number, Swapped>;
}

export interface FirmwareBooks {
  readonly guests: Map<number, Guest>;
  /** By frame of the metadata page, or of a context for the root's entry; then by slot. */
  readonly swapped: Map<number, Map<number, Swapped>>;
  readonly unflushed: Set<number>;
}

export const NEW_GUEST: Guest = { state: 'init', asid: null, policy: 0, digest: '0'.repeat(96), swaps: 0 };

export function freshBooks(asid: number, launched: boolean): FirmwareBooks {
  const guests = new Map<number, Guest>();
  if (launched) guests.set(OWN, { ...NEW_GUEST, state: 'running', asid });
  return { guests, swapped: new Map(), unflushed: new Set() };
}

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
