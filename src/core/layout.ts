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
  USER_VPN_END,
  type Vpn,
} from './address.js';
import {
  ASID_MAX,
  type Backing,
  FRAME_BASE,
  GFN_END_MAX,
  GFN_END_SEPARATE_MAX,
  HOST_CPUS_MAX,
  type MachineConfig,
  MEMSLOTS_MAX,
  type Memslot,
  type PrivateBacking,
  VM_MEMORY_MAX,
} from './config.js';
import { reject, type Rejection } from './error.js';
import type { GenerationFacts } from './generations/facts.js';

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
  /** RAM and RMP coverage: frames 0 to this, exclusive. */
  readonly frames: number;
  readonly privateBacking: PrivateBacking;
  /** Frame of guest page 0 in private memory's own pages; above every frame where there are none. */
  readonly privateBase: number;
  /** Frames that memslots have, those of private memory included. */
  readonly memslotFrames: number;
  private readonly byGfn: readonly Slot[];
  private last: Slot;

  constructor(memslots: readonly Memslot[], privateBacking: PrivateBacking = 'same') {
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
    const sharedEnd = Math.ceil((FRAME_BASE + end) / GIB_PAGES) * GIB_PAGES;
    this.privateBacking = privateBacking;
    this.privateBase = privateBacking === 'separate' ? sharedEnd : NO_PRIVATE_FRAMES;
    this.frames = privateBacking === 'separate' ? Math.ceil((sharedEnd + end) / GIB_PAGES) * GIB_PAGES : sharedEnd;
    this.memslotFrames = privateBacking === 'separate' ? 2 * this.pages : this.pages;
  }

  /** Guest page of a frame by arithmetic alone: negative or in no memslot where there is none. */
  gfnBehind(pfn: number): number {
    return pfn < this.privateBase ? pfn - FRAME_BASE : pfn - this.privateBase;
  }

  /** The frame that the guest uses for its private page. */
  privateFrameOf(gfn: number): Pfn {
    return asPfn((this.privateBacking === 'separate' ? this.privateBase : FRAME_BASE) + gfn);
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

export function pfnOf(gfn: number): Pfn {
  return asPfn(FRAME_BASE + gfn);
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

/** Whether a 2M leaf may map this 2M-aligned virtual page: it lies wholly in the slot, and page and frame are congruent. */
export function fitsHuge(slot: Slot, vpnBase: number): boolean {
  return (
    levelOfBacking(slot.backing) === LEVEL_2M &&
    slot.shift % REGION_PAGES === 0 &&
    vpnBase >= slot.vpn &&
    vpnBase + REGION_PAGES <= slot.vpnEnd
  );
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

/** First thing wrong with a description, or null. Pointers are those of `memslots` in the request. */
export function checkConfig(config: MachineConfig, facts: GenerationFacts): Rejection | null {
  const { memslots } = config;
  if (config.hostCpus !== undefined && !(Number.isInteger(config.hostCpus) && config.hostCpus >= 1 && config.hostCpus <= HOST_CPUS_MAX)) {
    return reject(
      'invalid-field',
      '/hostCpus',
      `a host has 1 to ${HOST_CPUS_MAX} CPUs`,
      'Give a whole number in that range, or leave it out.',
    );
  }
  if (!Number.isInteger(config.asid) || config.asid < 1 || config.asid > ASID_MAX) {
    return reject(
      'invalid-field',
      '/asid',
      `asid ${config.asid} is outside 1 to ${ASID_MAX}`,
      'Choose an ASID from 1 to 1022: 0 is the host, 1023 the firmware.',
    );
  }
  if (memslots.length < 1 || memslots.length > MEMSLOTS_MAX) {
    return reject(
      'invalid-field',
      '/memslots',
      `${memslots.length} memslots; 1 to ${MEMSLOTS_MAX} are possible`,
      'Give at least one memslot.',
    );
  }
  for (const [i, slot] of memslots.entries()) {
    const wrong =
      checkSlot(slot, `/memslots/${i}`) ??
      checkSeparate(config, slot, facts, `/memslots/${i}`) ??
      checkGuard(slot, facts, `/memslots/${i}`) ??
      checkInPlace(slot, facts, `/memslots/${i}`);
    if (wrong !== null) return wrong;
  }
  const pages = memslots.reduce((sum, slot) => sum + slot.pages, 0);
  if (pages * 4096 > VM_MEMORY_MAX) {
    return reject(
      'limit-exceeded',
      '/memory/size',
      `${pages * 4096} bytes of memory; one VM has at most ${VM_MEMORY_MAX}`,
      'Describe a smaller VM.',
    );
  }
  return overlapIn(memslots);
}

function checkSlot(slot: Memslot, pointer: string): Rejection | null {
  if (slot.pages < 1)
    return reject('invalid-field', `${pointer}/size`, 'a memslot has at least one page', 'Give a size of 4096 bytes or more.');
  if (slot.gfn + slot.pages > GFN_END_MAX) {
    return reject(
      'address-out-of-range',
      `${pointer}/gpa`,
      'the memslot ends beyond 8 TiB of guest-physical addresses',
      'Move it below 0x80000000000.',
    );
  }
  if (slot.vpn < 16 || slot.vpn + slot.pages > USER_VPN_END) {
    return reject(
      'address-out-of-range',
      `${pointer}/hva`,
      'the memslot is not wholly at user addresses',
      'Use addresses from 0x10000 to 0x7fffffffffff.',
    );
  }
  return checkHugetlb(slot, pointer);
}

/** Only a kernel that keeps private memory apart can; and frame numbers of its pages have to fit 32 bits too. */
function checkSeparate(config: MachineConfig, slot: Memslot, facts: GenerationFacts, pointer: string): Rejection | null {
  if (config.privateBacking === 'separate' && facts.privateBacking === 'same') {
    return reject(
      'backing-refused',
      '/privateBacking',
      'this generation has one host page for each guest page',
      'Leave privateBacking out, or choose v7, v8 or upstream.',
    );
  }
  if ((config.privateBacking ?? facts.privateBacking) === 'same' || slot.gfn + slot.pages <= GFN_END_SEPARATE_MAX) return null;
  return reject(
    'address-out-of-range',
    `${pointer}/gpa`,
    'where private memory has pages of its own, memslots end at or below 4 TiB of guest-physical addresses',
    'Move it below 0x40000000000, or say privateBacking: "same".',
  );
}

/** KVM_MEMORY_ENCRYPT_REG_REGION of v6 answers -EINVAL where a VMA of the range is hugetlb. */
function checkGuard(slot: Memslot, facts: GenerationFacts, pointer: string): Rejection | null {
  const hugetlb = slot.backing === 'hugetlb-2M' || slot.backing === 'hugetlb-1G';
  if (!hugetlb || facts.hugetlbGuard !== 'refused-at-registration') return null;
  return reject(
    'backing-refused',
    `${pointer}/backing`,
    `this generation refuses ${slot.backing} when guest memory is registered: KVM_MEMORY_ENCRYPT_REG_REGION returns -EINVAL`,
    'Choose thp, 4k, shmem-thp or dax-2M, or another generation.',
  );
}

/** What is private from the start is not mapped by the VMM, 2 MiB region by region. */
function checkInPlace(slot: Memslot, facts: GenerationFacts, pointer: string): Rejection | null {
  const aligned = slot.gfn % REGION_PAGES === 0 && slot.vpn % REGION_PAGES === 0 && slot.pages % REGION_PAGES === 0;
  if (aligned || slot.initialState === 'shared' || facts.conversionWritesRmp !== 'at-conversion') return null;
  return reject(
    'backing-refused',
    `${pointer}/initialState`,
    'with in-place conversion a memslot that is private from the start has gpa, hva and size in multiples of 2 MiB',
    'Align the memslot, or start it shared and convert it.',
  );
}

function checkHugetlb(slot: Memslot, pointer: string): Rejection | null {
  const unit = slot.backing === 'hugetlb-1G' ? GIB_PAGES : slot.backing === 'hugetlb-2M' ? REGION_PAGES : 1;
  if (slot.gfn % unit === 0 && slot.vpn % unit === 0 && slot.pages % unit === 0) return null;
  return reject(
    'backing-refused',
    `${pointer}/backing`,
    `${slot.backing} cannot back this memslot: gpa, hva and size must be multiples of ${unit * 4096} bytes`,
    'Align the memslot to the huge page, or choose thp or 4k.',
  );
}

function overlapIn(memslots: readonly Memslot[]): Rejection | null {
  for (const [i, a] of memslots.entries()) {
    for (const [j, b] of memslots.entries()) {
      if (j >= i) break;
      if (a.gfn < b.gfn + b.pages && b.gfn < a.gfn + a.pages) {
        return reject(
          'invalid-field',
          `/memslots/${i}/gpa`,
          `memslots ${j} and ${i} overlap in guest-physical addresses`,
          'Move one of them.',
        );
      }
      if (a.vpn < b.vpn + b.pages && b.vpn < a.vpn + a.pages) {
        return reject('invalid-field', `/memslots/${i}/hva`, `memslots ${j} and ${i} overlap in virtual addresses`, 'Move one of them.');
      }
    }
  }
  return null;
}
