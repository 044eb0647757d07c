/**
 * What the sources leave open, each a choice per VM; the first value of each is the default. D: hardware.md 10. G: generations.md 11; one that
 * changes nothing a machine can show has the one value that is assumed.
 */
export const DOUBT_VALUES = {
  /** RMPUPDATE on an entry that is immutable and overlaps too: which of the two is found first. */
  D1: ['permission-first', 'overlap-first'],
  /** RMPUPDATE with assigned=0 and asid or immutable set: FAIL_INPUT or FAIL_PERMISSION. */
  D2: ['input', 'permission'],
  /** RMPUPDATE that keeps asid, gpa and size: validated, vmsa and the VMPL masks stay or are cleared. */
  D3: ['keep', 'clear'],
  /** A 2M RMPUPDATE over 512 assigned 4K entries of the same guest with following gpas: FAIL_OVERLAP, or they become one entry. */
  D4: ['overlap', 'merge'],
  /** What the 511 followers of a 2M entry hold: assigned alone, or all fields of the base with their own gpa. */
  D5: ['assigned-only', 'mirror'],
  /** Whether SIZEM and FAIL_SIZEMISMATCH of PVALIDATE and RMPADJUST are decided by the RMP entry's size or by the nested leaf's. */
  D6: ['rmp', 'npt'],
  /** PVALIDATE below VMPL0: #GP(0) or FAIL_PERMISSION. */
  D7: ['general-protection', 'permission'],
  /** EXITINFO1 of a VMPL failure: bits 31 and 36, or 36 alone. */
  D8: ['both', 'vmpl-only'],
  /** Unit of the segment size in RMP_CFG: log2 of bytes, or log2 of GiB. */
  D9: ['log2-bytes', 'log2-gib'],
  /** A user's store that faults on the RMP without end: the generation's own answer, a livelock, or SIGBUS after all. */
  D10: ['by-generation', 'sigbus'],
  /** Names of KVM's guest_memfd hooks. */
  D11: ['prepare-invalidate'],
  /** RMPUPDATE that un-assigns one 4K page of a 2M entry: FAIL_OVERLAP, or the entry is smashed on the way. */
  D12: ['overlap', 'smash'],
  /** TLB: none, every access is checked; or one that RMPADJUST does not flush, so that a lowered VMPL mask is seen late. */
  D13: ['no-tlb', 'stale-vmpl'],
  /** What the host reads of a guest's private page: ciphertext, or 0xff as where the processor hides ciphertext. */
  D14: ['ciphertext', 'hidden'],
  /** Entries locked by another CPU: never met, or met once by each page that a guest touches (a spurious NPF). */
  D15: ['off', 'once'],
  /** A 2M RMPUPDATE where only the base page is 4K-assigned: FAIL_OVERLAP or allowed. */
  D16: ['overlap', 'allow'],
  /** An RMP fault for which the kernel finds nothing to do: taken again without end, or SIGBUS. */
  G1: ['endless', 'sigbus'],
  /** Stray bits of the uninitialised fault value: none; v1 takes the OOM path; v1 to v4 send BUS_MCEERR_AR. */
  G2: ['none', 'oom', 'hwpoison'],
  /** Whether an unassigned base entry can carry a page size: decided by G10. */
  G3: ['as-G10'],
  /** The day v6 was posted. */
  G4: ['2022-06-20'],
  /** v3's write tracking, whose patch was not opened: as in v4, or none. */
  G5: ['as-v4', 'untracked'],
  /** v1 patches known by title only. */
  G6: ['as-titled'],
  /** The error of a refused in-place conversion. */
  G7: ['EAGAIN', 'EBUSY'],
  /** Defaults of khugepaged, and values of VM_FAULT flags. */
  G8: ['linux-5.12'],
  /** v1's return code where the guest page cannot be mapped. */
  G9: ['not-reached'],
  /** A 2M un-assignment leaves zeroes, or the page size in the base entry. */
  G10: ['zeroes', 'page-size-kept'],
  /** The lines of v6 (a failed RMPUPDATE) and of v7 and v8 (before SIGBUS). */
  G11: ['logged', 'silent'],
  /** The frame that v1 to v4 read out of a swap or migration entry. */
  G12: ['0xffffffffff', '0x0'],
} as const;

export type DoubtName = keyof typeof DOUBT_VALUES;
export type Doubts = { readonly [K in DoubtName]: (typeof DOUBT_VALUES)[K][number] };

/** Doubts of the hardware that are older than those that count only where they are not as assumed. */
export const EARLY_DOUBTS = [
  'D1',
  'D2',
  'D3',
  'D4',
  'D5',
  'D6',
  'D7',
  'D8',
  'D9',
  'D12',
  'D13',
  'D15',
  'D16',
] as const satisfies readonly DoubtName[];

export const DEFAULT_DOUBTS: Doubts = {
  D1: 'permission-first',
  D2: 'input',
  D3: 'keep',
  D4: 'overlap',
  D5: 'assigned-only',
  D6: 'rmp',
  D7: 'general-protection',
  D8: 'both',
  D9: 'log2-bytes',
  D10: 'by-generation',
  D11: 'prepare-invalidate',
  D12: 'overlap',
  D13: 'no-tlb',
  D14: 'ciphertext',
  D15: 'off',
  D16: 'overlap',
  G1: 'endless',
  G2: 'none',
  G3: 'as-G10',
  G4: '2022-06-20',
  G5: 'as-v4',
  G6: 'as-titled',
  G7: 'EAGAIN',
  G8: 'linux-5.12',
  G9: 'not-reached',
  G10: 'zeroes',
  G11: 'logged',
  G12: '0xffffffffff',
};
