/**
 * Tables and tail as one: changes go to the tail file, are answered for, and get into the tables in one go from time to time.
 *
 * Power may fail, and the process may be killed, at any moment. Before a checkpoint the tables' newest transaction is T, on disk, and
 * the header of the tail says so. A start goes back to the transaction of the header and plays the frames that follow it.
 *   1  apply       transaction T+1 in the page cache       stopped here: the disk may have its head without its body; the start forgets it
 *   2  sync        T+1 on disk                             stopped here: as above, and the frames give the same again
 *   3  restart     the header says T+1; frames are cut     stopped here: either header fits the frames that are valid under it
 */
import type { EngineDisk, TableFile } from './engine-disk.js';
import type { Change, KeyValues, Span, Table, TableName } from './key-values.js';
import { failureOf, StoreFailure } from './store-refusal.js';
import type { SyncMode } from './store.js';
import type { Tail } from './tail.js';

export interface EngineSettings {
  readonly mode: SyncMode;
  readonly intervalMs: number;
  /** Bytes that the store may take on disk; a commit beyond is refused as if the disk were full. */
  readonly bytesMax: number;
  /** Length of the tail from which the next commit puts it into the tables first. */
  readonly checkpointBytes: number;
  readonly boot: string;
}

export interface EngineParts {
  /** Name of this store, in the header of the tail and in the tables. */
  readonly store: string;
  readonly disk: EngineDisk;
  readonly settings: EngineSettings;
  readonly tables: TableFile;
  /** null: nothing is written. */
  readonly tail: Tail | null;
  /** Transaction of the tables that is surely on disk. */
  readonly transaction: number;
  /** Frames that were found; noted in the tables. */
  readonly since: readonly Change[];
  /** Whether anybody may have heard of what is gone: see UNSURE. */
  readonly historyInDoubt?: boolean;
}

/**
 * What the header says until the opening's own checkpoint has the answer to the doubt, a new epoch, in the tables: whoever opens next is to
 * doubt again, where this opening is cut short.
 */
const UNSURE = { mode: 'none', boot: '' } as const;

export class Engine implements KeyValues {
  private readonly store: string;
  private readonly disk: EngineDisk;
  private readonly settings: EngineSettings;
  private tables: TableFile;
  private readonly tail: Tail | null;
  private transaction: number;
  private usedBytes: number;
  /** Changes after that transaction, all of them, in the tables or not. */
  private since: Change[];
  /** Something failed, and from then on nothing can be known of the file: the page cache calls clean what may not be on disk. */
  private readonly doubtful = { tail: false, tables: false };
  private queue: Promise<unknown> = Promise.resolve();
  private readonly timer: NodeJS.Timeout | null;
  private closed = false;
  private unsure: boolean;

  constructor({ store, disk, settings, tables, tail, transaction, since, historyInDoubt = false }: EngineParts) {
    this.unsure = historyInDoubt;
    this.store = store;
    this.disk = disk;
    this.settings = settings;
    this.tables = tables;
    this.tail = tail;
    this.transaction = transaction;
    this.since = [...since];
    this.usedBytes = tables.usedBytes;
    const timed = settings.mode === 'interval' && tail !== null;
    this.timer = timed ? setInterval(() => void this.syncInterval(), settings.intervalMs).unref() : null;
  }

  table(name: TableName): Table {
    return this.tables.table(name);
  }

  get bytes(): number {
    return this.tables.fileBytes + (this.tail?.bytes ?? 0);
  }

  /** Bytes that hold something; what is free in the file is used again. */
  get bytesUsed(): number {
    return this.usedBytes + (this.tail?.bytes ?? 0);
  }

  /** One after the other. Rejects with a StoreFailure, and then nothing of it is seen. */
  commit(changes: readonly Change[], span: Span, kept: () => void): Promise<void> {
    return this.inTurn('a commit', async (tail) => {
      await this.makeReady(tail);
      await this.makeRoom(tail, changes);
      await this.append(tail, changes, span, this.settings.mode === 'always');
      this.tables.note(changes);
      for (const change of changes) this.since.push(change);
      kept();
    });
  }

  /** Writes a frame that says nothing, and syncs it. */
  probe(span: Span): Promise<void> {
    return this.inTurn('a probe', async (tail) => {
      await this.makeReady(tail);
      await this.append(tail, [], span, true);
    });
  }

  /** The tail into the tables, on disk. */
  checkpoint(): Promise<void> {
    return this.inTurn('a checkpoint', (tail) => {
      this.unsure = false;
      return this.checkpointNow(tail, 'open');
    });
  }

  async close(): Promise<void> {
    if (this.tail === null) return this.abandon();
    try {
      await this.inTurn('closing', async (tail) => {
        await this.makeReady(tail);
        await this.checkpointNow(tail, 'clean');
      });
    } finally {
      await this.abandon();
    }
  }

  /** Closes without writing. */
  async abandon(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    this.closed = true;
    await this.tables.close();
    await this.tail?.close();
  }

  private inTurn(doing: string, work: (tail: Tail) => Promise<void>): Promise<void> {
    const turn = this.queue.then(async () => {
      if (this.closed || this.tail === null)
        throw new StoreFailure('closed', `${doing}: the store is ${this.closed ? 'closed' : 'read-only'}`);
      try {
        await work(this.tail);
      } catch (error) {
        throw failureOf(error, doing);
      }
    });
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private async makeReady(tail: Tail): Promise<void> {
    if (this.doubtful.tables) await this.reopenTables();
    if (this.doubtful.tail || tail.bytes > this.settings.checkpointBytes) await this.checkpointNow(tail, 'open');
  }

  private async makeRoom(tail: Tail, changes: readonly Change[]): Promise<void> {
    const { bytesMax } = this.settings;
    const bytes = changes.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
    // What only removes is always welcome.
    const isTooMuch = (): boolean =>
      changes.some(({ table, value }) => table !== 'meta' && value !== null) && this.bytesUsed + bytes > bytesMax;
    // What was removed shows when the tail is in the tables.
    if (isTooMuch() && this.since.length > 0) await this.checkpointNow(tail, 'open');
    if (isTooMuch())
      throw new StoreFailure('disk-full', `the store holds ${this.bytesUsed} bytes, and with this commit more than ${bytesMax}`);
  }

  /**
   * What was not kept shall not be found by the next start either, so it is cut off; where even that fails it may be found, and nobody was
   * told that it is kept. The disk may have parts of it all the same: no other frame goes there, a new generation begins.
   */
  private async append(tail: Tail, changes: readonly Change[], span: Span, synced: boolean): Promise<void> {
    const end = tail.bytes;
    try {
      await tail.append(changes, span, synced ? 'now' : 'later');
      if (synced) await tail.sync();
    } catch (error) {
      this.doubtful.tail = true;
      await tail.cut(end).catch(() => undefined);
      throw error;
    }
  }

  private async checkpointNow(tail: Tail, how: 'open' | 'clean'): Promise<void> {
    this.doubtful.tables = true;
    this.tables.apply();
    await this.tables.sync();
    this.doubtful.tables = false;
    this.transaction = this.tables.transaction;
    this.since = [];
    this.usedBytes = this.tables.usedBytes;
    // Until the header is surely there, no frame may follow: it might be taken for one of the generation before.
    this.doubtful.tail = true;
    const { mode, boot } = this.unsure ? UNSURE : this.settings;
    await tail.restart({ store: this.store, transaction: this.transaction, boot, mode, clean: how === 'clean' });
    this.doubtful.tail = false;
  }

  /** From the last transaction that is surely on disk, with all that was kept since, which is in memory. */
  private async reopenTables(): Promise<void> {
    await this.tables.close();
    this.tables = await this.disk.openTables(this.transaction, 'read-write');
    this.tables.note(this.since);
    this.doubtful.tables = false;
    this.doubtful.tail = true;
  }

  private async syncInterval(): Promise<void> {
    const { tail } = this;
    if (tail === null || !tail.hasUnsynced) return;
    await this.inTurn('a sync', async () => {
      try {
        await tail.sync();
      } catch (error) {
        this.doubtful.tail = true;
        throw error;
      }
    }).catch(() => undefined);
  }
}
