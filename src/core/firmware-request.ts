/** The firmware's commands as the host's driver sends them, and its status codes (hardware.md 7). */
import type { Pfn } from './address.js';

/** A context page; OWN_CONTEXT names the guest that the VM was created with. */
interface OfGuest {
  readonly gctx: number;
}

interface OfPage {
  readonly page: Pfn;
  readonly pageSize: 1 | 2;
}

interface OfTwoPages extends OfGuest {
  readonly source: Pfn;
  readonly destination: Pfn;
  readonly pageSize: 1 | 2;
}

interface Swapped extends OfTwoPages {
  /** The metadata page that holds the page's entry; null: the root entry of the guest's context, for a metadata page. */
  readonly metadata: Pfn | null;
  /** 0 to 63: a page holds 64 entries of 64 bytes. */
  readonly slot: number;
}

export type FirmwareRequest =
  | ({ readonly command: 'SNP_GCTX_CREATE' } & OfGuest)
  | ({ readonly command: 'SNP_LAUNCH_START'; readonly policy: number } & OfGuest)
  | ({ readonly command: 'SNP_ACTIVATE'; readonly asid: number } & OfGuest)
  | ({
      readonly command: 'SNP_LAUNCH_UPDATE';
      /** 1 normal, 2 VMSA, 3 zero, 4 unmeasured, 5 secrets, 6 CPUID; any other is INVALID_PARAM. */
      readonly pageType: number;
      /** Masks of VMPL 1 to 3, in the three low bytes. */
      readonly vmpl: number;
    } & OfGuest &
      OfPage)
  | ({ readonly command: 'SNP_LAUNCH_FINISH' } & OfGuest)
  /** What the host does before it gives an ASID away again; WBINVD on all processors goes before it. */
  | { readonly command: 'SNP_DF_FLUSH' }
  | ({ readonly command: 'SNP_DECOMMISSION' } & OfGuest)
  | ({ readonly command: 'SNP_PAGE_RECLAIM' } & OfPage)
  | { readonly command: 'SNP_PAGE_UNSMASH'; readonly page: Pfn }
  | ({ readonly command: 'SNP_PAGE_MOVE' } & OfTwoPages)
  | ({ readonly command: 'SNP_PAGE_MD_INIT'; readonly page: Pfn } & OfGuest)
  | ({ readonly command: 'SNP_PAGE_SWAP_OUT' } & Swapped)
  | ({ readonly command: 'SNP_PAGE_SWAP_IN' } & Swapped)
  | { readonly command: 'SNP_PAGE_SET_STATE'; readonly pages: readonly Pfn[] }
  | ({ readonly command: 'SNP_GUEST_REQUEST'; readonly request: Pfn; readonly response: Pfn } & OfGuest);

export type FirmwareCommandName = FirmwareRequest['command'];

/** Status codes that the commands here can give, by the manual's names. */
export const FIRMWARE_STATUS = {
  SUCCESS: 0x00,
  INVALID_GUEST_STATE: 0x02,
  INVALID_CONFIG: 0x03,
  POLICY_FAILURE: 0x07,
  INACTIVE: 0x08,
  INVALID_ADDRESS: 0x09,
  BAD_MEASUREMENT: 0x0b,
  ASID_OWNED: 0x0c,
  INVALID_ASID: 0x0d,
  DFFLUSH_REQUIRED: 0x0f,
  INVALID_GUEST: 0x10,
  ACTIVE: 0x12,
  INVALID_PARAM: 0x16,
  INVALID_PAGE_SIZE: 0x19,
  INVALID_PAGE_STATE: 0x1a,
  INVALID_MDATA_ENTRY: 0x1b,
  INVALID_PAGE_OWNER: 0x1c,
  AEAD_OFLOW: 0x1d,
} as const;
export type FirmwareStatus = keyof typeof FIRMWARE_STATUS;

/** Pages that one SNP_PAGE_SET_STATE may list. */
export const SET_STATE_PAGES_MAX = 253;
