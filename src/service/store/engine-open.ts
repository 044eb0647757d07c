/**
 * Opening tables and tail: what the last stop left is found out before anything is written. Power cut, kill, damage: see engine.ts for
 * what can be there, tail-frame.ts for what the rest after the last whole frame means.
 */
import { randomIds } from '../ids.js';
import { Engine, type EngineSettings } from './engine.js';
import type { DiskAccess, EngineDisk } from './engine-disk.js';
import type { Change } from './key-values.js';
import type { Recovery } from './open-contents.js';
import { DAMAGE_HINT, Refused } from './store-refusal.js';
import { scanTail, type TailScan } from './tail-frame.js';
import { readHeader, type TailHeader } from './tail-header.js';
import { Tail } from './tail.js';

/** In the meta table: the name that the header of the tail has. */
const NAME_KEY = 'name';

export interface Opened extends Recovery {
  readonly engine: Engine;
}

export async function createEngine(disk: EngineDisk, settings: EngineSettings): Promise<Engine> {
  const store = randomIds.next();
  const since: readonly Change[] = [{ table: 'meta', key: NAME_KEY, value: Buffer.from(store) }];
  const tables = await disk.makeTables();
  tables.note(since);
  const tail = new Tail(await disk.openTail(), 0);
  const engine = new Engine({ store, disk, settings, tables, tail, transaction: tables.transaction, since });
  await engine.checkpoint();
  return engine;
}

export async function openEngine(disk: EngineDisk, settings: EngineSettings, access: DiskAccess): Promise<Opened> {
  const file = disk.readTail();
  if (file === null) throw new Refused('damaged', `the tail file in ${disk.name} is missing, which holds the newest records`, DAMAGE_HINT);
  const found = readHeader(file);
  if (found === null) throw new Refused('damaged', `the tail file in ${disk.name} has no readable header`, DAMAGE_HINT);
  const { header, spare } = found;
  const scan = scanTail(file, header.generation);
  if (scan.rest.kind === 'damaged')
    throw new Refused('damaged', `the tail file in ${disk.name} is damaged at byte ${scan.rest.at}`, DAMAGE_HINT);
  const { store, transaction, generation } = header;
  const tables = await disk.openTables(transaction, access);
  if (tables.table('meta').get(NAME_KEY)?.toString() !== store) {
    await tables.close();
    throw new Refused('damaged', `tables and tail file in ${disk.name} are of two stores`, DAMAGE_HINT);
  }
  const since = scan.frames.flatMap(({ changes }) => changes);
  tables.note(since);
  const tail = access === 'read-only' ? null : new Tail(await disk.openTail(), generation, spare);
  const recovery = assess(scan, header, settings.boot);
  const { historyInDoubt } = recovery;
  return { engine: new Engine({ store, disk, settings, tables, tail, transaction, since, historyInDoubt }), ...recovery };
}

/**
 * Nobody was told of a frame before it was written, nor, where answers wait for the sync, before it was synced. So a frame that was cut
 * short is a loss only where they do not wait, and the power failed.
 */
function assess({ rest }: TailScan, { mode, clean, boot }: TailHeader, bootNow: string): Recovery {
  const rebooted = boot === '' || boot !== bootNow;
  const inDoubt = mode !== 'always' && rebooted && !clean;
  switch (rest.kind) {
    case 'lost':
      return { recordsLost: rest.records, recordsCutShort: 0, historyInDoubt: true };
    case 'unfinished':
      return { recordsLost: inDoubt ? rest.records : 0, recordsCutShort: inDoubt ? 0 : rest.records, historyInDoubt: inDoubt };
    case 'nothing':
    case 'damaged':
      return { recordsLost: 0, recordsCutShort: 0, historyInDoubt: inDoubt };
  }
}
