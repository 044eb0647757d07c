/** Folders of their own for tests, gone afterwards, and stores in them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { openStore, type StoreOptions } from '../../../src/service/store/lmdb-store.js';
import type { StoreRefusal } from '../../../src/service/store/store-refusal.js';
import type { Store } from '../../../src/service/store/store.js';

const folders: string[] = [];
const stores: Store[] = [];

afterEach(async () => {
  for (const store of stores.splice(0)) await store.close().catch(() => undefined);
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-store-'));
  folders.push(folder);
  return folder;
}

export const isRefusal = (opened: Store | StoreRefusal): opened is StoreRefusal => 'refused' in opened;

export async function opened(folder: string, options: Partial<StoreOptions> = {}): Promise<Store> {
  const store = await openStore(folder, { mode: 'always', intervalMs: 1000, ...options });
  if (isRefusal(store)) throw new Error(`refused: ${store.code}: ${store.detail}`);
  stores.push(store);
  return store;
}

export async function refusal(folder: string, options: Partial<StoreOptions> = {}): Promise<StoreRefusal> {
  const store = await openStore(folder, { mode: 'always', intervalMs: 1000, ...options });
  if (isRefusal(store)) return store;
  await store.close();
  throw new Error('the store was opened');
}
