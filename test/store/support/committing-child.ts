/**
 * A process that commits without end and says which records were told: `folder mode checkpointBytes`. One line for each opening,
 * `open <head.record> <epoch>`, and one for each record told, `<number>`.
 */
import { writeSync } from 'node:fs';
import { Committer } from '../../../src/service/store/committer.js';
import { openStore } from '../../../src/service/store/lmdb-store.js';
import type { SyncMode } from '../../../src/service/store/store.js';
import { batch, RecordMaker } from './records.js';

const WRITERS = 8;
const [folder = '', mode = 'always', checkpointBytes = '0'] = process.argv.slice(2);

const store = await openStore(folder, { mode: mode as SyncMode, intervalMs: 20, checkpointBytes: Number(checkpointBytes) });
if ('refused' in store) {
  say(`refused ${store.code} ${store.detail}`);
  process.exit(1);
}
const make = new RecordMaker(store.head);
const committer = new Committer(store);
say(`open ${store.head.record} ${store.head.epoch}`);
await Promise.all(Array.from({ length: WRITERS }, write));

async function write(): Promise<never> {
  for (;;) {
    const record = make.write('vm-a', { events: 2, text: 'x'.repeat(200) });
    await committer.kept(committer.enqueue(batch(record)));
    say(String(record.number));
  }
}

function say(line: string): void {
  writeSync(1, `${line}\n`);
}
