/**
 * What the service keeps on disk, behind a narrow interface: records in order, each whole or not at all.
 *
 * The journal of all VMs is one sequence of records. A record is one operation: what was asked, what it changed, the events it made, and the
 * answer that an idempotency key remembers. Beside it lie snapshots of VMs, so that old records can go.
 */
import type { Delta, OperationName, Snapshot } from '../../core/index.js';
import type { Extent } from './extents.js';

/** Layout of the store itself. A newer one is refused, an older one upgraded. */
export const STORE_VERSION = 1;

export interface StoredEvent {
  readonly position: number;
  readonly seq: number;
  readonly type: string;
  /** The event as published, JSON text. */
  readonly json: string;
}

export interface KeptAnswer {
  /** Method, path and key. */
  readonly scope: string;
  /** SHA-256 of the raw body, hex. */
  readonly bodyHash: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What a caller says about a VM besides what the machine uses; opaque to the store. */
export interface VmRow {
  readonly id: string;
  readonly number: number;
  readonly createdAt: string;
  readonly description: unknown;
}

export interface JournalRecord {
  /** Dense from 1 over the service. */
  readonly number: number;
  /** Version of the machine's rules under which the record was made. */
  readonly rules: number;
  readonly vm: string;
  /** `operations`: several, kept together. `answer`: nothing but an answer to remember. */
  readonly op: OperationName | 'operations' | 'answer';
  readonly at: string;
  readonly requestId: string | null;
  /** JSON of the command, or commands; null where the VM came into being, of which `created` says all. */
  readonly command: string | null;
  /** Operations of the machine before this one: stores without a fault are counted and not recorded. */
  readonly operationsBefore: number;
  readonly created: { readonly row: VmRow; readonly snapshot: Snapshot } | null;
  /** SHA-256 over outcome and events, hex: what a replay has to come to. */
  readonly check: string;
  readonly delta: Delta | null;
  readonly events: readonly StoredEvent[];
  readonly answer: KeptAnswer | null;
}

export interface VmSnapshot {
  readonly row: VmRow;
  readonly snapshot: Snapshot;
  /** The last record that it covers. */
  readonly record: number;
}

/** A VM as the store has it. */
export interface StoredVm extends VmSnapshot {
  /** What it began with, where that is not as its configuration says. */
  readonly origin: Snapshot | null;
}

/** A record of one VM, as far as it says what was asked. */
export interface AskedRecord {
  readonly number: number;
  readonly rules: number;
  /** null: the VM came into being by it. */
  readonly command: string | null;
}

export interface Batch {
  readonly records: readonly JournalRecord[];
  /** Replace older snapshots of the same VMs. */
  readonly snapshots?: readonly VmSnapshot[];
  /** Journal records up to this number are no longer needed for recovery and may go, with the rows of VMs deleted by then. */
  readonly dropRecordsTo?: number;
  /** Events up to this position are no longer kept. */
  readonly dropEventsTo?: number;
  readonly dropAnswers?: readonly string[];
}

export interface StoreHead {
  readonly epoch: string;
  /** Number of the last record, 0 where there is none. */
  readonly record: number;
  /** Position of the last event. */
  readonly position: number;
  readonly oldestPosition: number;
  /** Whole records that an opening repair left out because the store was torn; 0 as a rule. */
  readonly recordsLost: number;
  /** Records of a commit that was cut short, which nobody was told of; left out as well. */
  readonly recordsCutShort: number;
}

/** Where the bytes of records and of events lie, for `planRetention`. */
export interface StoreExtents {
  readonly journal: readonly Extent[];
  readonly events: readonly Extent[];
}

export type SyncMode = 'always' | 'interval' | 'none';

export interface Store {
  readonly head: StoreHead;
  /** One transaction. Resolves when it is kept as the mode promises (`always`: synced to disk). Rejects with nothing kept. */
  commit(batch: Batch): Promise<void>;
  /** VMs with their newest snapshot, in order of creation; deleted ones left out. */
  vms(): Iterable<StoredVm>;
  /** Records after `number`, ascending. */
  recordsAfter(number: number): Iterable<JournalRecord>;
  /** What was asked of one VM, ascending, as far as records are kept. null: a stretch without any, for the reader to take breath. */
  askedOf(vm: string): Iterable<AskedRecord | null>;
  /** Kept events after `position`, ascending, with the VM and operation fields that the log's index needs. */
  eventsAfter(position: number): Iterable<StoredEvent & { readonly vm: string; readonly record: number }>;
  answers(): Iterable<KeptAnswer>;
  extents(): StoreExtents;
  /** Bytes on disk. */
  size(): number;
  /** Writes and syncs a few bytes: whether the disk takes anything at present. */
  probe(): Promise<void>;
  close(): Promise<void>;
}
