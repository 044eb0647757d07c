/**
 * The core's workload, the same in every implementation: a VM of 4 GiB mapped by 2M leaves, 30 % of its pages private one by one,
 * then a million hypervisor writes at random addresses. Every implementation must count 697,595 plain writes, 2,048 splits and
 * 300,357 SIGBUSes.
 */
import {
  asGfn,
  asPfn,
  asVpn,
  DEFAULT_DOUBTS,
  FRAME_BASE,
  type Gfn,
  HVA_BASE_BIG_VPN,
  HVA_BASE_VPN,
  type MachineConfig,
  type Memslot,
} from '../src/core/index.js';

export const PAGES = 4 * 2 ** 18;
export const WRITES = 1_000_000;
export const WRITE_BYTES = 8;
export const ASID = 1;
export const EXPECTED_COUNTS: Counts = [697_595, 2_048, 300_357];

const LOW_PAGES = 3 * 2 ** 18;
const HOLE_PAGES = 2 ** 18;
const RESIDENT_FROM = 2 ** 18;
const SEED = 2_463_534_242;

/** Plain writes, writes that split a mapping, SIGBUSes. */
export type Counts = readonly [number, number, number];

/**
 * What is weighed: 1 TiB untouched, with 0.1 % of its pages private spread or side by side; 4 GiB all private, with three pages in ten
 * private, and all private with RMP entries that name other guest pages than their own, which no rule can foretell.
 */
export const MEMORY_CASES = ['untouched', 'sparse-spread', 'sparse-clustered', 'dense', 'mixed', 'odd addresses'] as const;

/** The order in which pages are touched; pages number the VM's memory without its hole. */
export interface Workload {
  readonly isPrivate: Uint8Array;
  /** Two passes of page and offset; the first makes the splits. */
  readonly passes: readonly [Addresses, Addresses];
}

interface Addresses {
  readonly pages: Uint32Array;
  readonly offsets: Uint16Array;
}

/** `residentPages` restricts the writes to so many pages, which fit a cache; 0 does not. */
export function makeWorkload(residentPages: number): Workload {
  const random = xorshift32(SEED);
  const isPrivate = Uint8Array.from({ length: PAGES }, () => (random() % 10 < 3 ? 1 : 0));
  const addresses = (): Addresses => {
    const pages = new Uint32Array(WRITES);
    const offsets = new Uint16Array(WRITES);
    for (let i = 0; i < WRITES; i++) {
      pages[i] = residentPages > 0 ? RESIDENT_FROM + (random() % residentPages) : random() % PAGES;
      offsets[i] = (random() & 511) * 8;
    }
    return { pages, offsets };
  };
  return { isPrivate, passes: [addresses(), addresses()] };
}

function xorshift32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** The fourth GiB lies above a hole, as it does in a VM with devices below 4 GiB. */
export function gfnOf(page: number): Gfn {
  return asGfn(page < LOW_PAGES ? page : page + HOLE_PAGES);
}

export function workloadConfig(): MachineConfig {
  return configOf([slot(0, LOW_PAGES, HVA_BASE_VPN), slot(LOW_PAGES + HOLE_PAGES, PAGES - LOW_PAGES, HVA_BASE_VPN)]);
}

/** A VM with one memslot of so many pages. */
export function flatConfig(pages: number): MachineConfig {
  return configOf([slot(0, pages, HVA_BASE_BIG_VPN)]);
}

function slot(gfn: number, pages: number, base: number): Memslot {
  return { gfn: asGfn(gfn), pages, vpn: asVpn(base + gfn), backing: 'thp', initialState: 'shared' };
}

function configOf(memslots: readonly Memslot[]): MachineConfig {
  return { generation: 'rfc-v1-reply', memslots, asid: ASID, seed: 1, onSigbus: 'report', doubts: DEFAULT_DOUBTS };
}

export const pfnOf = (gfn: Gfn) => asPfn(FRAME_BASE + gfn);
export const vpnOf = (gfn: Gfn) => asVpn(HVA_BASE_VPN + gfn);
