/**
 * Page → page, where almost all pages are what a rule says: stored by 2 MiB region, and only where a region differs from the rule.
 *
 *     RUN      512 pages that follow one another: the first one
 *     PAGES    a value for each page
 *
 * Values are -1 (none) to 2^32 - 2.
 */
import { REGION_PAGES } from './address.js';

const NOTHING = 0xffff_ffff;
const ALL_NOTHING = -1;

type Region = number | Uint32Array;

/** Of an array, and of an entry of the map, about. */
const PAGES_BYTES = REGION_PAGES * 4;
const ENTRY_BYTES = 48;

export class PageMap {
  private readonly regions = new Map<number, Region>();
  /** Regions stored page by page. */
  private arrays = 0;
  private readonly rule: (page: number) => number;

  /** rule: the value of a page that was never set; -1 for none. */
  constructor(rule: (page: number) => number) {
    this.rule = rule;
  }

  /** Bytes that it holds, about. */
  get bytes(): number {
    return this.regions.size * ENTRY_BYTES + this.arrays * PAGES_BYTES;
  }

  get(page: number): number {
    const region = this.regions.get(Math.floor(page / REGION_PAGES));
    if (region === undefined) return this.rule(page);
    if (typeof region === 'number') return region === ALL_NOTHING ? -1 : region + (page % REGION_PAGES);
    const value = region[page % REGION_PAGES];
    return value === NOTHING ? -1 : value;
  }

  set(page: number, value: number): void {
    this.pagesOf(Math.floor(page / REGION_PAGES))[page % REGION_PAGES] = value < 0 ? NOTHING : value;
  }

  /** The 512 pages of a region get values that follow one another, or none (first: -1). */
  setRun(region: number, first: number): void {
    if (typeof this.regions.get(region) === 'object') this.arrays -= 1;
    this.regions.set(region, first);
  }

  /** Whether a page of the region was ever set. */
  isTouched(region: number): boolean {
    return this.regions.has(region);
  }

  /** The first value, where the values of the region follow one another; null where they do not, or are none. */
  runOf(region: number): number | null {
    const stored = this.regions.get(region);
    if (typeof stored === 'number') return stored === ALL_NOTHING ? null : stored;
    const base = region * REGION_PAGES;
    const first = this.get(base);
    if (first < 0) return null;
    for (let i = 1; i < REGION_PAGES; i++) if (this.get(base + i) !== first + i) return null;
    return first;
  }

  private pagesOf(region: number): Uint32Array {
    const stored = this.regions.get(region);
    if (typeof stored === 'object') return stored;
    const base = region * REGION_PAGES;
    const pages = Uint32Array.from({ length: REGION_PAGES }, (_, i) => {
      const value = this.get(base + i);
      return value < 0 ? NOTHING : value;
    });
    this.regions.set(region, pages);
    this.arrays += 1;
    return pages;
  }
}
