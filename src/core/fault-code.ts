/** Bits of fault codes and fault flags, and their names. Sources: hardware.md 4.5; generations.md 7. */

export const PF_PRESENT = 1;
export const PF_WRITE = 2;
export const PF_USER = 4;
export const PF_RESERVED = 8;
export const PF_INSTRUCTION = 16;
/** Bit 31, as an int32. */
export const PF_RMP = 0x8000_0000 | 0;

const PF_NAMES: readonly (readonly [bit: number, name: string])[] = [
  [0, 'P'],
  [1, 'W'],
  [2, 'U'],
  [3, 'RSVD'],
  [4, 'I'],
  [5, 'PK'],
  [6, 'SHSTK'],
  [15, 'SGX'],
  [31, 'RMP'],
];

/** Names of the bits of a #PF error code. */
export function pageFaultBitNames(code: number): string[] {
  return PF_NAMES.filter(([bit]) => (code >>> bit) & 1).map(([, name]) => name);
}

// EXITINFO1 of a #VMEXIT(NPF), bits 32 and up as a word of their own.
/** Bit 32: the last translation, not one of the guest's own tables, failed. */
export const NPF_FINAL_GPA = 1;
/** Bit 33: one of the guest's own tables. */
export const NPF_GUEST_TABLE = 2;
export const NPF_ENC = 4;
export const NPF_SIZEM = 8;
export const NPF_VMPL = 16;
/** Bit 37: value of the SSS bit of the VMPL mask, where a VMPL check failed. */
export const NPF_SSS = 32;
const NPF_HIGH_NAMES: readonly (readonly [bit: number, name: string])[] = [
  [0, 'FINAL_GPA'],
  [1, 'GUEST_TABLE'],
  [2, 'ENC'],
  [3, 'SIZEM'],
  [4, 'VMPL'],
  [5, 'SSS'],
  [31, 'NOT_RESTARTABLE'],
];

export function nestedErrorBitNames(low: number, high: number): string[] {
  return [...pageFaultBitNames(low), ...NPF_HIGH_NAMES.filter(([bit]) => (high >>> bit) & 1).map(([, name]) => name)];
}

/** EXITINFO1 as hex text, e.g. `0xc80000005`. */
export function nestedErrorText(low: number, high: number): string {
  return `0x${((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)).toString(16)}`;
}

// FAULT_FLAG_*, as in Linux 5.12.
export const FLAG_WRITE = 0x1;
const FLAG_ALLOW_RETRY = 0x4;
const FLAG_KILLABLE = 0x10;
export const FLAG_USER = 0x40;
const FLAG_INTERRUPTIBLE = 0x200;
export const FLAG_DEFAULT = FLAG_ALLOW_RETRY | FLAG_KILLABLE | FLAG_INTERRUPTIBLE;
/** FAULT_FLAG_PAGE_SPLIT up to v5, `PAGESPLIT` in traces. */
export const FLAG_PAGE_SPLIT = 0x400;
/** The same from v6 on. */
export const FLAG_PAGE_SPLIT_BIT_12 = 0x1000;

const FLAG_NAMES: readonly (readonly [flag: number, name: string])[] = [
  [FLAG_WRITE, 'WRITE'],
  [0x2, 'MKWRITE'],
  [FLAG_ALLOW_RETRY, 'ALLOW_RETRY'],
  [0x8, 'RETRY_NOWAIT'],
  [FLAG_KILLABLE, 'KILLABLE'],
  [0x20, 'TRIED'],
  [FLAG_USER, 'USER'],
  [0x80, 'REMOTE'],
  [0x100, 'INSTRUCTION'],
  [FLAG_INTERRUPTIBLE, 'INTERRUPTIBLE'],
  [FLAG_PAGE_SPLIT, 'PAGESPLIT'],
  [FLAG_PAGE_SPLIT_BIT_12, 'PAGESPLIT'],
];

/** Names of FAULT_FLAG_* bits as the kernel's trace table prints them. */
export function faultFlagNames(flags: number): string[] {
  return FLAG_NAMES.filter(([flag]) => flags & flag).map(([, name]) => name);
}

/** Flags of a store without the split flag: 0x255 from user mode, 0x215 from kernel mode. */
export function storeFlags(kernelMode: boolean): number {
  return FLAG_WRITE | FLAG_DEFAULT | (kernelMode ? 0 : FLAG_USER);
}
