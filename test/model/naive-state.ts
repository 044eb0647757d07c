/** The whole state of the naive machine: one Map per kind of page, each holding only pages that differ from their first state. */
import type { Level } from '../../src/core/address.js';
import type { Inject } from '../../src/core/command.js';
import type { MachineConfig, Memslot } from '../../src/core/config.js';
import { FRAME_BASE } from '../../src/core/config.js';
import { rulesOf } from './kernel-rules.js';
import {
  blockStart,
  gfnOfFrame,
  isPrivateFrame,
  isSeparate,
  naturalLevel,
  privateFrame,
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
  /** A slot of a table in which nothing is, not even a note where a page went. */
  readonly empty?: true;
}
export const EMPTY_LEAF: PageLeaf = { level: 1, present: false, empty: true };

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
  /** By frame, 4096 bytes each. */
  contents: Map<number, Uint8Array>;
  /** Frames whose place in the direct map differs from that after creation: whether they are missing there. */
  missing: Map<number, boolean>;
  /** Guest pages whose private attribute differs from that after creation, where there are attributes. */
  attributes: Map<number, boolean>;
  /** GiBs of 1G pages that were taken apart. */
  apart: Set<number>;
  leaked: number;
  /** Guest pages that KVM holds, by the number of the map. */
  maps: Map<number, number>;
  lastMap: number;
  /** Lines of the kernel log of the running operation that belong to no fault. */
  printed: string[];
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
    contents: new Map(),
    missing: new Map(),
    attributes: new Map(),
    apart: new Set(),
    leaked: 0,
    maps: new Map(),
    lastMap: 0,
    printed: [],
    vmInject: newCount(config.inject),
    operationInject: null,
  };
  const { directMap } = rulesOf(config);
  if (directMap !== 'nothing') {
    for (const slot of config.memslots) {
      if (slot.initialState !== 'private') continue;
      const first = privateFrame(config, slot.gfn);
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

export function isHeld(state: NaiveState, gfn: number): boolean {
  return [...state.maps.values()].includes(gfn);
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
  const gfn = gfnOfFrame(config, pfn);
  const slot = gfn === null ? null : slotOfGfn(config, gfn);
  if (gfn === null || slot === null || slot.initialState === 'shared') return ZERO_ENTRY;
  if (isSeparate(config) && !isPrivateFrame(config, pfn)) return ZERO_ENTRY;
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
  if (!isSeparate(config)) return entryAt(state, FRAME_BASE + gfn).assigned;
  return state.attributes.get(gfn) ?? slotOfGfn(config, gfn)?.initialState === 'private';
}

export function leafAt(state: NaiveState, vpn: number): PageLeaf | null {
  const changed = state.leaves.get(vpn);
  if (changed !== undefined) return changed;
  const slot = slotOfVpn(state.config, vpn);
  if (state.config.generation === 'inplace' && slot?.initialState === 'private') return null;
  return slot === null ? null : { level: naturalLevel(slot, vpn), present: true };
}

/** Whether the page's 2M region has a table of 4K leaves: any of its pages, even one that is swapped out, keeps it. */
export function hasTable(state: NaiveState, vpn: number): boolean {
  const start = blockStart(vpn, REGION);
  return Array.from({ length: REGION }, (_, i) => leafAt(state, start + i)).some((leaf) => leaf?.level === 1);
}

export function directMapLevel(state: NaiveState, pfn: number): 1 | 2 {
  return state.directMap4k.has(Math.floor(pfn / REGION)) ? 1 : 2;
}
