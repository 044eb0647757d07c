/** What the tables hold, and under which keys: the layout of version 1. */
import { createHash } from 'node:crypto';
import type { Snapshot } from '../../core/index.js';
import { checked, soleJson } from './checked-lines.js';
import type { Change, Key, Table, TableName } from './key-values.js';
import { DAMAGE_HINT, Refused } from './store-refusal.js';
import type { KeptAnswer, VmRow } from './store.js';

/** meta, 'store' */
export interface StoreIdentity {
  readonly version: number;
  readonly epoch: string;
  /** ISO 8601. */
  readonly created: string;
}

/** meta, 'dropped': up to where records and events are not kept any more. */
export interface Dropped {
  readonly records: number;
  readonly events: number;
}

/** vms, by number. A deleted VM stays until its records go: they may have to be played again. */
export interface VmEntry {
  readonly row: VmRow;
  /** Number of the record that deleted it. */
  readonly deletedBy: number | null;
}

/** snapshots, by number of the VM. */
export interface SnapshotEntry {
  readonly record: number;
  /** null: the VM is as it began, in `origins`. */
  readonly snapshot: Snapshot | null;
}

/** origins, by number of the VM: what a VM began with that did not begin as its configuration says. As long as the VM is kept. */
export interface OriginEntry {
  readonly snapshot: Snapshot;
}

/** answers, by hash of the scope, which may be longer than a key. */
export interface AnswerEntry {
  readonly record: number;
  readonly answer: KeptAnswer;
}

export const STORE_KEY = 'store';
export const DROPPED_KEY = 'dropped';

export function answerKey(scope: string): string {
  return createHash('sha256').update(scope).digest('base64url');
}

export function put(
  table: TableName,
  key: Key,
  entry: StoreIdentity | Dropped | VmEntry | SnapshotEntry | OriginEntry | AnswerEntry,
): Change {
  return { table, key, value: Buffer.from(checked(JSON.stringify(entry))) };
}

/** Throws Refused where it does not match its checksum. */
export function entryOf<T>(value: Buffer, where: string): T {
  const entry = soleJson(value);
  if (entry === null) throw damagedAt(where);
  return entry as T;
}

export function metaEntry<T>(table: Table, key: string): T | undefined {
  const value = table.get(key);
  return value === undefined ? undefined : entryOf<T>(value, `meta ${key}`);
}

export function damagedAt(where: string): Refused {
  return new Refused('damaged', `${where} does not match its checksum`, DAMAGE_HINT);
}
