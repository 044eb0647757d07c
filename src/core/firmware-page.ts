/** Pages as the firmware sees and changes them: an entry by its own fields, its state, and what a command makes of it. */
import { asPfn, type Pfn } from './address.js';
import type { FirmwareChange } from './event.js';
import type { FirmwareStatus } from './firmware-request.js';
import { OWN_CONTEXT } from './firmware-state.js';
import type { Machine } from './machine.js';
import type { RmpEntry } from './outcome.js';
import { type PageState, pageStateOf } from './page-state.js';
import { ASSIGNED, IMMUTABLE } from './region-bits.js';
import { NO_OWNER, type Owner } from './rmp-owners.js';

export interface FirmwarePage {
  readonly pfn: Pfn;
  readonly state: PageState;
  readonly entry: RmpEntry;
}

/** By the entry's own fields: a follower of a 2M entry looks like a Reclaim page (hardware.md 1.5). */
export function pageAt(m: Machine, pfn: Pfn): FirmwarePage {
  const entry = m.rmp.entryAt(pfn);
  return { pfn, entry, state: pfn < m.layout.covered ? pageStateOf(entry) : 'default' };
}

export function isFrame(m: Machine, ...pfns: readonly number[]): boolean {
  return pfns.every((pfn) => pfn >= 0 && pfn < m.layout.frames);
}

/** Bits of a page of the firmware that the host may not change. */
export const FIRMWARE_BITS = ASSIGNED | IMMUTABLE;

/** Metadata pages carry the context page that owns them in their gpa, with subtype 1 in bits 38:36 of the field. */
const METADATA_SUBTYPE = 2 ** 36;

/** The own context of a VM has no frame of this host: the first one behind its RAM stands for it. */
export function contextFrame(m: Machine, gctx: number): number {
  return gctx === OWN_CONTEXT ? m.layout.frames : gctx;
}

export function metadataOwner(m: Machine, gctx: number): Owner {
  return { ...NO_OWNER, gfn: METADATA_SUBTYPE + contextFrame(m, gctx) };
}

/** A command under way: what it has changed so far. */
export class Changes {
  readonly made: FirmwareChange[] = [];
  private readonly m: Machine;

  constructor(m: Machine) {
    this.m = m;
  }

  /** Gives an entry, 4K or 2M as it is, other bits and another owner. */
  set(page: FirmwarePage, bits: number, owner: Owner): void {
    const { m } = this;
    const { pfn } = page;
    const pages = page.entry.pageSize === 2 ? 512 : 1;
    if (pages === 1) m.rmp.setPage(pfn, bits, owner);
    else m.rmp.setHuge(pfn, bits, owner);
    this.note(pfn, pages, page.state);
  }

  /** 512 4K entries become one. */
  merge(base: Pfn, bits: number, owner: Owner): void {
    const from = this.m.rmp.stateAt(base);
    this.m.rmp.setHuge(base, bits, owner);
    this.note(base, 512, from);
  }

  private note(pfn: Pfn, pages: 1 | 512, from: PageState): void {
    this.m.guest.forgetFrames(pfn, pages);
    this.made.push({ pfn, pages, from, to: this.m.rmp.stateAt(pfn) });
  }
}

/** The first objection wins; null: none. */
export function firstOf(...objections: readonly (FirmwareStatus | null)[]): FirmwareStatus | null {
  return objections.find((status) => status !== null) ?? null;
}

export const unless = (held: boolean, status: FirmwareStatus): FirmwareStatus | null => (held ? null : status);

/** Moves a guest's plaintext: the frame is in the cipher's tweak, so that the same bytes elsewhere would be garbage. */
export function copyContents(m: Machine, from: Pfn, to: Pfn, pages: number): void {
  for (let i = 0; i < pages; i++) {
    const [source, destination] = [asPfn(from + i), asPfn(to + i)];
    if (!m.contents.has(source)) {
      m.contents.remove(destination);
      continue;
    }
    const page = new Uint8Array(4096);
    m.contents.loadPrivate(source, 0, page);
    m.contents.storePrivate(destination, 0, 4096, page);
  }
}

/** Enciphers pages in place for their guest, as the launch does with what the host wrote. */
export function encipherContents(m: Machine, pfn: Pfn, pages: number): void {
  for (let i = 0; i < pages; i++) {
    const page = new Uint8Array(4096);
    m.contents.load(pfn + i, 0, page);
    m.contents.storePrivate(asPfn(pfn + i), 0, 4096, page);
  }
}

export function zeroContents(m: Machine, pfn: number, pages: number): void {
  for (let i = 0; i < pages; i++) m.contents.remove(pfn + i);
}

/** How many pages would be added to those that are kept, if those of which `from` keeps something (null: all) were stored at `to`. */
export function freshPages(m: Machine, from: number | null, to: number, pages: number): number {
  let fresh = 0;
  for (let i = 0; i < pages; i++) if ((from === null || m.contents.has(from + i)) && !m.contents.has(to + i)) fresh += 1;
  return fresh;
}
