/**
 * Page numbers, levels and the only arithmetic on them.
 *
 * A page number of any 64-bit address fits 52 bits, so a branded `number` holds it exactly; bytes live at the edge as hex
 * text. Frames and guest pages fit 32 bits here (GFN_END_MAX bounds the memslots), virtual pages do not: their arithmetic is by
 * `/ 512` and `% 512`, since JavaScript's bit operators keep 32 bits.
 */

/** A system-physical page number (SPA >> 12), below 2^32. */
export type Pfn = number & { readonly __unit: 'pfn' };
/** A guest-physical page number (GPA >> 12). */
export type Gfn = number & { readonly __unit: 'gfn' };
/** A page number in the VMM's address space (HVA >> 12), below 2^35. */
export type Vpn = number & { readonly __unit: 'vpn' };
/** Number of a 2 MiB region, the page number divided by 512. */
export type Region = number & { readonly __unit: 'region' };

/** The kernel's PG_LEVEL numbering: 1 is 4K, 2 is 2M, 3 is 1G. */
export type Level = 1 | 2 | 3;
export const LEVEL_4K = 1;
export const LEVEL_2M = 2;
export const LEVEL_1G = 3;

export type LevelName = '4K' | '2M' | '1G';
const LEVEL_NAMES: readonly LevelName[] = ['4K', '2M', '1G'];

export const PAGE_BYTES = 4096;
export const REGION_PAGES = 512;
export const GIB_PAGES = 262_144;
export const REGIONS_PER_GIB = 512;

/** User addresses end here: 47 bits of address, 35 of page number. */
export const USER_VPN_END = 2 ** 35;
/** The gpa field of an RMP entry holds 39 bits of GPA >> 12 (hardware.md 1.3: q1[50:12]). */
export const RMP_GFN_END = 2 ** 39;
/** Base of the kernel's direct map; the direct-map address of a frame is this plus pfn * 4096. */
const DIRECT_MAP_BASE = 0xffff_8880_0000_0000n;

export const asPfn = (n: number): Pfn => n as Pfn;
export const asGfn = (n: number): Gfn => n as Gfn;
export const asVpn = (n: number): Vpn => n as Vpn;
export const asRegion = (n: number): Region => n as Region;

export function levelName(level: Level): LevelName {
  return LEVEL_NAMES[level - 1] ?? '4K';
}

export function levelOf(name: LevelName): Level {
  return name === '4K' ? LEVEL_4K : name === '2M' ? LEVEL_2M : LEVEL_1G;
}

/** How many 4K pages a mapping of this level covers: 1, 512, 262144. */
export function pagesAt(level: Level): number {
  return level === LEVEL_4K ? 1 : level === LEVEL_2M ? REGION_PAGES : GIB_PAGES;
}

/** The number of the 2 MiB region that holds this page; right for all of 52 bits. */
export function regionOf(page: number): Region {
  return Math.floor(page / REGION_PAGES) as Region;
}

/** Index of a page in its 2 MiB region, 0 to 511. */
export function indexInRegion(page: number): number {
  return page % REGION_PAGES;
}

export function isAligned(page: number, level: Level): boolean {
  return page % pagesAt(level) === 0;
}

/** Lower-case hex with `0x`, for a page number and the offset in it. */
export function addressText(page: number, offset: number): string {
  return page === 0 ? `0x${offset.toString(16)}` : `0x${page.toString(16)}${offset.toString(16).padStart(3, '0')}`;
}

export function hexText(value: number): string {
  return `0x${value.toString(16)}`;
}

/** The kernel's direct-map address of a byte in a frame, as text: it does not fit a number. */
export function directMapText(pfn: number, offset: number): string {
  return `0x${(DIRECT_MAP_BASE + BigInt(pfn) * 4096n + BigInt(offset)).toString(16)}`;
}
