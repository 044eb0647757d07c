/** What the engine needs of a disk: a tail file of bytes, and tables that go from one transaction to the next. Files in a folder, or simulated. */
import type { Change, Table, TableName } from './key-values.js';

/** `now`: a sync follows, which gives others their turn. `later`: it takes a turn of the event loop, in which a group comes together. */
export type WritePace = 'now' | 'later';

export interface TailFile {
  write(bytes: Buffer, at: number, pace: WritePace): Promise<void>;
  /** Cut off at this length, on the disk when it returns, and all that was written before too. */
  cut(length: number): Promise<void>;
  /** What was written is on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface TableFile {
  table(name: TableName): Table;
  /** Seen by readers from now on. */
  note(changes: readonly Change[]): void;
  /** What was noted becomes the next transaction, not synced. Throws, and then there is no such transaction. */
  apply(): void;
  sync(): Promise<void>;
  /** Number of the newest transaction. */
  readonly transaction: number;
  /** Bytes that hold something; there may be free ones in the file. */
  readonly usedBytes: number;
  readonly fileBytes: number;
  close(): Promise<void>;
}

export type DiskAccess = 'read-write' | 'read-only';

export interface EngineDisk {
  /** Where the files are, for people. */
  readonly name: string;
  /** All of the tail file; null where there is none. */
  readTail(): Buffer | null;
  openTail(): Promise<TailFile>;
  makeTables(): Promise<TableFile>;
  /** As this transaction left them; a later one is forgotten. Throws Refused where they are damaged. */
  openTables(transaction: number, access: DiskAccess): Promise<TableFile>;
}
