/** The raw 16 bytes of an entry in the Milan and Genoa layout (hardware.md 1.3). */
import type { RmpEntry } from './outcome.js';

const bit = (set: boolean, at: bigint): bigint => (set ? 1n << at : 0n);

/** The two quadwords as hex text, low one first. The lock bit stands with the firmware's immutable pages. */
export function rawEntryOf(entry: RmpEntry): readonly [string, string] {
  const firmware = entry.assigned && entry.immutable && entry.asid === 0;
  const low =
    bit(entry.assigned, 0n) |
    bit(entry.pageSize === 2, 1n) |
    bit(entry.immutable, 2n) |
    (BigInt(entry.subPageCount) << 3n) |
    (BigInt(entry.gfn) << 12n) |
    (BigInt(entry.asid) << 51n) |
    bit(entry.vmsa, 61n) |
    bit(entry.validated, 62n) |
    bit(firmware, 63n);
  return [`0x${low.toString(16)}`, `0x${(entry.vmpl >>> 0).toString(16)}`];
}

/** As the kernel's dumps print them: 16 digits each. */
export function dumpedEntryOf(entry: RmpEntry): string {
  const [low, high] = rawEntryOf(entry).map((text) => text.slice(2).padStart(16, '0'));
  return `[0x${low} - 0x${high}]`;
}
