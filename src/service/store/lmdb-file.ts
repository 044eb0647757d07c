/**
 * The LMDB file as bytes, read before LMDB maps it: LMDB trusts its file, and following a wrong pointer through the map would end the
 * process, again at each start. Two meta pages name the newest transaction and the one before; from there every page is visited.
 *
 *     page: number u64, transaction u64, pad u16, flags u16, lower u16, upper u16, offsets u16 …, nodes at the end
 *     node: u16 u16 u16 (page number, or length of value and flags), length of key u16, key, value
 */
import { closeSync, fdatasyncSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';

export interface LmdbMeta {
  readonly place: 0 | 1;
  readonly transaction: number;
  readonly pageBytes: number;
  readonly lastPage: number;
  /** Free pages and the tables: root page (-1: empty), depth, entries. */
  readonly trees: readonly Tree[];
}

interface Tree {
  readonly root: number;
  readonly depth: number;
  readonly entries: number;
}

const META_BYTES = 168;
const META_MAGIC = 0xbeefc0de;
const HEAD_BYTES = 24;
const NODE_BYTES = 8;
const BRANCH = 1;
const LEAF = 2;
const OVERFLOW = 4;
const BIG_VALUE = 1;
const SUB_TREE = 2;
const TREE_BYTES = 48;
const TRANSACTION_AT = 152;
const NO_PAGE = 2n ** 64n - 1n;

/** Newest first; none where the file is no LMDB file. */
export function readMetas(path: string): readonly LmdbMeta[] {
  return withFile(path, 'r', (fd) => {
    const first = metaAt(fd, 0, 0);
    const second = first === null ? null : metaAt(fd, 1, first.pageBytes);
    return [first, second].filter((meta) => meta !== null).sort((a, b) => b.transaction - a.transaction);
  });
}

/** What is wrong with the tree of pages under this meta page, or null. */
export function problemIn(path: string, meta: LmdbMeta): string | null {
  return withFile(path, 'r', (fd) => new Walk(fd, meta).problem());
}

/** Makes the older of two transactions the newest again. */
export function goBackTo(path: string, meta: LmdbMeta): void {
  withFile(path, 'r+', (fd) => {
    const body = Buffer.alloc(META_BYTES);
    readSync(fd, body, 0, META_BYTES, meta.place * meta.pageBytes);
    // The other place holds the transaction to be forgotten; it gets this state too, under an older number. Page number and flags stay.
    body.writeBigUInt64LE(BigInt(Math.max(meta.transaction - 1, 0)), TRANSACTION_AT);
    const other = meta.place === 0 ? meta.pageBytes : 0;
    writeSync(fd, body, HEAD_BYTES, META_BYTES - HEAD_BYTES, other + HEAD_BYTES);
    fdatasyncSync(fd);
  });
}

function withFile<T>(path: string, flags: 'r' | 'r+', use: (fd: number) => T): T {
  const fd = openSync(path, flags);
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

function metaAt(fd: number, place: 0 | 1, at: number): LmdbMeta | null {
  const page = Buffer.alloc(META_BYTES);
  if (readSync(fd, page, 0, META_BYTES, at) < META_BYTES || page.readUInt32LE(24) !== META_MAGIC) return null;
  const pageBytes = page.readUInt32LE(48);
  if (pageBytes < 512 || pageBytes > 65_536 || (pageBytes & (pageBytes - 1)) !== 0) return null;
  return {
    place,
    transaction: Number(page.readBigUInt64LE(TRANSACTION_AT)),
    pageBytes,
    lastPage: Number(page.readBigUInt64LE(144)),
    trees: [treeAt(page, 48), treeAt(page, 96)],
  };
}

function treeAt(bytes: Buffer, at: number): Tree {
  const root = bytes.readBigUInt64LE(at + 40);
  return { root: root === NO_PAGE ? -1 : Number(root), depth: bytes.readUInt16LE(at + 6), entries: Number(bytes.readBigUInt64LE(at + 32)) };
}

/** One visit to all pages. Throws a text at the first that is not as it has to be. */
class Walk {
  private readonly seen: Uint8Array;
  private readonly pages: number;

  constructor(
    private readonly fd: number,
    private readonly meta: LmdbMeta,
  ) {
    this.pages = Math.min(meta.lastPage + 1, Math.floor(fstatSync(fd).size / meta.pageBytes));
    this.seen = new Uint8Array(Math.ceil(this.pages / 8));
  }

  problem(): string | null {
    try {
      for (const tree of this.meta.trees) this.tree(tree);
      return null;
    } catch (error) {
      if (error instanceof Wrong) return error.message;
      throw error;
    }
  }

  private tree({ root, depth, entries }: Tree): void {
    const found = root === -1 ? 0 : this.page(root, depth);
    if (found !== entries) throw new Wrong(`a table has ${found} entries and should have ${entries}`);
  }

  /** The number of entries under a page. */
  private page(number: number, depth: number): number {
    const page = this.read(number, 1, this.meta.pageBytes);
    const flags = page.readUInt16LE(18);
    if (flags !== (depth <= 1 ? LEAF : BRANCH)) throw new Wrong(`page ${number} is of another kind than it should be`);
    const lower = page.readUInt16LE(20);
    const upper = page.readUInt16LE(22);
    if (lower > upper || upper > this.meta.pageBytes - HEAD_BYTES || lower % 2 !== 0 || lower === 0)
      throw new Wrong(`page ${number} has no sound layout`);
    let entries = 0;
    for (let i = 0; i < lower / 2; i++) {
      const node = page.readUInt16LE(HEAD_BYTES + 2 * i);
      if (node < upper || HEAD_BYTES + node + NODE_BYTES > this.meta.pageBytes)
        throw new Wrong(`page ${number} has an entry outside of it`);
      entries += this.node(page, number, HEAD_BYTES + node, depth);
    }
    return entries;
  }

  private node(page: Buffer, number: number, at: number, depth: number): number {
    const [low, high, flags] = [page.readUInt16LE(at), page.readUInt16LE(at + 2), page.readUInt16LE(at + 4)];
    const value = at + NODE_BYTES + page.readUInt16LE(at + 6);
    if (depth > 1) {
      if (value > page.length) throw new Wrong(`page ${number} has a key that ends outside of it`);
      return this.page(low + high * 2 ** 16 + flags * 2 ** 32, depth - 1);
    }
    const bytes = low + high * 2 ** 16;
    const held = (flags & BIG_VALUE) !== 0 ? HEAD_BYTES : bytes;
    if (value + held > page.length) throw new Wrong(`page ${number} has a value that ends outside of it`);
    if ((flags & BIG_VALUE) !== 0) this.bigValue(Number(page.readBigUInt64LE(value)), bytes);
    if ((flags & SUB_TREE) !== 0) {
      if (bytes !== TREE_BYTES) throw new Wrong(`page ${number} has a table without a root`);
      this.tree(treeAt(page, value));
    }
    return 1;
  }

  private bigValue(number: number, bytes: number): void {
    const count = Math.ceil((HEAD_BYTES + bytes) / this.meta.pageBytes);
    const page = this.read(number, count, HEAD_BYTES);
    if (page.readUInt16LE(18) !== OVERFLOW || page.readUInt32LE(20) < count)
      throw new Wrong(`page ${number} is not the long value that it should be`);
  }

  /** The first bytes of a run of pages, each visited once, and all inside the file. */
  private read(number: number, count: number, bytes: number): Buffer {
    if (number < 2 || number + count > this.pages) throw new Wrong(`page ${number} lies outside of the file`);
    for (let n = number; n < number + count; n++) {
      const bit = 1 << (n & 7);
      const byte = this.seen[n >> 3] ?? 0;
      if ((byte & bit) !== 0) throw new Wrong(`page ${n} is used twice`);
      this.seen[n >> 3] = byte | bit;
    }
    const page = Buffer.allocUnsafe(bytes);
    readSync(this.fd, page, 0, bytes, number * this.meta.pageBytes);
    if (Number(page.readBigUInt64LE(0)) !== number) throw new Wrong(`page ${number} holds another page`);
    if (Number(page.readBigUInt64LE(8)) > this.meta.transaction) throw new Wrong(`page ${number} is of a later transaction`);
    return page;
  }
}

class Wrong extends Error {}
