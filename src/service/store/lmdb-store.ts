/**
 * A store in a folder:
 *
 *     rampart.json       what this folder is, for people and for other versions; written last when a store is made
 *     rampart.mdb        the tables, LMDB (and its rampart.mdb-lock)
 *     rampart.tail       the newest commits
 *     rampart.lock       which process has it open
 */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { randomIds } from '../ids.js';
import { bootId } from './boot-id.js';
import type { EngineSettings } from './engine.js';
import { FolderDisk } from './folder-disk.js';
import { type FolderLock, lockFolder } from './folder-lock.js';
import { readMarker, syncFolder, writeMarker } from './marker.js';
import { type ContentsOptions, refuseNewer } from './open-contents.js';
import { Refused, refusalOf, type StoreRefusal } from './store-refusal.js';
import type { Store, SyncMode } from './store.js';
import { makeStoreOn, openStoreOn } from './store-on-disk.js';
import type { TableStore } from './table-store.js';
import { type Upgrade, UPGRADES } from './upgrade.js';

/** Takes some 20 ms, during which nothing else happens. */
const CHECKPOINT_BYTES = 4 * 2 ** 20;

export interface StoreOptions {
  /**
   * What a power cut may take of what was told; a process that is killed takes nothing in any mode.
   *   always     nothing
   *   interval   what was told in the last `intervalMs`, and while one sync took its time
   *   none       what was told since the last checkpoint: `checkpointBytes` and one commit; the system mostly has it on disk in half a minute
   */
  readonly mode: SyncMode;
  /** Mode `interval`: time between two syncs. */
  readonly intervalMs: number;
  /** Bytes that the store may hold; a commit that would make it more is refused as if the disk were full. */
  readonly mapSizeMax?: number;
  /** Length of the tail from which it goes into the tables: more is fewer pauses, and more to play again at a start. */
  readonly checkpointBytes?: number;
  readonly readOnly?: boolean;
  /** A name for a new epoch. */
  readonly newEpoch?: () => string;
  readonly upgrades?: readonly Upgrade[];
}

/** The store, or why not, in words for the person who started the service. */
export async function openStore(folder: string, options: StoreOptions): Promise<Store | StoreRefusal> {
  let lock: FolderLock | null = null;
  try {
    prepareFolder(folder, options);
    if (options.readOnly !== true) lock = lockFolder(folder);
    return await openLocked(folder, options, () => lock?.release());
  } catch (error) {
    lock?.release();
    return refusalOf(error, folder);
  }
}

async function openLocked(folder: string, options: StoreOptions, release: () => void): Promise<Store> {
  const disk = new FolderDisk(folder);
  const { mode, intervalMs } = options;
  const settings: EngineSettings = {
    mode,
    intervalMs,
    bytesMax: options.mapSizeMax ?? Infinity,
    checkpointBytes: options.checkpointBytes ?? CHECKPOINT_BYTES,
    boot: bootId(),
  };
  const contents: ContentsOptions = {
    access: options.readOnly === true ? 'read-only' : 'read-write',
    newEpoch: options.newEpoch ?? (() => `e${randomIds.next()}`),
    upgrades: options.upgrades ?? UPGRADES,
    release,
  };
  const marker = readMarker(folder);
  if (marker !== null) refuseNewer(marker);
  const isNew = marker === null && disk.isUnmade();
  const store = isNew ? await make(disk, settings, contents) : await openStoreOn(disk, settings, contents);
  const { epoch, version } = store.identity;
  if (contents.access === 'read-write' && (marker?.epoch !== epoch || marker.version !== version)) writeMarker(folder, store.identity);
  return store;
}

function make(disk: FolderDisk, settings: EngineSettings, contents: ContentsOptions): Promise<TableStore> {
  if (contents.access === 'read-only')
    throw new Refused('no-store', `${disk.name} holds no store`, 'start the service on it once, or choose another folder');
  disk.removeAll();
  return makeStoreOn(disk, settings, contents, new Date().toISOString());
}

function prepareFolder(folder: string, { readOnly }: StoreOptions): void {
  const there = statSync(folder, { throwIfNoEntry: false });
  if (there !== undefined && !there.isDirectory()) throw new Refused('not-a-store', `${folder} is a file, not a folder`, 'choose a folder');
  if (there === undefined && readOnly === true) throw new Refused('no-store', `${folder} does not exist`, 'choose the folder of a store');
  if (there !== undefined) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  syncFolder(dirname(folder));
}
