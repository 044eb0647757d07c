/** What can be read of a machine without changing it. */
import type { Gfn, Level, Pfn, Vpn } from './address.js';
import type { Backing } from './config.js';
import type { Decision, RmpEntry } from './outcome.js';
import type { PageState } from './page-state.js';
import type { LeafWord } from './page-table.js';
import type { HugeAdvice, Protection } from './vmas.js';

export interface Vma {
  readonly start: Vpn;
  readonly pages: number;
  readonly backing: Backing;
  readonly protection: Protection;
  /** What madvise said of huge pages. */
  readonly hugePages: HugeAdvice;
  /** Number of the memslot that it backs. */
  readonly memslot: number;
}

/** One guest page seen from everywhere. */
export interface PageView {
  readonly gfn: Gfn;
  readonly vpn: Vpn;
  readonly pfn: Pfn;
  /** The frame of its private page; null where private memory has no pages of its own. */
  readonly privatePfn: Pfn | null;
  /** KVM's attribute; with one page for both, what the RMP says. */
  readonly privateAttribute: boolean;
  /** null where the VMM has unmapped it. */
  readonly vma: Vma | null;
  readonly pinned: boolean;
  /** Host leaf: null where nothing is mapped. */
  readonly mapping: { readonly level: Level; readonly present: boolean; readonly pfn: Pfn; readonly state: LeafWord } | null;
  /** The nested leaf is the smaller of host and RMP level; null where the host maps nothing. */
  readonly nestedLevel: Level | null;
  readonly directMapLevel: Level;
  /** false: the generation took the page out of the kernel's direct map. */
  readonly directMapPresent: boolean;
  readonly rmp: RmpEntry;
  readonly state: PageState;
  /** Bytes of contents kept for the frame: 0 or 4096. */
  readonly contentBytes: number;
}

export interface WalkLevel {
  readonly name: 'PGD' | 'PUD' | 'PMD' | 'PTE';
  readonly index: number;
  readonly present: boolean;
  readonly leaf: boolean;
  /** Size of what the slot maps, where it is a leaf. */
  readonly size: Level | null;
  readonly pfn: Pfn | null;
}

export interface MapCell {
  readonly gfn: Gfn;
  readonly pages: number;
  /** 4K pages by state; only those that occur. */
  readonly states: Readonly<Partial<Record<PageState, number>>>;
  /** 4K pages by host mapping level; `none` is unmapped. */
  readonly levels: Readonly<Partial<Record<'4K' | '2M' | '1G' | 'none', number>>>;
  /** More than one state in the cell. */
  readonly mixed: boolean;
}

/** Counters by the names of the kernel's own (generations.md 2.1). */
export interface KernelCounters {
  /** perf page-faults: faults at user addresses that reached the handler, RMP faults included. */
  readonly pageFaults: number;
  /** min_flt: those that handle_mm_fault dealt with and no swap-in was needed for. */
  readonly minorFaults: number;
  /** maj_flt: swap-ins. */
  readonly majorFaults: number;
  /** vmstat thp_split_pmd. */
  readonly thpSplitPmd: number;
  /** 4K pages whose direct map was split. */
  readonly directMapSplitPages: number;
  /** 4K pages that nobody can use any more. */
  readonly leakedPages: number;
}

export interface Stats {
  readonly operations: number;
  readonly faults: Readonly<Record<Decision | 'notPresent' | 'protection', number>>;
  /** Page-table splits of the user mapping (thp_split_pmd). */
  readonly splits: number;
  readonly directMapSplits: number;
  readonly signals: Readonly<Record<'SIGBUS' | 'SIGSEGV', number>>;
  readonly nestedFaults: number;
  readonly kernel: KernelCounters;
  /** 4K pages of the memslots by RMP state, private memory's own included. */
  readonly rmpPages: Readonly<Partial<Record<PageState, number>>>;
  /** 4K pages of the memslots by host mapping level. */
  readonly mappedPages: Readonly<Record<'4K' | '2M' | '1G' | 'none', number>>;
  readonly contentBytes: number;
}
