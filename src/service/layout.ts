/** The default layout of memory, so that a caller can compute addresses: one memslot at gpa 0, hva = base + gpa. */
import {
  asGfn,
  asVpn,
  type Backing,
  DEFAULT_DOUBTS,
  HVA_BASE_BIG_VPN,
  HVA_BASE_VPN,
  type InitialState,
  LOW_HVA_MEMORY_MAX,
  type MachineConfig,
  type Memslot,
  PAGE_BYTES,
  type Vpn,
} from '../core/index.js';

/** Bytes of memory of a VM whose creator says nothing about it. */
export const MEMORY_DEFAULT = 256 * 2 ** 20;

export const CONFIG_DEFAULTS = {
  generation: 'rfc-v1-reply',
  asid: 1,
  seed: 1,
  onSigbus: 'kill',
  doubts: DEFAULT_DOUBTS,
} as const satisfies Omit<MachineConfig, 'memslots'>;

/** Virtual page of a guest page where nobody says otherwise. */
export function defaultVpn(gfn: number, memoryBytes: number): Vpn {
  return asVpn((memoryBytes > LOW_HVA_MEMORY_MAX ? HVA_BASE_BIG_VPN : HVA_BASE_VPN) + gfn);
}

export function oneMemslot(bytes: number, backing: Backing, initialState: InitialState): Memslot {
  return { gfn: asGfn(0), pages: bytes / PAGE_BYTES, vpn: defaultVpn(0, bytes), backing, initialState };
}
