/** Where everything lies: which memslot holds a guest page, a virtual page or a frame, and how the backing maps it at first. */
import { FRAME_BASE } from '../../src/core/config.js';
import type { MachineConfig, Memslot } from '../../src/core/config.js';
import type { Level } from '../../src/core/address.js';

export const REGION = 512;
export const GIB = 262_144;

/** First page of the naturally aligned block of `size` pages that holds `page`. */
export function blockStart(page: number, size: number): number {
  return Math.floor(page / size) * size;
}

export function sizeOf(level: Level): number {
  return level === 1 ? 1 : level === 2 ? REGION : GIB;
}

export function slotOfGfn(config: MachineConfig, gfn: number): Memslot | null {
  return config.memslots.find((s) => gfn >= s.gfn && gfn < s.gfn + s.pages) ?? null;
}

export function slotOfVpn(config: MachineConfig, vpn: number): Memslot | null {
  return config.memslots.find((s) => vpn >= s.vpn && vpn < s.vpn + s.pages) ?? null;
}

/** The guest page behind a virtual page, null where no memslot is mapped. */
export function gfnOfVpn(config: MachineConfig, vpn: number): number | null {
  const slot = slotOfVpn(config, vpn);
  return slot === null ? null : vpn - slot.vpn + slot.gfn;
}

export function vpnOfGfn(slot: Memslot, gfn: number): number {
  return gfn - slot.gfn + slot.vpn;
}

/** Frames that have an RMP entry: all of RAM where the VM does not say otherwise. */
export function coveredFrames(config: MachineConfig): number {
  return config.rmpCoverage ?? ramFrames(config);
}

const wholeGib = (frames: number): number => Math.ceil(frames / GIB) * GIB;
const endOf = (config: MachineConfig): number => Math.max(...config.memslots.map((s) => s.gfn + s.pages));

/** Frames from 0 to the last one that the VMM's memory has at first, rounded up to 1 GiB: those that the host can give. */
export function ordinaryFrames(config: MachineConfig): number {
  return wholeGib(FRAME_BASE + endOf(config));
}

/** All frames of the host: private memory's own come behind the others, rounded up as well. */
export function ramFrames(config: MachineConfig): number {
  return isSeparate(config) ? wholeGib(ordinaryFrames(config) + endOf(config)) : ordinaryFrames(config);
}

/** Whether private memory has pages of its own. */
export function isSeparate({ privateBacking, generation }: MachineConfig): boolean {
  return (privateBacking ?? (['v7', 'v8', 'upstream'].includes(generation) ? 'separate' : 'same')) === 'separate';
}

/** The frames that a memslot's private pages have at first. */
export function firstPrivateFrames(config: MachineConfig, slot: Memslot): number[] {
  const base = isSeparate(config) ? ordinaryFrames(config) : FRAME_BASE;
  return Array.from({ length: slot.pages }, (_, i) => base + slot.gfn + i);
}

/** In place, guest_memfd is all of the VMM's memory. */
export function isInPlace({ generation }: MachineConfig): boolean {
  return generation === 'inplace';
}

export function isPrivateFrame(config: MachineConfig, pfn: number): boolean {
  return isSeparate(config) && pfn >= ordinaryFrames(config);
}

/** How large a mapping the backing makes at this virtual page where nothing is mapped yet. */
export function naturalLevel(slot: Memslot, vpn: number): Level {
  if (slot.backing === '4k') return 1;
  if (slot.backing === 'hugetlb-2M') return 2;
  if (slot.backing === 'hugetlb-1G') return 3;
  return placedForHuge(slot, vpn) ? 2 : 1;
}

/** The whole 2M of virtual pages lies in the memslot, and begins where a 2M of guest pages does. */
export function placedForHuge(slot: Memslot, vpn: number): boolean {
  const start = blockStart(vpn, REGION);
  const whole = start >= slot.vpn && start + REGION <= slot.vpn + slot.pages;
  return whole && (slot.gfn + start - slot.vpn) % REGION === 0;
}
