/** What a VM is made of: the part of its description that the machine itself uses. */
import type { Gfn, Pfn, Vpn } from './address.js';
import type { Inject } from './command.js';
import type { Doubts } from './doubts.js';
import type { GenerationName } from './generations/generation.js';

/**
 * What backs a range of the VMM's memory. `thp`: anonymous, transparent huge pages; `4k`: anonymous, MADV_NOHUGEPAGE;
 * `shmem-thp`: memfd or tmpfs with huge pages; `hugetlb-2M`, `hugetlb-1G`: the pool; `dax-2M`: fsdax.
 */
export const BACKINGS = ['thp', '4k', 'shmem-thp', 'hugetlb-2M', 'hugetlb-1G', 'dax-2M'] as const;
export type Backing = (typeof BACKINGS)[number];

export type InitialState = 'shared' | 'private';

/** A memslot: guest pages [gfn, gfn + pages) live at virtual pages [vpn, vpn + pages), frames [FRAME_BASE + gfn, ...). */
export interface Memslot {
  readonly gfn: Gfn;
  readonly pages: number;
  readonly vpn: Vpn;
  readonly backing: Backing;
  readonly initialState: InitialState;
}

/** Frames that the firmware keeps for the host from the start: writable, never to be given away (hardware.md 7, SNP_INIT). */
export interface HvFixedRange {
  readonly pfn: Pfn;
  readonly pages: number;
}

/** `same`: one host page for each guest page. `separate`: private memory has pages of its own, as restrictedmem and guest_memfd give it. */
export const PRIVATE_BACKINGS = ['same', 'separate'] as const;
export type PrivateBacking = (typeof PRIVATE_BACKINGS)[number];

/** SEV_FEATURES of the guest's VMSAs, as far as memory is concerned (hardware.md 4.1). */
export interface SevFeatures {
  /** ReflectVC: every #VC becomes an exit to whoever runs the vCPU. */
  readonly reflectVc?: boolean;
  /** vTOM: data below this guest page is private, from it on shared, whatever the guest's tables say. A multiple of 512. */
  readonly virtualTom?: Gfn;
}

export interface MachineConfig {
  readonly generation: GenerationName;
  readonly memslots: readonly Memslot[];
  /** 1 to 1022: 0 is the host, 0x3ff the firmware's lock. */
  readonly asid: number;
  readonly seed: number;
  readonly onSigbus: 'kill' | 'report';
  readonly doubts: Doubts;
  /** 'finished', the default: the guest counts as launched and runs. 'none': no guest until the firmware has launched one. */
  readonly launch?: 'finished' | 'none';
  /** Frames that the RMP covers, from 0; a multiple of 512, at most the host's RAM, which is the default. */
  readonly rmpCoverage?: number;
  /** At most HV_FIXED_RANGES_MAX. */
  readonly hvFixed?: readonly HvFixedRange[];
  /** Left out: as the generation has it. */
  readonly privateBacking?: PrivateBacking;
  /** CPUs of the host, 1 to HOST_CPUS_MAX; left out: HOST_CPUS_DEFAULT. */
  readonly hostCpus?: number;
  readonly sevFeatures?: SevFeatures;
  /** SNP_PAGE_SWAP_OUTs that the AEAD counter of one guest has room for; AEAD_LIMIT_MAX where it is left out. */
  readonly aeadLimit?: number;
  readonly inject?: Inject;
}

// --- limits and layout, each part of the contract ----------------------------------------------------------------------

/** Host frame of guest page 0. */
export const FRAME_BASE = 0x10_0000;
/** Frames from here on that no guest page has are the host's to give; those below are the kernel's own. */
export const FREE_FRAMES_BASE = 0x1_0000;
/** Virtual page of guest page 0, and the one for a VM of more than LOW_HVA_MEMORY_MAX. */
export const HVA_BASE_VPN = 0x7f_0000_000;
export const HVA_BASE_BIG_VPN = 0x10_0000_000;
/** Bytes of memory up to which HVA_BASE_VPN is used. */
export const LOW_HVA_MEMORY_MAX = 512 * 2 ** 30;
/** Bytes of memory of one VM. */
export const VM_MEMORY_MAX = 4 * 2 ** 40;
/** Memslots end at or below this guest page: 8 TiB, so that a frame number fits 32 bits. */
export const GFN_END_MAX = 2 ** 31;
/** The same where private memory has pages of its own: 4 TiB. */
export const GFN_END_SEPARATE_MAX = 2 ** 30;
export const MEMSLOTS_MAX = 64;
export const ASID_MAX = 1022;
/** Entries of one page-state change, as the GHCB's buffer holds. */
export const PSC_ENTRIES_MAX = 253;
/** 4K pages that one page-state change may name: 1 GiB. */
export const PSC_PAGES_MAX = 262_144;
/** Bytes of one hypervisor write without contents of its own. */
export const WRITE_BYTES_MAX = 64 * 2 ** 20;
/** Bytes of one hypervisor read. */
export const READ_BYTES_MAX = 2 ** 20;
/** Bytes of page contents that one VM keeps. */
export const CONTENT_BYTES_MAX = 64 * 2 ** 20;
/** Tries of one store before it is called a livelock without proof. */
export const WRITE_ATTEMPTS_MAX = 64;
/** Faults that one answer lists. */
export const FAULTS_LISTED_MAX = 64;
/** VMAs of one VMM; the kernel's own limit is vm.max_map_count. */
export const VMAS_MAX = 1024;
/** Stretches of unpinned guest pages of one VM. */
export const UNPINNED_RANGES_MAX = 1024;
/** 4K pages that one madvise, leaf-state change, pin, mmap, munmap or mprotect may name: 64 GiB. */
export const RANGE_PAGES_MAX = 2 ** 24;
/** CPUs of a host, which bound the retries of an RMPUPDATE in some generations. */
export const HOST_CPUS_DEFAULT = 48;
export const HOST_CPUS_MAX = 1024;
/** Kernel maps that one VM may hold at a time. */
export const KERNEL_MAPS_MAX = 1024;
/** Executions of an RMPUPDATE that a generation repeats without bound, before it is called LIVELOCK. */
export const RMPUPDATE_EXECUTIONS_MAX = 4096;
/** Ranges of HV-Fixed frames that one VM's host may have, and frames in all of them. */
export const HV_FIXED_RANGES_MAX = 64;
export const HV_FIXED_PAGES_MAX = 65_536;
/** Most that the counter behind the tags of swapped pages is let to count. */
export const AEAD_LIMIT_MAX = Number.MAX_SAFE_INTEGER;
/** Guest pages, or 2M stretches of them, that the hypervisor maps elsewhere at a time. */
export const NESTED_MAPS_MAX = 1024;
/** Numbers of vCPUs: 0 to this, exclusive. */
export const VCPUS_MAX = 512;
/** Translations that one VM's guest holds with D13 stale-vmpl; beyond it the oldest goes. */
export const TRANSLATIONS_MAX = 1536;
