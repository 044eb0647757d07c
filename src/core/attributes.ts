/**
 * KVM's private attribute of guest pages (KVM_SET_MEMORY_ATTRIBUTES), where private memory has pages of its own. With one host page for each
 * guest page there are none: what the RMP says is what KVM knows.
 */
import { REGION_PAGES } from './address.js';
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

  isPrivate(gfn: number): boolean {
    return (this.layout.slotAtGfn(gfn)?.initialState === 'private') !== this.changed.has(gfn);
  }

  set(gfn: number, isPrivate: boolean): void {
    if (this.isPrivate(gfn) === isPrivate) return;
    this.changed.set(gfn, !this.changed.has(gfn));
    this.version += 1;
    this.ledger.touch(Math.floor(gfn / REGION_PAGES));
  }

  /** The region in a form that does not depend on how it is stored, or null where it is as after creation. */
  canonical(region: number): Uint8Array | null {
    return this.changed.bitsOf(region);
  }

  /** Takes back what `canonical` gave. */
  load(region: number, form: Uint8Array | null): void {
    this.changed.load(region, form);
    this.version += 1;
    this.ledger.touch(region);
  }
}
