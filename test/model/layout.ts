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

/** Whether private memory has pages of its own. */
export function isSeparate({ privateBacking, generation }: MachineConfig): boolean {
  return (privateBacking ?? (['v7', 'v8', 'upstream'].includes(generation) ? 'separate' : 'same')) === 'separate';
}

/** Where those pages begin: the first GiB behind the others. */
function privateBase(config: MachineConfig): number {
  return Math.ceil(Math.max(...config.memslots.map((s) => FRAME_BASE + s.gfn + s.pages)) / GIB) * GIB;
}

/** The frame behind the guest's private page. */
export function privateFrame(config: MachineConfig, gfn: number): number {
  return (isSeparate(config) ? privateBase(config) : FRAME_BASE) + gfn;
}

export function isPrivateFrame(config: MachineConfig, pfn: number): boolean {
  return isSeparate(config) && pfn >= privateBase(config);
}

/** The guest page that a frame backs, null off the memslots. */
export function gfnOfFrame(config: MachineConfig, pfn: number): number | null {
  const gfn = pfn - (isPrivateFrame(config, pfn) ? privateBase(config) : FRAME_BASE);
  return slotOfGfn(config, gfn) === null ? null : gfn;
}

/** The guest page behind a virtual page, null where no memslot is mapped. */
export function gfnOfVpn(config: MachineConfig, vpn: number): number | null {
  const slot = slotOfVpn(config, vpn);
  return slot === null ? null : vpn - slot.vpn + slot.gfn;
}

export function vpnOfGfn(slot: Memslot, gfn: number): number {
  return gfn - slot.gfn + slot.vpn;
}

export function frameOfVpn(slot: Memslot, vpn: number): number {
  return FRAME_BASE + slot.gfn + (vpn - slot.vpn);
}

/** Frames from 0 to the VM's last one rounded up to 1 GiB have an RMP entry. */
export function coveredFrames(config: MachineConfig): number {
  if (!isSeparate(config)) return privateBase(config);
  const end = Math.max(...config.memslots.map((s) => s.gfn + s.pages));
  return Math.ceil((privateBase(config) + end) / GIB) * GIB;
}

/** How large a mapping the backing makes at this virtual page where nothing is mapped yet. */
export function naturalLevel(slot: Memslot, vpn: number): Level {
  if (slot.backing === '4k') return 1;
  if (slot.backing === 'hugetlb-2M') return 2;
  if (slot.backing === 'hugetlb-1G') return 3;
  const start = blockStart(vpn, REGION);
  const whole = start >= slot.vpn && start + REGION <= slot.vpn + slot.pages;
  const congruent = frameOfVpn(slot, start) % REGION === 0;
  return whole && congruent ? 2 : 1;
}
