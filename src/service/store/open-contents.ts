/** From tables that can be read to a store that may be used: version, upgrade, one reading of everything, epoch. */
import { DROPPED_KEY, type Dropped, metaEntry, put, STORE_KEY, type StoreIdentity } from './contents.js';
import type { KeyValues, TableReader } from './key-values.js';
import { Refused } from './store-refusal.js';
import { STORE_VERSION, type StoreHead } from './store.js';
import { TableStore } from './table-store.js';
import { type Upgrade, upgrade } from './upgrade.js';
import { verifyContents } from './verify.js';

export interface Recovery {
  /** Records that were there and are not any more; at least. */
  readonly recordsLost: number;
  /** Records of a commit that was being written, and of which nobody was told. */
  readonly recordsCutShort: number;
  /** Whether anybody may have heard of records that are gone: then positions may be given a second time, under another epoch. */
  readonly historyInDoubt: boolean;
}

const NOTHING_LOST: Recovery = { recordsLost: 0, recordsCutShort: 0, historyInDoubt: false };

/** What an opening had to leave out, in a line for the log; null: nothing. */
export function repairText({ record, recordsLost, recordsCutShort, epoch }: StoreHead): string | null {
  if (recordsLost > 0)
    return `the store was torn: at least ${recordsLost} records after record ${record} are lost; the log goes on under the new epoch ${epoch}`;
  return recordsCutShort > 0
    ? `a commit was cut short: ${recordsCutShort} records after record ${record}, which nobody was told of, are left out`
    : null;
}

export interface ContentsOptions {
  readonly access: 'read-write' | 'read-only';
  readonly newEpoch: () => string;
  readonly upgrades: readonly Upgrade[];
  /** Called once the store is closed. */
  readonly release: () => void;
}

/** Throws Refused; then nothing but a finished upgrade was written. */
export async function openContents(keyValues: KeyValues, recovery: Recovery, options: ContentsOptions): Promise<TableStore> {
  const { access, newEpoch, upgrades, release } = options;
  const table: TableReader = (name) => keyValues.table(name);
  const found = metaEntry<StoreIdentity>(table('meta'), STORE_KEY);
  if (found === undefined) throw new Refused('not-a-store', 'the tables are not those of a Rampart store', 'choose another folder');
  refuseNewer(found);
  if (access === 'read-write') await upgrade(keyValues, upgrades);
  const ends = verifyContents(table, metaEntry<Dropped>(table('meta'), DROPPED_KEY) ?? { records: 0, events: 0 });
  if (access === 'read-write' && recovery.historyInDoubt) {
    const identity = metaEntry<StoreIdentity>(table('meta'), STORE_KEY) ?? found;
    const renewed = put('meta', STORE_KEY, { ...identity, epoch: newEpoch() });
    await keyValues.commit([renewed], { firstRecord: ends.record + 1, records: 0 }, () => undefined);
  }
  return new TableStore(keyValues, recovery, ends, release);
}

/** A store with nothing in it. */
export async function makeContents(keyValues: KeyValues, { newEpoch, release }: ContentsOptions, created: string): Promise<TableStore> {
  const identity: StoreIdentity = { version: STORE_VERSION, epoch: newEpoch(), created };
  await keyValues.commit([put('meta', STORE_KEY, identity)], { firstRecord: 1, records: 0 }, () => undefined);
  return new TableStore(keyValues, NOTHING_LOST, { record: 0, position: 0, journal: [], events: [] }, release);
}

export function refuseNewer({ version }: StoreIdentity): void {
  if (version <= STORE_VERSION) return;
  throw new Refused(
    'newer-store',
    `the store has version ${version}, this program knows versions up to ${STORE_VERSION}`,
    'use the newer program, or choose another folder',
  );
}
