/** A bit for each page, kept by 2 MiB region: 64 bytes for a region that has one set, nothing for the others. */
import { REGION_PAGES } from './address.js';

const REGION_BYTES = REGION_PAGES / 8;

export class PageBits {
  private readonly regions = new Map<number, Uint8Array>();

  has(page: number): boolean {
    if (this.regions.size === 0) return false;
    const bits = this.regions.get(Math.floor(page / REGION_PAGES));
    return bits !== undefined && (bits[(page % REGION_PAGES) >>> 3] & (1 << (page & 7))) !== 0;
  }

  set(page: number, on: boolean): void {
    const region = Math.floor(page / REGION_PAGES);
    let bits = this.regions.get(region);
    if (bits === undefined) {
      if (!on) return;
      bits = new Uint8Array(REGION_BYTES);
      this.regions.set(region, bits);
    }
    const at = (page % REGION_PAGES) >>> 3;
    bits[at] = on ? bits[at] | (1 << (page & 7)) : bits[at] & ~(1 << (page & 7));
    if (!on && bits[at] === 0 && bits.every((byte) => byte === 0)) this.regions.delete(region);
  }

  /** Whether no page of the regions [first, end) has its bit set. */
  isEmptyIn(first: number, end: number): boolean {
    if (this.regions.size === 0) return true;
    for (let region = first; region < end; region++) if (this.regions.has(region)) return false;
    return true;
  }

  /** The region's 64 bytes, or null where no bit is set. */
  bitsOf(region: number): Uint8Array | null {
    return this.regions.get(region) ?? null;
  }

  load(region: number, bits: Uint8Array | null): void {
    if (bits === null) this.regions.delete(region);
    else this.regions.set(region, Uint8Array.from(bits));
  }
}
