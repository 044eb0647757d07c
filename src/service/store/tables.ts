/**
 * The tables in their LMDB file, under an overlay of the changes that only the tail file has yet.
 *
 * LMDB is opened without its own syncing: `apply` is a transaction in the page cache, `sync` makes it last. LMDB never overwrites a
 * page that the transaction before the newest one can reach; so as long as at most one transaction is not synced, the file always
 * holds a state that is, and `lmdb-file.ts` knows how to go back to it.
 */
import { close, fdatasync, open as openFile, statfsSync, statSync } from 'node:fs';
import { promisify } from 'node:util';
import { type Database, open, type RootDatabase } from 'lmdb';
import type { DiskAccess, TableFile } from './engine-disk.js';
import { type Change, type Key, type Table, TABLES, type TableName } from './key-values.js';
import { compareKeys, Overlay } from './overlay.js';
import { errnoOf, StoreFailure } from './store-refusal.js';

/** Address space, not memory nor disk; grows by itself beyond. */
const MAP_BYTES_AT_FIRST = 2 ** 30;
/** Less than this left on the disk explains a write that failed. */
const ROOM_BYTES = 2 ** 20;
/** Keys read at a time, so that no read transaction stays open between two steps of a reader. */
const WINDOW_KEYS = 64;

type Db = Database<Buffer, Key>;

export class Tables implements TableFile {
  private readonly overlays = new Map<TableName, Overlay>(TABLES.map((name) => [name, new Overlay()]));
  private pending: Change[] = [];
  private closed = false;

  private constructor(
    private readonly path: string,
    private readonly env: RootDatabase<Buffer, Key>,
    private readonly dbs: ReadonlyMap<TableName, Db>,
    /** Of our own, for syncing; null where nothing is written. */
    private readonly fd: number | null,
  ) {}

  static async open(path: string, access: DiskAccess): Promise<Tables> {
    const readOnly = access === 'read-only';
    const env = open<Buffer, Key>(path, {
      noSubdir: true,
      encoding: 'binary',
      maxDbs: TABLES.length + 2,
      mapSize: MAP_BYTES_AT_FIRST,
      overlappingSync: false,
      noSync: !readOnly,
      readOnly,
    });
    const dbs = new Map<TableName, Db>(TABLES.map((name) => [name, env.openDB<Buffer, Key>(name, { encoding: 'binary' })]));
    return new Tables(path, env, dbs, readOnly ? null : await promisify(openFile)(path, 'r+'));
  }

  note(changes: readonly Change[]): void {
    for (const change of changes) {
      this.pending.push(change);
      this.overlays.get(change.table)?.set(change.key, change.value);
    }
  }

  apply(): void {
    if (this.pending.length === 0) return;
    try {
      this.env.transactionSync(() => {
        for (const { table, key, value } of this.pending) {
          const db = this.db(table);
          if (value === null) db.removeSync(key);
          else db.putSync(key, value);
        }
      });
    } catch (error) {
      throw this.explained(error);
    }
    this.pending = [];
    for (const overlay of this.overlays.values()) overlay.clear();
  }

  async sync(): Promise<void> {
    if (this.fd !== null) await promisify(fdatasync)(this.fd);
  }

  table(name: TableName): Table {
    const db = this.db(name);
    const overlay = this.overlays.get(name) ?? new Overlay();
    const get = (key: Key): Buffer | undefined => {
      const over = overlay.get(key);
      return over === undefined ? this.open(db).get(key) : (over ?? undefined);
    };
    return {
      get,
      keys: (from) => keys(() => this.open(db), overlay, from),
      *range(from) {
        for (const key of this.keys(from)) {
          const value = get(key);
          if (value !== undefined) yield [key, value];
        }
      },
      floor: (key) => floor(this.open(db), overlay, key),
    };
  }

  get transaction(): number {
    return (this.env.getStats() as { readonly lastTxnId: number }).lastTxnId;
  }

  get usedBytes(): number {
    return [...this.dbs.values()].reduce((sum, db) => {
      const s = db.getStats() as Readonly<Record<'pageSize' | 'treeBranchPageCount' | 'treeLeafPageCount' | 'overflowPages', number>>;
      return sum + s.pageSize * (s.treeBranchPageCount + s.treeLeafPageCount + s.overflowPages);
    }, 0);
  }

  get fileBytes(): number {
    return statSync(this.path).size;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.env.close();
    if (this.fd !== null) await promisify(close)(this.fd);
  }

  /** Where the disk takes only a part of a page, LMDB says EIO, whatever the reason. */
  private explained(error: unknown): unknown {
    const { bavail, bsize } = statfsSync(this.path);
    const full = errnoOf(error) === 'EIO' && bavail * bsize < ROOM_BYTES;
    return full ? new StoreFailure('disk-full', `${this.path} could not grow, the disk has ${bavail * bsize} bytes left`) : error;
  }

  /** LMDB itself does not survive a look into what is closed. */
  private open(db: Db): Db {
    if (this.closed) throw new StoreFailure('closed', 'the store is closed');
    return db;
  }

  private db(name: TableName): Db {
    const db = this.dbs.get(name);
    if (db === undefined) throw new Error(`invariant broken: no table ${name}`);
    return db;
  }
}

/** Window by window: up to so many keys of the file, and what the overlay says about the same stretch. */
function* keys(db: () => Db, overlay: Overlay, from: Key | undefined): Iterable<Key> {
  let after: Key | undefined;
  for (;;) {
    const start = after ?? from;
    const window = new Set<Key>(db().getKeys({ ...(start === undefined ? {} : { start }), limit: WINDOW_KEYS }));
    const last = window.size === WINDOW_KEYS ? [...window].at(-1) : undefined;
    for (const key of overlay.between(start, last)) {
      if (overlay.get(key) === null) window.delete(key);
      else window.add(key);
    }
    if (after !== undefined) window.delete(after);
    yield* [...window].sort(compareKeys);
    if (last === undefined) return;
    after = last;
  }
}

function floor(db: Db, overlay: Overlay, key: Key): readonly [Key, Buffer] | undefined {
  const over = overlay.floor(key);
  for (const entry of db.getRange({ start: key, reverse: true })) {
    if (over !== undefined && over >= entry.key) break;
    if (overlay.get(entry.key) === undefined) return [entry.key, entry.value];
  }
  const value = over === undefined ? undefined : overlay.get(over);
  return over === undefined || value === null || value === undefined ? undefined : [over, value];
}
