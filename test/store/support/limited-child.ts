/**
 * A process whose files may not grow beyond what the shell that starts it allows: the nearest to a full disk that needs no rights. Commits
 * until it is refused, then says what became of it: `told`, the code, whether reads go on, and what a probe says.
 */
import { openStore } from '../../../src/service/store/lmdb-store.js';
import { StoreFailure } from '../../../src/service/store/store-refusal.js';
import { batch, RecordMaker } from './records.js';

const [folder = '', checkpointBytes = '0'] = process.argv.slice(2);
const store = await openStore(folder, { mode: 'always', intervalMs: 1000, checkpointBytes: Number(checkpointBytes) });
if ('refused' in store) {
  say({ refused: store.code });
} else {
  const codes: string[] = [];
  for (let i = 0; i < 2000 && codes.length < 3; i++) {
    const make = new RecordMaker(store.head);
    try {
      await store.commit(batch(make.write('vm-a', { text: 'x'.repeat(20_000) })));
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error;
      codes.push(error.code);
    }
  }
  say({ told: store.head.record, read: [...store.recordsAfter(0)].length, events: [...store.eventsAfter(0)].length, codes });
}

function say(what: unknown): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}
