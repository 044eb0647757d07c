/**
 * Where things are: memslots and the VMAs behind them, by guest page and by virtual page, and what each 2 MiB region was like
 * when the machine was made. A layout never changes.
 *
 * The frame of a guest page is FRAME_BASE + gfn, in every memslot. A huge leaf needs virtual page and frame congruent. Where private memory
 * has pages of its own, that of a guest page is privateBase + gfn.
 */
import {
  asGfn,
  asPfn,
  asVpn,
  GIB_PAGES,
  type Gfn,
  type Level,
  LEVEL_1G,
  LEVEL_2M,
  LEVEL_4K,
  type Pfn,
  REGION_PAGES,
  type Vpn,
} from './address.js';
import { type Backing, FRAME_BASE, type Memslot, type PrivateBacking } from './config.js';

/** A memslot and the VMA that backs it. */
export interface Slot extends Memslot {
  /** Number of the memslot as the caller listed it. */
  readonly number: number;
  readonly gfnEnd: number;
  readonly vpnEnd: number;
  /** vpn - gfn: a virtual page is guest page + shift. */
  readonly shift: number;
}

/** Above every frame number: no frame is of private memory's own pages. */
const NO_PRIVATE_FRAMES = 2 ** 33;

export class Layout {
  /** By virtual address. */
  readonly slots: readonly Slot[];
  readonly pages: number;
  /** RAM: frames 0 to this, exclusive. */
  readonly frames: number;
  /** Frames that have an RMP entry: 0 to this, exclusive. */
  readonly covered: number;
  readonly privateBacking: PrivateBacking;
  /** Frame of guest page 0 in private memory's own pages; above every frame where there are none. */
  readonly privateBase: number;
  /** RAM that is not private memory's own: the VMM's memory and what the host has to give. */
  readonly ordinaryFrames: number;
  /** Frames that memslots have, those of private memory included. */
  readonly memslotFrames: number;
  private readonly byGfn: readonly Slot[];
  private last: Slot;

  /** rmpCoverage: frames; all of RAM where it is left out. */
  constructor(memslots: readonly Memslot[], privateBacking: PrivateBacking, rmpCoverage?: number) {
    const slots = memslots.map(
      (s, number): Slot => ({
        ...s,
        number,
        gfnEnd: s.gfn + s.pages,
        vpnEnd: s.vpn + s.pages,
        shift: s.vpn - s.gfn,
      }),
    );
    this.slots = slots.toSorted((a, b) => a.vpn - b.vpn);
    this.byGfn = slots.toSorted((a, b) => a.gfn - b.gfn);
    this.last = this.slots[0];
    this.pages = slots.reduce((sum, s) => sum + s.pages, 0);
    const end = slots.reduce((max, s) => Math.max(max, s.gfnEnd), 0);
    this.ordinaryFrames = Math.ceil((FRAME_BASE + end) / GIB_PAGES) * GIB_PAGES;
    this.privateBacking = privateBacking;
    const separate = privateBacking === 'separate';
    this.privateBase = separate ? this.ordinaryFrames : NO_PRIVATE_FRAMES;
    this.frames = separate ? Math.ceil((this.ordinaryFrames + end) / GIB_PAGES) * GIB_PAGES : this.ordinaryFrames;
    this.memslotFrames = separate ? 2 * this.pages : this.pages;
    this.covered = rmpCoverage ?? this.frames;
  }

  /** Frames that memslots have at first without an RMP entry. */
  uncoveredPages(): number {
    const without = (base: number): number => {
      const from = this.covered - base;
      return this.slots.reduce((sum, slot) => sum + Math.max(0, slot.gfnEnd - Math.max(slot.gfn, from)), 0);
    };
    if (this.covered >= this.frames) return 0;
    return without(FRAME_BASE) + (this.privateBacking === 'separate' ? without(this.privateBase) : 0);
  }

  /** Guest page that has the frame at first, by arithmetic alone: negative or in no memslot where there is none. */
  gfnBehind(pfn: number): number {
    return pfn < this.privateBase ? pfn - FRAME_BASE : pfn - this.privateBase;
  }

  /** Frame of the guest page in private memory of its own. */
  privateFrameOf(gfn: number): Pfn {
    return asPfn(this.privateBase + gfn);
  }

  isPrivateFrame(pfn: number): boolean {
    return pfn >= this.privateBase;
  }

  slotAtVpn(vpn: number): Slot | null {
    const { last } = this;
    if (vpn >= last.vpn && vpn < last.vpnEnd) return last;
    for (const slot of this.slots) {
      if (vpn >= slot.vpn && vpn < slot.vpnEnd) {
        this.last = slot;
        return slot;
      }
    }
    return null;
  }

  slotAtGfn(gfn: number): Slot | null {
    const { last } = this;
    if (gfn >= last.gfn && gfn < last.gfnEnd) return last;
    return this.byGfn.find((slot) => gfn >= slot.gfn && gfn < slot.gfnEnd) ?? null;
  }

  /** Slot of a guest page that is known to be in one. */
  slotOf(gfn: number): Slot {
    const slot = this.slotAtGfn(gfn);
    if (slot === null) throw new Error(`invariant broken: guest page ${gfn} is in no memslot`);
    return slot;
  }

  /** Guest page of a frame, or null outside every memslot. */
  gfnOfPfn(pfn: number): Gfn | null {
    const gfn = this.gfnBehind(pfn);
    return gfn >= 0 && this.slotAtGfn(gfn) !== null ? asGfn(gfn) : null;
  }

  /** Guest pages by the memslot that they are in, in order: a 2M request may lie over the border of two. */
  bySlot(gfns: readonly number[]): readonly (readonly [slot: Slot, gfns: readonly number[]])[] {
    const parts: [Slot, number[]][] = [];
    for (const gfn of gfns) {
      const last = parts.at(-1);
      if (last !== undefined && gfn >= last[0].gfn && gfn < last[0].gfnEnd) last[1].push(gfn);
      else parts.push([this.slotOf(gfn), [gfn]]);
    }
    return parts;
  }

  /** Memslots that have a page in [gfn, gfn + pages). */
  slotsTouching(gfn: number, pages: number): readonly Slot[] {
    return this.byGfn.filter((slot) => slot.gfn < gfn + pages && slot.gfnEnd > gfn);
  }
}

export function vpnOf(slot: Slot, gfn: number): Vpn {
  return asVpn(gfn + slot.shift);
}

export function gfnAt(slot: Slot, vpn: number): Gfn {
  return asGfn(vpn - slot.shift);
}

/** The largest leaf that a backing is ever mapped with. */
export function levelOfBacking(backing: Backing): Level {
  switch (backing) {
    case '4k':
      return LEVEL_4K;
    case 'thp':
    case 'shmem-thp':
    case 'hugetlb-2M':
    case 'dax-2M':
      return LEVEL_2M;
    case 'hugetlb-1G':
      return LEVEL_1G;
  }
}

/** Whether a 2M leaf maps this 2M-aligned virtual page at first: the backing has them, and the page is placed for one. */
export function fitsHuge(slot: Slot, vpnBase: number): boolean {
  return levelOfBacking(slot.backing) === LEVEL_2M && alignsHuge(slot, vpnBase);
}

/** A 2M leaf could map this 2M-aligned virtual page: it lies wholly in the slot, page and frame are congruent, and no 1G leaf does. */
export function alignsHuge(slot: Slot, vpnBase: number): boolean {
  return slot.backing !== 'hugetlb-1G' && slot.shift % REGION_PAGES === 0 && vpnBase >= slot.vpn && vpnBase + REGION_PAGES <= slot.vpnEnd;
}

/** Pages of a slot that a 2M leaf maps when the machine is made. */
export function hugePagesOf(slot: Slot): number {
  if (levelOfBacking(slot.backing) !== LEVEL_2M || slot.shift % REGION_PAGES !== 0) return 0;
  const from = Math.ceil(slot.vpn / REGION_PAGES);
  const to = Math.floor(slot.vpnEnd / REGION_PAGES);
  return Math.max(0, to - from) * REGION_PAGES;
}

/** How a region of frames starts: a private memslot counts as one validated change to private over each region. */
export type InitialRmp =
  | { readonly form: 'shared' }
  /** One 2M entry, or 512 4K ones. */
  | { readonly form: 'huge' | 'uniform' }
  /** 4K entries for the pages for which `covers` holds. */
  | { readonly form: 'pages'; readonly covers: (pfn: number) => boolean };

const SHARED: InitialRmp = { form: 'shared' };
const HUGE: InitialRmp = { form: 'huge' };
const UNIFORM: InitialRmp = { form: 'uniform' };

/** Frames [from, end) that a memslot which starts private has for its private pages. */
export function privateAtFirst(layout: Layout, slot: Slot): readonly [from: number, end: number] {
  const base = layout.privateBacking === 'separate' ? layout.privateBase : FRAME_BASE;
  return [base + slot.gfn, base + slot.gfnEnd];
}

export function initialRmpOf(layout: Layout, pfnBase: number, privatePages: '4K' | '2M'): InitialRmp {
  if (layout.privateBacking === 'separate' && !layout.isPrivateFrame(pfnBase)) return SHARED;
  const gfnBase = layout.gfnBehind(pfnBase);
  const slots = layout.slotsTouching(gfnBase, REGION_PAGES).filter((slot) => slot.initialState === 'private');
  const [first] = slots;
  if (first === undefined) return SHARED;
  const whole = first.gfn <= gfnBase && first.gfnEnd >= gfnBase + REGION_PAGES;
  if (whole && layout.privateBacking === 'separate') return privatePages === '2M' && hasHugePrivatePages(first) ? HUGE : UNIFORM;
  if (whole) return first.backing === 'hugetlb-1G' || fitsHuge(first, gfnBase + first.shift) ? HUGE : UNIFORM;
  return { form: 'pages', covers: (pfn) => slots.some((s) => layout.gfnBehind(pfn) >= s.gfn && layout.gfnBehind(pfn) < s.gfnEnd) };
}

/** Private memory of its own is in huge pages where the memslot's shared memory may be. */
export function hasHugePrivatePages(slot: Slot): boolean {
  return levelOfBacking(slot.backing) >= LEVEL_2M;
}
