/** The whole state of the naive machine: one Map per kind of page, each holding only pages that differ from their first state. */
import type { Level } from '../../src/core/address.js';
import type { Inject } from '../../src/core/command.js';
import type { MachineConfig, Memslot } from '../../src/core/config.js';
import type { HugeAdvice } from '../../src/core/vmas.js';
import { FRAME_BASE } from '../../src/core/config.js';
import { freshBooks } from './firmware-guests.js';
import type { FirmwareBooks } from './firmware-guests.js';
import { rulesOf } from './kernel-rules.js';
import {
  blockStart,
  isInPlace,
  isPrivateFrame,
  isSeparate,
  naturalLevel,
  ordinaryFrames,
  REGION,
  slotOfGfn,
  slotOfVpn,
  vpnOfGfn,
} from './layout.js';

/** One RMP entry as stored, 16 bytes of it; the sub-page count is not stored but counted. */
export interface Entry {
  readonly assigned: boolean;
  readonly pageSize: 1 | 2;
  readonly immutable: boolean;
  readonly gfn: number;
  readonly asid: number;
  readonly vmsa: boolean;
  readonly validated: boolean;
  readonly vmpl: number;
}

/** How a virtual page is mapped; every page of a huge leaf has the same value. */
export interface PageLeaf {
  readonly level: Level;
  readonly present: boolean;
  /** Where it went, if it is not present: the slot is not empty then. */
  readonly gone?: 'swap' | 'migration' | 'numa-hint';
}

/** What an `inject` has counted so far. */
export interface InjectCount {
  readonly inject: Inject;
  splits: number;
  rmpupdates: number;
  faults: number;
}

export interface NaiveState {
  readonly config: MachineConfig;
  killed: boolean;
  /** Huge leaves split or cleared; the events do not tell a split by another thread from an unmapping. */
  splits: number;
  /** By frame. */
  rmp: Map<number, Entry>;
  /** By virtual page; null: nothing mapped. */
  leaves: Map<number, PageLeaf | null>;
  /** 2M regions of frames whose direct map is 4K. */
  directMap4k: Set<number>;
  /** By frame: whether its leaf of the direct map is gone, where that is not as at first. */
  missing: Map<number, boolean>;
  /** KVM's attribute by guest page, where it is not as at first. */
  attributes: Map<number, boolean>;
  /** By number: the guest pages that KVM holds mapped. */
  maps: Map<number, number>;
  lastMap: number;
  /** Lines of the kernel that belong to no fault of the running command. */
  printed: string[];
  /** GiBs of virtual pages, by the first, whose 1G leaf was taken apart. */
  apart: Set<number>;
  /** Frames of guest pages that have another than at first. */
  frames: Map<number, number>;
  /** The same by frame; null: the page has left it. */
  owners: Map<number, number | null>;
  /** Regions of virtual pages with a table in which nothing may be mapped. */
  emptyTables: Set<number>;
  /** Frames that a pin still holds for a guest page that has another one. */
  held: Map<number, number>;
  /** Guest pages without a pin. */
  unpinned: Set<number>;
  /** Virtual pages that are unmapped, read-only, or advised otherwise than at first. */
  unmapped: Set<number>;
  readOnly: Set<number>;
  advice: Map<number, HugeAdvice>;
  /** What the kernel would count. */
  pageFaults: number;
  minorFaults: number;
  majorFaults: number;
  leakedPages: number;
  /** By frame, 4096 bytes each. */
  contents: Map<number, Uint8Array>;
  /** By guest page: the frame to which the hypervisor maps it; `stretch` pages were mapped together, `fixed`: by a 2M leaf. */
  nested: Map<number, { readonly pfn: number; readonly stretch: 1 | 512; readonly fixed: boolean }>;
  /** By number: the frames that the running vCPU holds. */
  vcpus: Map<number, { readonly vmsa: number; readonly vmcb: number | null }>;
  /** With D13: what the guest's TLB holds, a translation of a page by page. */
  tlb: { readonly vmpl: number; readonly gfn: number; readonly pfn: number; readonly mask: number; readonly group: number }[];
  /** Counts the translations, since those made together are forgotten together. */
  tlbGroups: number;
  firmware: FirmwareBooks;
  /** The VM's own inject, which acts first, and the operation's. */
  vmInject: InjectCount | null;
  operationInject: InjectCount | null;
}

export const ZERO_ENTRY: Entry = {
  assigned: false,
  pageSize: 1,
  immutable: false,
  gfn: 0,
  asid: 0,
  vmsa: false,
  validated: false,
  vmpl: 0,
};
/** VMPL0 may do everything, the others nothing (hardware.md 3.4, RMPUPDATE). */
export const VMPL0_FULL = 0x1f;

export function newCount(inject: Inject | undefined): InjectCount | null {
  return inject === undefined ? null : { inject, splits: 0, rmpupdates: 0, faults: 0 };
}

export function freshState(config: MachineConfig): NaiveState {
  const state: NaiveState = {
    config,
    killed: false,
    splits: 0,
    rmp: new Map(),
    leaves: new Map(),
    directMap4k: new Set(),
    missing: new Map(),
    attributes: new Map(),
    maps: new Map(),
    lastMap: 0,
    printed: [],
    contents: new Map(),
    nested: new Map(),
    vcpus: new Map(),
    tlb: [],
    tlbGroups: 0,
    apart: new Set(),
    frames: new Map(),
    owners: new Map(),
    emptyTables: new Set(),
    held: new Map(),
    unpinned: new Set(),
    unmapped: new Set(),
    readOnly: new Set(),
    advice: new Map(),
    pageFaults: 0,
    minorFaults: 0,
    majorFaults: 0,
    leakedPages: 0,
    firmware: freshBooks(config.asid, config.launch !== 'none'),
    vmInject: newCount(config.inject),
    operationInject: null,
  };
  // Nothing is registered, and so pinned, where guest_memfd has the private pages.
  if (isSeparate(config) || isInPlace(config)) {
    for (const slot of config.memslots) for (let i = 0; i < slot.pages; i++) state.unpinned.add(slot.gfn + i);
  }
  const { directMap } = rulesOf(config);
  if (directMap !== 'nothing') {
    for (const slot of config.memslots) {
      if (slot.initialState !== 'private') continue;
      const first = privateFrame(state, slot.gfn);
      for (let r = blockStart(first, REGION); r < first + slot.pages; r += REGION) {
        const whole2M = entryAt(state, r).pageSize === 2;
        if (directMap !== 'split-4k' || !whole2M) state.directMap4k.add(r / REGION);
      }
    }
  }
  return state;
}

/** Whether the kernel's direct map has no leaf for the frame. */
export function isMissing(state: NaiveState, pfn: number): boolean {
  const { directMap } = rulesOf(state.config);
  return directMap === 'remove' && (state.missing.get(pfn) ?? firstEntry(state.config, pfn).assigned);
}

/** In use by KVM; in place a pin counts as well. */
export function isHeld(state: NaiveState, gfn: number): boolean {
  return [...state.maps.values()].includes(gfn) || (isInPlace(state.config) && !state.unpinned.has(gfn));
}

export function injects(state: NaiveState): readonly InjectCount[] {
  return [state.vmInject, state.operationInject].filter((c) => c !== null);
}

// --- one page, from each side ------------------------------------------------------------------------------------------

export function entryAt(state: NaiveState, pfn: number): Entry {
  return state.rmp.get(pfn) ?? firstEntry(state.config, pfn);
}

/** As if one validated change to private had covered the memslot. */
function firstEntry(config: MachineConfig, pfn: number): Entry {
  if (config.hvFixed?.some((range) => pfn >= range.pfn && pfn < range.pfn + range.pages)) return { ...ZERO_ENTRY, immutable: true };
  const own = isPrivateFrame(config, pfn);
  if (isSeparate(config) && !own) return ZERO_ENTRY;
  const gfn = pfn - (own ? ordinaryFrames(config) : FRAME_BASE);
  const slot = slotOfGfn(config, gfn);
  if (slot === null || slot.initialState === 'shared') return ZERO_ENTRY;
  const valid = { assigned: true, immutable: false, asid: config.asid, vmsa: false, validated: true, vmpl: VMPL0_FULL } as const;
  const huge = isSeparate(config) ? hasHugePrivate(config, slot, gfn) : naturalLevel(slot, vpnOfGfn(slot, gfn)) > 1;
  if (!huge) return { ...valid, pageSize: 1, gfn };
  return pfn % REGION === 0 ? { ...valid, pageSize: 2, gfn } : { ...ZERO_ENTRY, assigned: true };
}

/** restrictedmem of v7 and v8 gives 2M where the memory is of a huge kind and the memslot has the whole 2M; guest_memfd never. */
export function hasHugePrivate(config: MachineConfig, slot: Memslot, gfn: number): boolean {
  const start = blockStart(gfn, REGION);
  const whole = start >= slot.gfn && start + REGION <= slot.gfn + slot.pages;
  return ['v7', 'v8'].includes(config.generation) && slot.backing !== '4k' && whole;
}

/** KVM's attribute, or what the RMP says of the one page for both. */
export function isPrivatePage(state: NaiveState, gfn: number): boolean {
  const { config } = state;
  if (!isSeparate(config)) return entryAt(state, frameOf(state, gfn)).assigned;
  return state.attributes.get(gfn) ?? slotOfGfn(config, gfn)?.initialState === 'private';
}

export function leafAt(state: NaiveState, vpn: number): PageLeaf | null {
  const changed = state.leaves.get(vpn);
  if (changed !== undefined) return changed;
  const slot = slotOfVpn(state.config, vpn);
  if (isInPlace(state.config) && slot?.initialState === 'private') return null;
  return slot === null ? null : { level: naturalLevel(slot, vpn), present: true };
}

/** Whether the page's 2M region has a table of 4K leaves: any of its pages, even one that is swapped out, keeps it. */
export function hasTable(state: NaiveState, vpn: number): boolean {
  const start = blockStart(vpn, REGION);
  if (state.emptyTables.has(start / REGION)) return true;
  return Array.from({ length: REGION }, (_, i) => leafAt(state, start + i)).some((leaf) => leaf?.level === 1);
}

/** The frame that the guest page has. */
export function frameOf(state: NaiveState, gfn: number): number {
  return state.frames.get(gfn) ?? FRAME_BASE + gfn;
}

/** The frame behind the guest's private page. */
export function privateFrame(state: NaiveState, gfn: number): number {
  return isSeparate(state.config) ? ordinaryFrames(state.config) + gfn : frameOf(state, gfn);
}

/** The guest page that has the frame, be it for its private page, or null. */
export function gfnOfFrame(state: NaiveState, pfn: number): number | null {
  const owner = state.owners.get(pfn);
  if (owner !== undefined) return owner;
  const gfn = pfn - (isPrivateFrame(state.config, pfn) ? ordinaryFrames(state.config) : FRAME_BASE);
  return slotOfGfn(state.config, gfn) === null ? null : gfn;
}

export function frameOfVpn(state: NaiveState, vpn: number): number {
  const slot = slotOfVpn(state.config, vpn);
  if (slot === null) throw new Error(`virtual page ${vpn} is outside every memslot`);
  return frameOf(state, vpn - slot.vpn + slot.gfn);
}

export function directMapLevel(state: NaiveState, pfn: number): 1 | 2 {
  return state.directMap4k.has(Math.floor(pfn / REGION)) ? 1 : 2;
}
