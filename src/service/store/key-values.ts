/**
 * The store below its meaning: seven tables of keys and values, and the changes that a commit makes to them. The tail file and the
 * tables keep changes; neither knows what a record is.
 */

/** The order is part of the form of the tail file. */
export const TABLES = ['meta', 'journal', 'events', 'vms', 'snapshots', 'answers', 'origins'] as const;

export type TableName = (typeof TABLES)[number];

export type Key = number | string;

export interface Change {
  readonly table: TableName;
  readonly key: Key;
  /** null: removed. */
  readonly value: Buffer | null;
}

/** One of the tables, for reading. */
export interface Table {
  get(key: Key): Buffer | undefined;
  /** Ascending from `from` on, or all. A commit in between is seen or not, and does no harm. */
  keys(from?: Key): Iterable<Key>;
  range(from?: Key): Iterable<readonly [key: Key, value: Buffer]>;
  /** The entry at the key or the nearest before it. */
  floor(key: Key): readonly [key: Key, value: Buffer] | undefined;
}

export type TableReader = (name: TableName) => Table;

/** Records that a commit brings: the number of the first, or of the one to come next, and how many. */
export interface Span {
  readonly firstRecord: number;
  readonly records: number;
}

/** What keeps the tables: files, or a simulated disk. */
export interface KeyValues {
  table(name: TableName): Table;
  /** All or nothing, one commit after the other; `kept` is called at the moment from which readers see it. Rejects with a StoreFailure. */
  commit(changes: readonly Change[], span: Span, kept: () => void): Promise<void>;
  /** Writes and syncs something that says nothing. */
  probe(span: Span): Promise<void>;
  readonly bytes: number;
  close(): Promise<void>;
}

/** What a change has before its key and its value: table, kind, length of key, length of value. */
const HEAD_BYTES = 8;
const PUT = 1;
const TEXT_KEY = 2;

export function changesLength(changes: readonly Change[]): number {
  return changes.reduce((sum, { key, value }) => sum + HEAD_BYTES + keyLength(key) + (value?.length ?? 0), 0);
}

/** Where they end. */
export function writeChanges(changes: readonly Change[], out: Buffer, from: number): number {
  let at = from;
  for (const { table, key, value } of changes) {
    const keyBytes = keyLength(key);
    out.writeUInt8(TABLES.indexOf(table), at);
    out.writeUInt8((value === null ? 0 : PUT) | (typeof key === 'string' ? TEXT_KEY : 0), at + 1);
    out.writeUInt16LE(keyBytes, at + 2);
    out.writeUInt32LE(value?.length ?? 0, at + 4);
    at += HEAD_BYTES;
    if (typeof key === 'string') out.write(key, at);
    else out.writeDoubleBE(key, at);
    at += keyBytes;
    if (value !== null) at += value.copy(out, at);
  }
  return at;
}

/** null: these are no changes. */
export function decodeChanges(bytes: Buffer): readonly Change[] | null {
  const changes: Change[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + HEAD_BYTES > bytes.length) return null;
    const table = TABLES[bytes.readUInt8(at)];
    const kind = bytes.readUInt8(at + 1);
    const keyEnd = at + HEAD_BYTES + bytes.readUInt16LE(at + 2);
    const end = keyEnd + bytes.readUInt32LE(at + 4);
    if (table === undefined || end > bytes.length) return null;
    const keyPart = bytes.subarray(at + HEAD_BYTES, keyEnd);
    const key = (kind & TEXT_KEY) !== 0 ? keyPart.toString() : keyPart.readDoubleBE(0);
    changes.push({ table, key, value: (kind & PUT) !== 0 ? bytes.subarray(keyEnd, end) : null });
    at = end;
  }
  return changes;
}

const keyLength = (key: Key): number => (typeof key === 'string' ? Buffer.byteLength(key) : 8);
