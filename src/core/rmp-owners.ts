/** Owners of RMP entries: what an entry says beside its bits. Most are what the layout gives; any other one is kept here, by its frame. */
import { assert } from './error.js';
import type { Layout } from './layout.js';
import { PageHash } from './page-hash.js';
import { ASSIGNED, FOREIGN } from './region-bits.js';

/** All permissions at VMPL0, none at the others: what an entry has after an RMPUPDATE to a guest (APM2 15.36.5). */
export const VMPL0_ALL = 0x1f;
const HIGH_WORD = 2 ** 32;

export interface Owner {
  readonly gfn: number;
  readonly asid: number;
  readonly vmpl: number;
}
export const NO_OWNER: Owner = { gfn: 0, asid: 0, vmpl: 0 };

export class RmpOwners {
  private readonly layout: Layout;
  private readonly asid: number;
  private readonly foreigners = new PageHash(3);

  constructor(layout: Layout, asid: number) {
    this.layout = layout;
    this.asid = asid;
  }

  get bytes(): number {
    return this.foreigners.bytes;
  }

  /** Bits as stored: FOREIGN where the owner is not what the layout gives, and is kept. */
  keep(pfn: number, bits: number, owner: Owner): number {
    const expected =
      bits & ASSIGNED
        ? owner.asid === this.asid && owner.gfn === this.layout.gfnBehind(pfn) && owner.vmpl === VMPL0_ALL
        : owner.asid === 0 && owner.gfn === 0 && owner.vmpl === 0;
    if (expected) return bits;
    this.foreigners.put(pfn, owner.gfn % HIGH_WORD, Math.floor(owner.gfn / HIGH_WORD) | (owner.asid << 8), owner.vmpl);
    return bits | FOREIGN;
  }

  /** Of an entry without FOREIGN: what the layout gives. */
  native(pfn: number, bits: number): Owner {
    return bits & ASSIGNED ? { gfn: this.layout.gfnBehind(pfn), asid: this.asid, vmpl: VMPL0_ALL } : NO_OWNER;
  }

  /** Of an entry with FOREIGN. */
  foreign(pfn: number): Owner {
    const slot = this.foreigners.find(pfn);
    assert(slot >= 0, 'a foreign entry has its owner');
    const packed = this.foreigners.word(slot, 1);
    return { gfn: this.foreigners.word(slot, 0) + (packed & 0xff) * HIGH_WORD, asid: packed >>> 8, vmpl: this.foreigners.word(slot, 2) };
  }

  remove(pfn: number): void {
    this.foreigners.remove(pfn);
  }
}

/** Bytes of an owner in a canonical form. */
export const OWNER_BYTES = 14;

export function ownerBytes(owner: Owner): Uint8Array {
  const view = new DataView(new ArrayBuffer(OWNER_BYTES));
  view.setBigUint64(0, BigInt(owner.gfn), true);
  view.setUint16(8, owner.asid, true);
  view.setUint32(10, owner.vmpl, true);
  return new Uint8Array(view.buffer);
}

export function ownerFrom(bytes: Uint8Array): Owner {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { gfn: Number(view.getBigUint64(0, true)), asid: view.getUint16(8, true), vmpl: view.getUint32(10, true) };
}
