/**
 * KVM's private attribute of guest pages (KVM_SET_MEMORY_ATTRIBUTES), where private memory has pages of its own. With one host page for each
 * guest page there are none: what the RMP says is what KVM knows.
 */
import { GIB_PAGES, REGION_PAGES, REGIONS_PER_GIB } from './address.js';
import type { Layout } from './layout.js';
import { PageBits } from './page-bits.js';
import { RegionLedger } from './region-ledger.js';

export class Attributes {
  readonly ledger = new RegionLedger();
  /** Counts every change. */
  version = 0;
  private readonly layout: Layout;
  /** Pages whose attribute is not as after creation. */
  private readonly changed = new PageBits();

  constructor(layout: Layout) {
    this.layout = layout;
  }

  /** false where there are none. */
  isPrivate(gfn: number): boolean {
    return this.layout.privateBacking === 'separate' && this.atFirst(gfn) !== this.changed.has(gfn);
  }

  /** Of all pages that the page's memslot has in its region; null where they differ. */
  uniformAt(gfn: number): boolean | null {
    if (this.layout.privateBacking === 'same') return false;
    const changed = this.changed.bitsOf(Math.floor(gfn / REGION_PAGES));
    if (changed === null) return this.atFirst(gfn);
    return changed.every((byte) => byte === 0xff) ? !this.atFirst(gfn) : null;
  }

  /** Whether all pages of the GiB are as after creation. */
  isUntouchedGib(gfn: number): boolean {
    const first = Math.floor(gfn / GIB_PAGES) * REGIONS_PER_GIB;
    return this.changed.isEmptyIn(first, first + REGIONS_PER_GIB);
  }

  private atFirst(gfn: number): boolean {
    return this.layout.slotAtGfn(gfn)?.initialState === 'private';
  }

  /** Says nothing where there are none. */
  set(gfn: number, isPrivate: boolean): void {
    if (this.layout.privateBacking === 'same' || this.isPrivate(gfn) === isPrivate) return;
    this.changed.set(gfn, !this.changed.has(gfn));
    this.version += 1;
    this.ledger.touch(Math.floor(gfn / REGION_PAGES));
  }

  /** The region in a form that does not depend on how it is stored, or null where it is as after creation. */
  canonical(region: number): Uint8Array | null {
    return this.changed.bitsOf(region);
  }

  /** Takes back what `canonical` gave. Throws RangeError on what it cannot have given. */
  load(region: number, form: Uint8Array | null): void {
    if (form !== null && !this.isForm(region, form)) throw new RangeError(`no attributes of region ${region}`);
    this.changed.load(region, form);
    this.version += 1;
    this.ledger.touch(region);
  }

  private isForm(region: number, form: Uint8Array): boolean {
    if (this.layout.privateBacking === 'same' || form.length !== REGION_PAGES / 8 || form.every((byte) => byte === 0)) return false;
    return form.every((byte, at) => {
      for (let bit = 0; bit < 8; bit++) {
        if (byte & (1 << bit) && this.layout.slotAtGfn(region * REGION_PAGES + at * 8 + bit) === null) return false;
      }
      return true;
    });
  }
}
