/** The knobs of generations.md 10: what tells one generation from another, as values. The rules of a generation are read from these. */

/** What a failing RMPUPDATE gets: tried again on these codes (`any`: every failure), at most so many executions (`null`: without bound). */
export interface RetryRule {
  readonly onCodes: readonly number[] | 'any';
  readonly executionsPerCpu: number | null;
}

export interface GenerationFacts {
  /** false: no store is ever checked against the RMP. */
  readonly checksHostWrites: boolean;
  /** The user #PF handler tests bit 31. Without it the ordinary fault path runs, finds nothing to do and returns. */
  readonly userHandler: boolean;
  /** An upper level is empty when the handler walks. */
  readonly nullLeaf: 'kill' | 'retry' | null;
  /** The leaf is a swap or migration entry: its bits read as a frame number, or tried again. */
  readonly nonPresentLeaf: 'garbage' | 'retry' | null;
  /** Mask of the page's index in a 1G leaf: 0x3fe00 drops the index within the 2M. */
  readonly indexMask1G: number | null;
  /** Which stray bits of the uninitialised `fault` can matter (doubt G2). */
  readonly strayFaultBits: 'oom-and-hwpoison' | 'hwpoison' | 'none';
  /** An alert where the RMP look-up fails. */
  readonly lookupFailureLog: boolean;
  /** A line before the handler's SIGBUS. */
  readonly killLog: boolean;
  /** FAULT_FLAG_PAGE_SPLIT. */
  readonly splitFlag: number | null;
  /** __pte_alloc after the PMD split, so that a file's huge leaf cannot come back. */
  readonly allocatesTableAfterSplit: boolean;
  /** After a split that failed or is impossible. */
  readonly failedSplit: 'retry' | 'sigbus' | null;
  /** A #PF on a kernel address with bit 31. */
  readonly kernelFault: 'oops' | 'force-shared' | null;
  /** KVM itself writes a private guest page. */
  readonly kvmWritesPrivate: 'unguarded' | 'force-shared' | 'ebusy' | 'other-page' | 'efault';
  /** A request for a private page that KVM holds mapped for writing. */
  readonly conversionOfHeldPage: 'allowed' | 'ebusy' | 'waits' | 'refused';
  /** What happens to the direct map around an RMPUPDATE. */
  readonly directMap: 'split-always' | 'removed' | 'split-if-4k' | 'untouched';
  readonly rmpupdateRetry: RetryRule;
  /** hugetlb memory at the registration of guest memory. */
  readonly hugetlbGuard: 'none' | 'refused-at-registration' | 'split-at-conversion';
  /** When a request for private or shared writes the RMP. */
  readonly conversionWritesRmp: 'at-request' | 'at-private-access' | 'at-conversion';
  /** A page that cannot be un-assigned. */
  readonly unassignFailure: 'page-freed' | 'memory-failure' | 'leak-list';
  /** #NPF: the handler before the ordinary nested fault, after it, or an exit to user space. */
  readonly implicitConversion: 'made-by-kvm' | 'exit-to-vmm';
  /** One host page for each guest page, or private memory has its own. */
  readonly privateBacking: 'same' | 'separate';
  /** RMP entries of private memory's own pages; null where it has none. */
  readonly privatePages: '4K' | '2M' | null;
  /** The oops line's words for bit 31. */
  readonly oopsWords: string;
}

/** A rule has the name of the knob that says it. */
export type RuleName = keyof GenerationFacts;

/** What each rule is about, for people. */
export const RULE_SUBJECTS: Readonly<Record<RuleName, string>> = {
  checksHostWrites: 'whether the hardware checks host stores against the RMP',
  userHandler: 'a #PF with bit 31 on a user address',
  nullLeaf: 'an upper level is empty when the handler walks the page table',
  nonPresentLeaf: 'a swap or migration entry when the handler walks the page table',
  indexMask1G: 'the frame looked up under a 1G leaf',
  strayFaultBits: 'bits of the uninitialised fault value that can matter',
  lookupFailureLog: 'an alert where the RMP look-up fails',
  killLog: 'a line before the SIGBUS',
  splitFlag: 'FAULT_FLAG_PAGE_SPLIT',
  allocatesTableAfterSplit: 'a page table put in place after the split of a huge leaf',
  failedSplit: 'a split that fails, or memory that cannot be split',
  kernelFault: 'a #PF with bit 31 on a kernel address',
  kvmWritesPrivate: 'KVM itself writes a private page',
  conversionOfHeldPage: 'a request for a private page while KVM holds it mapped for writing',
  directMap: "the kernel's direct map around an RMPUPDATE",
  rmpupdateRetry: 'an RMPUPDATE that fails',
  hugetlbGuard: 'hugetlb memory for the guest',
  conversionWritesRmp: 'when a page-state request writes the RMP',
  unassignFailure: 'a page that cannot be un-assigned',
  implicitConversion: 'a guest access that does not fit the page state',
  privateBacking: 'the host pages behind a guest page',
  privatePages: "RMP entries of private memory's own pages",
  oopsWords: 'the words of the oops line',
};

export const RULE_NAMES = Object.keys(RULE_SUBJECTS) as readonly RuleName[];
