/**
 * Which pages are not present in the kernel's direct map, under a generation that takes assigned pages out of it (v5 to v8): the assigned ones, but
 * for those where RMPUPDATE's caller did not do its part, as a hole where assigning failed, or an entry that changed in another way.
 */
import { REGION_PAGES } from './address.js';
import { PageBits } from './page-bits.js';

export const ODD_BYTES = REGION_PAGES / 8;

export class DirectMapHoles {
  private readonly removes: boolean;
  private readonly isAssigned: (pfn: number) => boolean;
  /** Pages for which being assigned and being absent do not agree. */
  private readonly odd = new PageBits();

  /** removes: false where the generation never makes a hole. */
  constructor(removes: boolean, isAssigned: (pfn: number) => boolean) {
    this.removes = removes;
    this.isAssigned = isAssigned;
  }

  has(pfn: number): boolean {
    return this.removes && this.isAssigned(pfn) !== this.odd.has(pfn);
  }

  /** Whether any page was otherwise before. */
  set(pfn: number, pages: number, absent: boolean): boolean {
    let changed = false;
    for (let at = pfn; at < pfn + pages; at++) {
      changed ||= this.has(at) !== absent;
      this.odd.set(at, this.isAssigned(at) !== absent);
    }
    return changed;
  }

  /** To be told before entries change hands: what is in the direct map stays so. */
  keep(pfn: number, pages: number, willBeAssigned: boolean): void {
    if (!this.removes) return;
    for (let at = pfn; at < pfn + pages; at++) if (this.isAssigned(at) !== willBeAssigned) this.odd.set(at, !this.odd.has(at));
  }

  /** The region's odd pages as 64 bytes, or null where there are none. */
  canonical(region: number): Uint8Array | null {
    return this.odd.bitsOf(region);
  }

  /** Takes back what `canonical` gave, after the entries. Throws RangeError on what it cannot have given. */
  load(region: number, odd: Uint8Array | null): void {
    if (odd !== null && (!this.removes || odd.length !== ODD_BYTES || odd.every((byte) => byte === 0))) {
      throw new RangeError(`no form of the direct map over region ${region}`);
    }
    this.odd.load(region, odd);
  }
}
