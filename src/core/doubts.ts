/**
 * What the sources leave open, each a named option; the first value is the default. D: hardware.md 10, as far as these instructions
 * meet it. G: generations.md 11; a doubt that changes nothing a machine can show has the one value that is assumed.
 */
export const DOUBT_VALUES = {
  D2: ['input', 'permission'],
  D3: ['keep', 'clear'],
  D16: ['overlap', 'allow'],
  G1: ['endless', 'sigbus'],
  G2: ['none', 'oom', 'hwpoison'],
  G3: ['as-G10'],
  G4: ['2022-06-20'],
  G5: ['as-v4', 'untracked'],
  G6: ['as-titled'],
  G7: ['EAGAIN', 'EBUSY'],
  G8: ['linux-5.12'],
  G9: ['not-reached'],
  G10: ['zeroes', 'page-size-kept'],
  G11: ['logged', 'silent'],
  G12: ['0xffffffffff', '0x0'],
} as const;

export type DoubtName = keyof typeof DOUBT_VALUES;
export type Doubts = { readonly [D in DoubtName]: (typeof DOUBT_VALUES)[D][number] };
export const DOUBT_NAMES = Object.keys(DOUBT_VALUES) as readonly DoubtName[];

/** What each is about, for people. */
export const DOUBT_SUBJECTS: Readonly<Record<DoubtName, string>> = {
  D2: 'RMPUPDATE with assigned=0 and asid or immutable set: FAIL_INPUT or FAIL_PERMISSION',
  D3: 'RMPUPDATE that keeps asid, gpa and size: validated, vmsa and the VMPL masks stay or are cleared',
  D16: 'a 2M RMPUPDATE where only the base page is 4K-assigned: FAIL_OVERLAP or allowed',
  G1: 'an RMP fault for which the kernel finds nothing to do: taken again without end, or SIGBUS',
  G2: 'stray bits of the uninitialised fault value: v1 the OOM path, v1 to v4 BUS_MCEERR_AR',
  G3: 'whether an unassigned base entry can carry a page size: decided by G10',
  G4: 'the day v6 was posted',
  G5: "v3's write tracking, whose patch was not opened: as in v4, or none",
  G6: 'v1 patches known by title only',
  G7: 'the error of a refused in-place conversion',
  G8: 'defaults of khugepaged and values of VM_FAULT flags',
  G9: "v1's return code where the guest page cannot be mapped: it always can be here",
  G10: 'a 2M un-assignment leaves zeroes, or the page size in the base entry',
  G11: 'the lines of v6 (a failed RMPUPDATE) and of v7 and v8 (before SIGBUS)',
  G12: 'the frame that v1 to v4 read out of a swap or migration entry',
};

export const DEFAULT_DOUBTS: Doubts = {
  D2: 'input',
  D3: 'keep',
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
