/** Engine and contents together: a store on a disk, whatever the disk is. */
import type { Engine, EngineSettings } from './engine.js';
import type { EngineDisk } from './engine-disk.js';
import { createEngine, openEngine } from './engine-open.js';
import { type ContentsOptions, makeContents, openContents } from './open-contents.js';
import type { TableStore } from './table-store.js';

/** Throws Refused, or what the disk says. */
export async function openStoreOn(disk: EngineDisk, settings: EngineSettings, contents: ContentsOptions): Promise<TableStore> {
  const { engine, ...recovery } = await openEngine(disk, settings, contents.access);
  return orAbandon(engine, async () => {
    const store = await openContents(engine, recovery, contents);
    // From here on the tail is of this opening: of its mode, on this running of the machine, not closed.
    if (contents.access === 'read-write') await engine.checkpoint();
    return store;
  });
}

export async function makeStoreOn(
  disk: EngineDisk,
  settings: EngineSettings,
  contents: ContentsOptions,
  created: string,
): Promise<TableStore> {
  const engine = await createEngine(disk, settings);
  return orAbandon(engine, async () => {
    const store = await makeContents(engine, contents, created);
    await engine.checkpoint();
    return store;
  });
}

async function orAbandon<T>(engine: Engine, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await engine.abandon();
    throw error;
  }
}
