/** What the model's firmware keeps of guests and of pages that are swapped out. */
import type { Entry } from './naive-state.js';

/** The guest that the VM was created with has no context page of this host. */
export const OWN = -1;

export interface Guest {
  readonly state: 'init' | 'launch' | 'running';
  readonly asid: number | null;
  readonly policy: number;
  readonly digest: string;
  readonly swaps: number;
}

/** What SWAP_OUT leaves of a page: its entry, and the bytes that it expects again. */
export interface Swapped {
  readonly gctx: number;
  readonly metadata: boolean;
  readonly pageSize: 1 | 2;
  readonly entry: Entry;
  readonly bytes: string;
  readonly inner: ReadonlyMap<number, Swapped>;
}

export interface FirmwareBooks {
  readonly guests: Map<number, Guest>;
  /** By frame of the metadata page, or of a context for the root's entry; then by slot. */
  readonly swapped: Map<number, Map<number, Swapped>>;
  readonly unflushed: Set<number>;
}

export const NEW_GUEST: Guest = { state: 'init', asid: null, policy: 0, digest: '0'.repeat(96), swaps: 0 };

export function freshBooks(asid: number, launched: boolean): FirmwareBooks {
  const guests = new Map<number, Guest>();
  if (launched) guests.set(OWN, { ...NEW_GUEST, state: 'running', asid });
  return { guests, swapped: new Map(), unflushed: new Set() };
}
