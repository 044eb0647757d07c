/** The two quadwords of an RMP entry as Milan and Genoa lay them out, bit by bit (hardware.md 1.3). */

export interface BitField {
  readonly name: string;
  readonly high: number;
  readonly low: number;
  readonly value: bigint;
  readonly meaning: string;
}

interface Layout {
  readonly name: string;
  readonly high: number;
  readonly low: number;
  meaning(value: bigint): string;
}

const bit = (name: string, at: number, yes: string, no: string): Layout => ({
  name,
  high: at,
  low: at,
  meaning: (value) => (value === 1n ? yes : no),
});

const MASK_BITS = ['read', 'write', 'user-execute', 'supervisor-execute', 'shadow-stack'] as const;

const mask = (vmpl: number): Layout => ({
  name: `VMPL${vmpl}`,
  high: vmpl * 8 + 7,
  low: vmpl * 8,
  meaning: (value) => MASK_BITS.filter((_, i) => ((value >> BigInt(i)) & 1n) === 1n).join(' ') || 'nothing',
});

const LOW: readonly Layout[] = [
  bit('lock', 63, 'set by the firmware', 'free'),
  bit('validated', 62, 'PVALIDATE was done', 'not validated'),
  bit('vmsa', 61, 'a VMSA page', 'no VMSA page'),
  { name: 'asid', high: 60, low: 51, meaning: (value) => (value === 0n ? 'no guest' : `guest ${value}`) },
  { name: 'gpa', high: 50, low: 12, meaning: (value) => `0x${(value << 12n).toString(16)}` },
  {
    name: 'subpage_count',
    high: 11,
    low: 3,
    meaning: (value) => (value === 0n ? 'none beside the base' : `${value} more assigned in the region`),
  },
  bit('immutable', 2, 'only firmware changes it', 'RMPUPDATE may change it'),
  bit('page_size', 1, '2M', '4K'),
  bit('assigned', 0, 'not the hypervisor’s', 'the hypervisor’s'),
];

const HIGH: readonly Layout[] = [
  {
    name: 'other',
    high: 63,
    low: 32,
    meaning: (value) => (value === 0n ? 'keys, root port, migration: unused' : `0x${value.toString(16)}`),
  },
  mask(3),
  mask(2),
  mask(1),
  mask(0),
];

/** Highest bits first. `which` 0 is the low quadword. */
export function bitFields(which: 0 | 1, quadword: string): BitField[] {
  const value = BigInt(quadword);
  return (which === 0 ? LOW : HIGH).map(({ name, high, low, meaning }) => {
    const part = (value >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n);
    return { name, high, low, value: part, meaning: meaning(part) };
  });
}
