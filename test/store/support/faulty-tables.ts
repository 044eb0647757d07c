/** Tables in memory that go from transaction to transaction on the simulated disk, each of which is on the disk or not. */
import type { TableFile } from '../../../src/service/store/engine-disk.js';
import type { Change, Key, Table, TableName } from '../../../src/service/store/key-values.js';
import { compareKeys } from '../../../src/service/store/overlay.js';
import { StoreFailure } from '../../../src/service/store/store-refusal.js';
import type { FaultyDisk } from './faulty-store.js';

type Entries = ReadonlyMap<TableName, ReadonlyMap<Key, Buffer>>;

export interface Transaction {
  readonly number: number;
  readonly tables: Entries;
  synced: boolean;
}

export class FaultyTables implements TableFile {
  private seen: Entries;
  private noted: readonly Change[] = [];
  private closed = false;
  /** Its sync failed: it may be on the disk or not, and no later sync changes that. */
  private doubtful = false;

  constructor(
    private readonly disk: FaultyDisk,
    at: number,
    /** Both throw where the store was killed: later, and at once. */
    private readonly opening: { turn(): Promise<void>; now(): void },
  ) {
    this.seen = disk.transactions[at]?.tables ?? new Map();
  }

  get transaction(): number {
    return this.newest.number;
  }

  get usedBytes(): number {
    return 0;
  }

  get fileBytes(): number {
    return 0;
  }

  note(changes: readonly Change[]): void {
    this.noted = [...this.noted, ...changes];
    this.seen = changed(this.seen, changes);
  }

  apply(): void {
    if (this.noted.length === 0) return;
    this.opening.now();
    this.disk.call('transaction');
    if (!this.newest.synced) throw new Error('a second transaction before the first is on the disk: a power cut could leave none');
    this.disk.transactions.push({ number: this.newest.number + 1, tables: this.seen, synced: false });
    // As LMDB: what the one before the one before could reach is written over.
    this.disk.transactions.splice(0, this.disk.transactions.length - 2);
    this.noted = [];
  }

  async sync(): Promise<void> {
    await this.opening.turn();
    try {
      this.disk.call('sync of the tables');
    } catch (error) {
      this.doubtful = true;
      throw error;
    }
    if (!this.doubtful) this.newest.synced = true;
  }

  table(name: TableName): Table {
    const entries = (): ReadonlyMap<Key, Buffer> => {
      if (this.closed) throw new StoreFailure('closed', 'the store is closed');
      return this.seen.get(name) ?? new Map<Key, Buffer>();
    };
    const keys = (from?: Key): readonly Key[] => [...entries().keys()].sort(compareKeys).filter((key) => from === undefined || key >= from);
    return {
      get: (key) => entries().get(key),
      keys,
      *range(from) {
        for (const key of keys(from)) {
          const value = entries().get(key);
          if (value !== undefined) yield [key, value];
        }
      },
      floor: (key) => {
        const found = keys().findLast((candidate) => candidate <= key);
        const value = found === undefined ? undefined : entries().get(found);
        return found === undefined || value === undefined ? undefined : [found, value];
      },
    };
  }

  async close(): Promise<void> {
    await Promise.resolve();
    this.closed = true;
  }

  private get newest(): Transaction {
    const newest = this.disk.transactions.at(-1);
    if (newest === undefined) throw new Error('tables have at least one transaction');
    return newest;
  }
}

function changed(tables: Entries, changes: readonly Change[]): Entries {
  const next = new Map([...tables].map(([name, entries]) => [name, new Map(entries)]));
  for (const { table, key, value } of changes) {
    const entries = next.get(table) ?? new Map<Key, Buffer>();
    next.set(table, entries);
    if (value === null) entries.delete(key);
    else entries.set(key, value);
  }
  return next;
}
