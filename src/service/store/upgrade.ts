/** Older layouts, step by step: each step makes of version n the version n + 1, in one commit with its number. */
import { entryOf, put, STORE_KEY, type StoreIdentity } from './contents.js';
import type { Change, KeyValues, TableReader } from './key-values.js';
import { Refused } from './store-refusal.js';
import { STORE_VERSION } from './store.js';

export interface Upgrade {
  readonly from: number;
  changes(table: TableReader): readonly Change[];
}

/** Version 1 is the first. */
export const UPGRADES: readonly Upgrade[] = [];

export async function upgrade(keyValues: KeyValues, upgrades: readonly Upgrade[]): Promise<void> {
  for (;;) {
    const value = keyValues.table('meta').get(STORE_KEY);
    if (value === undefined) return;
    const identity = entryOf<StoreIdentity>(value, 'the version of the store');
    if (identity.version >= STORE_VERSION) return;
    const step = upgrades.find(({ from }) => from === identity.version);
    if (step === undefined) {
      throw new Refused(
        'older-store',
        `the store has version ${identity.version}, from which no way leads up`,
        'open it with a version in between first',
      );
    }
    const next = put('meta', STORE_KEY, { ...identity, version: identity.version + 1 });
    await keyValues.commit([...step.changes((name) => keyValues.table(name)), next], { firstRecord: 1, records: 0 }, () => undefined);
  }
}
