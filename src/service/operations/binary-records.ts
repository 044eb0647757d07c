/**
 * Operations as 32-byte little-endian records, decoded as their bytes arrive, and outcomes as 8-byte ones (api: application/vnd.rampart.ops).
 *
 *      0    1      2    4       8          16              32
 *     | op | flags | 0 | size  | address  | 0 … 0          |
 *
 * op: 1 hypervisor write, 2 hypervisor read, 3 private, 4 shared, 5 guest read, 6 guest write. flags: bit 0 2M pages (3, 4), bit 1 the
 * address is a gpa and no hva (1, 2), bit 2 C-bit clear (5, 6), bits 4 and 5 the VMPL (5, 6). size: bytes, or pages (3, 4).
 */
import { asGfn, asVpn, type Command, type Target } from '../../core/index.js';

export const RECORD_BYTES = 32;

const WRITE = 1;
const READ = 2;
const PRIVATE = 3;
const SHARED = 4;
const GUEST_READ = 5;

const PAGES_2M = 1;
const IS_GPA = 2;
const C_BIT_CLEAR = 4;
/** Bits 4 and 5. */
const VMPL = 0x30;

/** Flags that mean something to each operation. */
const FLAGS: readonly number[] = [0, IS_GPA, IS_GPA, PAGES_2M, PAGES_2M, C_BIT_CLEAR | VMPL, C_BIT_CLEAR | VMPL];

/** A record that is none, by its number from 0: nothing after it is carried out. */
export interface BadRecord {
  readonly bad: true;
  readonly index: number;
  readonly detail: string;
  readonly hint: string;
}

export class RecordDecoder {
  /** Records decoded so far. */
  index = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  private view = new DataView(this.bytes.buffer);
  private at = 0;
  private readonly cut = new Uint8Array(RECORD_BYTES);
  private cutBytes = 0;

  /** More bytes; those fed before have all been taken. */
  feed(bytes: Uint8Array): void {
    if (this.cutBytes === 0) return this.turnTo(bytes, 0);
    const missing = RECORD_BYTES - this.cutBytes;
    if (bytes.length < missing) {
      this.cut.set(bytes, this.cutBytes);
      this.cutBytes += bytes.length;
      return this.turnTo(bytes, bytes.length);
    }
    // The record that the last bytes ended in, and then the others, in one piece.
    const joined = new Uint8Array(this.cutBytes + bytes.length);
    joined.set(this.cut.subarray(0, this.cutBytes));
    joined.set(bytes, this.cutBytes);
    this.cutBytes = 0;
    this.turnTo(joined, 0);
  }

  /** The next operation; null where more bytes are needed. */
  next(): Command | BadRecord | null {
    if (this.at + RECORD_BYTES > this.bytes.length) {
      if (this.at < this.bytes.length) {
        this.cut.set(this.bytes.subarray(this.at));
        this.cutBytes = this.bytes.length - this.at;
        this.at = this.bytes.length;
      }
      return null;
    }
    const command = this.decode(this.at);
    this.at += RECORD_BYTES;
    this.index += 1;
    return command;
  }

  /** What is wrong where no more bytes come: they end inside a record. */
  end(): BadRecord | null {
    if (this.cutBytes === 0) return null;
    return bad(this.index, `the last record has ${this.cutBytes} of ${RECORD_BYTES} bytes`, 'send whole records');
  }

  private turnTo(bytes: Uint8Array, at: number): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  private decode(at: number): Command | BadRecord {
    const { view } = this;
    const op = view.getUint8(at);
    const flags = view.getUint8(at + 1);
    if (op < WRITE || op > FLAGS.length - 1) return bad(this.index, `${op} is no operation`, 'the operations are 1 to 6');
    if ((flags & ~FLAGS[op]) !== 0) return bad(this.index, `flags ${flags} of operation ${op}: reserved bits are set`, 'clear them');
    const reserved =
      view.getUint16(at + 2, true) | view.getUint32(at + 16, true) | view.getUint32(at + 20, true) | view.getUint32(at + 24, true);
    if ((reserved | view.getUint32(at + 28, true)) !== 0)
      return bad(this.index, 'reserved bytes are not zero', 'clear bytes 2, 3 and 16 to 31');
    const size = view.getUint32(at + 4, true);
    const low = view.getUint32(at + 8, true);
    const page = view.getUint32(at + 12, true) * 2 ** 20 + (low >>> 12);
    if (op > SHARED) return guestAccess(op, flags, page, low & 4095, size);
    return op < PRIVATE
      ? access(op, flags, page, low & 4095, size)
      : this.pageStateChange(op === PRIVATE ? 'private' : 'shared', flags, page, low & 4095, size);
  }

  private pageStateChange(
    operation: 'private' | 'shared',
    flags: number,
    page: number,
    offset: number,
    pages: number,
  ): Command | BadRecord {
    if (offset !== 0) return bad(this.index, 'the gpa does not begin a 4K page', 'give a multiple of 0x1000');
    const pageSize = flags & PAGES_2M ? 2 : 1;
    return {
      op: 'page-state-change',
      entries: [{ gfn: asGfn(page), pages, pageSize, operation }],
      validate: true,
      strictGuest: false,
    };
  }
}

function access(op: number, flags: number, page: number, offset: number, size: number): Command {
  const target: Target = flags & IS_GPA ? { space: 'gpa', page: asGfn(page), offset } : { space: 'hva', page: asVpn(page), offset };
  return op === READ
    ? { op: 'hypervisor-read', target, size, via: 'user' }
    : { op: 'hypervisor-write', target, size, via: 'user', pagefaultDisabled: false };
}

function guestAccess(op: number, flags: number, page: number, offset: number, size: number): Command {
  return {
    op: 'guest-access',
    gfn: asGfn(page),
    offset,
    size,
    access: op === GUEST_READ ? 'read' : 'write',
    cBit: (flags & C_BIT_CLEAR) === 0,
    vmpl: ((flags & VMPL) >>> 4) as 0 | 1 | 2 | 3,
    privilege: 'supervisor',
    guestLevel: 1,
  };
}

function bad(index: number, detail: string, hint: string): BadRecord {
  return { bad: true, index, detail, hint };
}
